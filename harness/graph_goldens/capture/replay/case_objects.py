"""Script objects for graphs that take some: those of the record's own case, which builds them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any, TypeAlias

import torch
from torch.utils import _pytree as pytree

from graph_goldens.capture.replay.recorded_graph import Need, NotRunError
from graph_goldens.capture.replay.value_words import UnknownWords
from graph_goldens.cases.case import Call, Case

_WORDS = "script object "

Objects: TypeAlias = Mapping[str, Sequence[Any]]
"""Script objects by their class, each once, in the order in which a case holds them."""

BuildObjects: TypeAlias = Callable[[], Objects]
"""What builds the script objects of a record's case anew, as graphs change their state."""


def build_none() -> Objects:
    """Build no objects."""
    return {}


def read_class(need: Need) -> str:
    """Read the class of the script object that a graph needs; empty where it needs something else."""
    text = need.words.text if isinstance(need.words, UnknownWords) else ""
    return text.removeprefix(_WORDS) if text.startswith(_WORDS) else ""


def collect_objects(case: Case) -> Objects:
    """Collect the script objects of a case: its inputs, and what its program holds, closes over or names."""
    found: dict[str, list[Any]] = {}
    for thing in _list_things(case):
        if isinstance(thing, torch.ScriptObject):
            known = found.setdefault(thing._type().qualified_name(), [])
            if not any(each is thing for each in known):
                known.append(thing)
    return found


def choose_object(name: str, place: int, objects: Objects) -> Any:
    """Choose the object of a class that stands in a place among a graph's objects of that class.

    Where a graph names more of them than its case builds, some name the same: the last stands for those.

    Raises:
        NotRunError: the case builds none.
    """
    known = objects.get(name, ())
    if not known:
        raise NotRunError("takes a script object", f"takes a {name}, and its case builds none")
    return known[min(place, len(known) - 1)]


def _list_things(case: Case) -> Iterator[Any]:
    yield from pytree.tree_leaves((tuple(case.args), dict(case.kwargs)))
    for call in case.calls:
        given = (tuple(call.args), dict(call.kwargs)) if isinstance(call, Call) else tuple(call)
        yield from pytree.tree_leaves(given)
    yield from _list_held(case.program)


def _list_held(program: Any) -> Iterator[Any]:
    if isinstance(program, torch.nn.Module):
        for module in program.modules():
            yield from vars(module).values()
        program = type(program).forward
    function = getattr(program, "__func__", program)
    if isinstance(function, FunctionType):
        yield from _list_contents(function.__closure__ or ())
        yield from (function.__globals__.get(name) for name in function.__code__.co_names)


def _list_contents(cells: Iterable[Any]) -> Iterator[Any]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:  # nothing was bound yet
            continue
