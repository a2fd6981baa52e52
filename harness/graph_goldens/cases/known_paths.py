"""All tracing paths that there are for a project: PyTorch's, and its own in their places."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import Signature, signature
from typing import Any

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.cases.own_paths import FoundPath
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS, WarmUp, find_stage
from graph_goldens.names import explain_bad_name
from graph_goldens.words import suggest_name


@dataclass(frozen=True)
class KnownPaths:
    """The tracing paths of a project.

    Attributes:
        order: the names of all, in the order in which they are listed.
        own: the project's own, by name.
    """

    order: tuple[str, ...] = tuple(PATH_ROWS)
    own: Mapping[str, FoundPath] = field(default_factory=dict)

    def list_for(self, pack: str) -> tuple[str, ...]:
        """List the names of those that the cases of a pack may go through, in order."""
        return tuple(name for name in self.order if name not in self.own or self._serves(name, pack))

    def _serves(self, name: str, pack: str) -> bool:
        packs = self.own[name].packs
        return not packs or pack in packs

    def find_stage(self, name: str) -> WarmUp:
        """Find when a path is warmed up: an own one with the path that it comes after."""
        for _ in self.own:
            if name not in self.own:
                break
            name = self.own[name].after
        return find_stage(name) if name else WarmUp.SLOW

    def find_own(self, name: str) -> Callable[[Any], None] | None:
        """Find the function of an own path; None where it is one of PyTorch's."""
        return self.own[name].trace if name in self.own else None


ONLY_BUILT_IN = KnownPaths()
"""The tracing paths of a project that has none of its own."""


def arrange_paths(found: Iterable[FoundPath]) -> tuple[KnownPaths, list[Mistake]]:
    """Put own tracing paths in their places among PyTorch's, and say what is wrong with others."""
    own, mistakes = _join_same(found)
    unusable = {name: why for name, path in own.items() if (why := _explain_unusable(path))}
    mistakes += [_make_mistake(own.pop(name), why) for name, why in unusable.items()]
    order, waiting = list(PATH_ROWS), dict(own)
    while ready := [name for name in waiting if not waiting[name].after or waiting[name].after in order]:
        for name in ready:
            _insert(order, waiting.pop(name), own)
    for name, path in waiting.items():
        mistakes.append(_make_mistake(path, _explain_place(path, [*PATH_ROWS, *own])))
        del own[name]
    return KnownPaths(tuple(order), own), mistakes


def _join_same(found: Iterable[FoundPath]) -> tuple[dict[str, FoundPath], list[Mistake]]:
    """Join what is one function in several packs; of several functions of one name use none."""
    own: dict[str, FoundPath] = {}
    mistakes: dict[str, Mistake] = {}
    for path in found:
        before = own.get(path.name)
        if before is None:
            own[path.name] = path
        elif before.trace is path.trace:
            packs = before.packs | path.packs if before.packs and path.packs else frozenset[str]()
            own[path.name] = replace(before, packs=packs)
        else:
            where = f"{before.file}:{before.line}" if before.line else before.file
            error = f"another one of that name is in {where}; give one of them another name"
            mistakes[path.name] = _make_mistake(path, error)
    return {name: path for name, path in own.items() if name not in mistakes}, list(mistakes.values())


def _explain_unusable(path: FoundPath) -> str:
    """Say why a path cannot be used under its name; empty where it can."""
    if not isinstance(path.name, str) or (why := explain_bad_name(path.name)):
        return f"its name {why}" if isinstance(path.name, str) else "its name is no text"
    if path.name.casefold() in (*PATH_ROWS, FACTS_PATH):
        return "that is the name of a tracing path of PyTorch; give it another name"
    if not isinstance(path.after, str):
        return "its `after` is no name of a tracing path"
    return _explain_uncallable(path.trace)


def _explain_uncallable(trace: object) -> str:
    if not callable(trace):
        return f"it is of type {type(trace).__name__}, and no function that takes a Tracing"
    try:
        known: Signature | None = signature(trace)
    except (TypeError, ValueError):
        known = None
    try:
        if known:
            known.bind(None)
    except TypeError:
        return "a tracing path is a function that takes one Tracing and nothing else"
    return ""


def _explain_place(path: FoundPath, known: Sequence[str]) -> str:
    if path.after in known:
        return f"it comes after {path.after}, which comes after nothing that is there"
    return f"it comes after {path.after!r}, which is no tracing path; {suggest_name(path.after, known)}"


def _insert(order: list[str], path: FoundPath, own: Mapping[str, FoundPath]) -> None:
    """Insert a path behind the one that it comes after, and behind others that come after that."""
    if not path.after:
        order.append(path.name)
        return
    at = order.index(path.after) + 1
    while at < len(order) and path.after in _list_before(order[at], own):
        at += 1
    order.insert(at, path.name)


def _list_before(name: str, own: Mapping[str, FoundPath]) -> Iterator[str]:
    """List the paths that an own path comes after, directly or through others."""
    while name in own and own[name].after:
        name = own[name].after
        yield name


def _make_mistake(path: FoundPath, error: str) -> Mistake:
    return Mistake(path.file, error, line=path.line, path=str(path.name) or "without a name")
