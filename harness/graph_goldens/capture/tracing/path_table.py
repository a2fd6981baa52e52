"""The functions of the tracing paths, by the names in their rows."""

from collections.abc import Callable
from functools import cache
from importlib import import_module

from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.known_paths import KnownPaths
from graph_goldens.cases.path_rows import PATH_ROWS

TracingPath = Callable[[Tracing], None]

_PACKAGE = __name__.rpartition(".")[0]


def find_path_of(known: KnownPaths, name: str) -> TracingPath:
    """Find the function of a tracing path, PyTorch's or a project's own."""
    return known.find_own(name) or find_path(name)


@cache
def find_path(name: str) -> TracingPath:
    """Find the function of one of PyTorch's paths; its module is imported now: no other is to wait."""
    module, _, function = PATH_ROWS[name].function.partition(":")
    found: TracingPath = getattr(import_module(f"{_PACKAGE}.{module}"), function)
    return found
