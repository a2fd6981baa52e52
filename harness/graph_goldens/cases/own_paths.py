"""A project's own tracing paths: the mark of one, and what is found where modules are searched for it."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, overload

PATH_MARK = "__graph_goldens_path__"

PathFunction = TypeVar("PathFunction", bound=Callable[[Any], None])
_NO_FUNCTION = object()


@dataclass(frozen=True)
class PathMark:
    """What is said of an own tracing path where it is written.

    Attributes:
        name: its name.
        after: the tracing path behind which it is listed, and with which it is warmed up; empty for the last.
    """

    name: str
    after: str = ""


@dataclass(frozen=True)
class FoundPath:
    """An own tracing path, as it was found.

    Attributes:
        name: its name.
        trace: the function that takes a `Tracing` and records what it gets.
        file: the place where it was found: a module, relative to the folder of packs, a setting or a package.
        line: the line of its function in that module, from 1; 0 where it was found elsewhere.
        module: the name of the module that it was found in.
        after: the tracing path behind which it is listed; the last where empty.
        packs: the packs whose cases go through it; all where empty.
    """

    name: str
    trace: Callable[[Any], None]
    file: str
    line: int = 0
    module: str = ""
    after: str = ""
    packs: frozenset[str] = frozenset()


@overload
def tracing_path(function: PathFunction, *, after: str = "", name: str = "") -> PathFunction: ...


@overload
def tracing_path(*, after: str = "", name: str = "") -> Callable[[PathFunction], PathFunction]: ...


def tracing_path(function: Any = _NO_FUNCTION, *, after: str = "", name: str = "") -> Any:
    """Mark a function that takes a `Tracing` and records graphs as a tracing path.

    Args:
        function: the function, where the mark is written without parentheses.
        after: the tracing path behind which it is listed, and with which it is warmed up; where left out it
            is the last, and warmed up with all but Inductor's.
        name: its name; the function's, with `-` for `_`, where left out.

    Raises:
        TypeError: it marks no function.
    """
    if function is _NO_FUNCTION:
        return partial(tracing_path, after=after, name=name)
    if not callable(function):
        raise TypeError('@tracing_path is written above a function, bare or with after="export"')
    mark = PathMark(name or spell_path_name(getattr(function, "__name__", "")), after)
    setattr(function, PATH_MARK, mark)
    return function


def spell_path_name(name: str) -> str:
    """Spell the name of a function as that of a tracing path: `make_fx_real` is `make-fx-real`."""
    return name.strip("_").replace("_", "-")


def find_marked_paths(
    members: Mapping[str, object], module: str, file: str, pack: str
) -> Iterator[FoundPath]:
    """Find the tracing paths among the members of a module of a pack, also those that it imports."""
    seen: set[int] = set()
    for member in members.values():
        mark = getattr(member, "__dict__", {}).get(PATH_MARK)
        if not isinstance(mark, PathMark) or not callable(member) or id(member) in seen:
            continue
        seen.add(id(member))  # another name for the same path
        own = getattr(member, "__module__", "") == module
        line = member.__code__.co_firstlineno if own and inspect.isfunction(member) else 0
        yield FoundPath(mark.name, member, file, line, module, mark.after, frozenset({pack}))


def read_named_path(name: str, reference: str, found: object, file: str) -> FoundPath:
    """Read a tracing path that settings or a package name; marked or not, it has the name that they say."""
    mark = getattr(found, "__dict__", {}).get(PATH_MARK)
    after = mark.after if isinstance(mark, PathMark) else ""
    trace: Any = found
    return FoundPath(name, trace, file, module=reference.partition(":")[0], after=after)
