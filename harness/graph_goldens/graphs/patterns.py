"""What a pattern over a graph says, as data: `pattern_reader` reads it; docs/patterns.md is the manual."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

KINDS = ("placeholder", "get_attr", "call_function", "call_method", "call_module", "output")
"""Names that mean a kind of node, as graph strings spell it, and no operator."""


@dataclass(frozen=True)
class Anything:
    """`_`: any node, and as an argument anything at all."""


@dataclass(frozen=True)
class Condition:
    """What is said of a node in square brackets: `users=1`, `dtype=int8`, `target=p_*`.

    Attributes:
        about: `users`, `dtype` or `target`.
        sign: `=`, or for users one of `>`, `<`, `>=`, `<=`.
        value: a number of users, or a name in which `*` and `?` stand for letters.
    """

    about: str
    sign: str
    value: str


@dataclass(frozen=True)
class NodePattern:
    """A node, by the name of what it calls, or by its kind.

    Attributes:
        name: an operator's name or the end of one, `aten.add`, with `*` and `?` in its parts; one of `KINDS`;
            `_` for any node.
        positions: what its first positional arguments are.
        keywords: what its keyword arguments are, by their names.
        within: what it has among its arguments, in any order, at places of their own.
        conditions: what else is said of it.
    """

    name: str
    positions: "tuple[Pattern, ...]" = ()
    keywords: "tuple[tuple[str, Pattern], ...]" = ()
    within: "tuple[Pattern, ...]" = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing but a name is said, which an argument that is no node may have too."""
        return not (self.positions or self.keywords or self.within or self.conditions)


@dataclass(frozen=True)
class Captured:
    """`%x` or `%x: aten.relu`: the same node or argument wherever the name stands.

    Attributes:
        name: the name.
        what: what it has to be.
    """

    name: str
    what: "Pattern" = Anything()


@dataclass(frozen=True)
class AnyOf:
    """`aten.relu | aten.gelu`: any of several."""

    options: "tuple[Pattern, ...]"


@dataclass(frozen=True)
class Repeated:
    """`...` or `(aten.view | aten.permute)...`: any number of such nodes, one using the other, also none."""

    what: "Pattern" = Anything()


@dataclass(frozen=True)
class Chain:
    """`aten.linear -> aten.relu`: each is an argument of the next; it stands where its last node stands."""

    links: "tuple[Pattern | Repeated, ...]"


@dataclass(frozen=True)
class NumberValue:
    """A number, however it is spelt: `1e-5` is `1e-05`."""

    number: float


@dataclass(frozen=True)
class TextValue:
    """`'mean'`: exactly the text that a graph string prints for the argument, which has no quotes there."""

    text: str


@dataclass(frozen=True)
class ListValue:
    """`[1, _]`: a list or tuple, item by item.

    Attributes:
        items: what its items are.
        more: whether others may follow, `[1, ...]`.
    """

    items: "tuple[Pattern, ...]"
    more: bool = False


Pattern: TypeAlias = "Anything | NodePattern | Captured | AnyOf | Chain | NumberValue | TextValue | ListValue"


@dataclass(frozen=True)
class ReadPattern:
    """A pattern with the text that it was read from.

    Attributes:
        text: the text.
        pattern: what it says.
    """

    text: str
    pattern: Pattern

    @cached_property
    def required(self) -> tuple[tuple[str, ...], ...]:
        """Names of which a graph holds a node each where the pattern stands: of each group at least one."""
        return tuple(group for group in _list_required(self.pattern) if group)


def list_parts(pattern: "Pattern | Repeated") -> Iterator["Pattern | Repeated"]:
    """Yield a pattern and all patterns in it."""
    yield pattern
    for part in _list_inner(pattern):
        yield from list_parts(part)


def list_sure_captures(pattern: "Pattern | Repeated") -> Iterator[str]:
    """Yield the names of captures that mean something wherever a pattern stands: not those of one option."""
    if isinstance(pattern, Captured):
        yield pattern.name
    for part in () if isinstance(pattern, AnyOf) else _list_inner(pattern):
        yield from list_sure_captures(part)


def _list_inner(pattern: "Pattern | Repeated") -> "tuple[Pattern | Repeated, ...]":
    match pattern:
        case NodePattern(positions=positions, keywords=keywords, within=within):
            return (*positions, *(value for _, value in keywords), *within)
        case Captured(what=what) | Repeated(what=what):
            return (what,)
        case AnyOf(options=parts) | Chain(links=parts) | ListValue(items=parts):
            return parts
        case _:
            return ()


def _list_required(pattern: "Pattern | Repeated") -> Iterator[tuple[str, ...]]:
    """Yield for each node that must be there the names that it may have; what may be a literal need not."""
    match pattern:
        case NodePattern(name=name, positions=positions, within=within):
            yield () if name == "_" else (name,)
            for value in (*positions, *(each for _, each in pattern.keywords), *within):
                yield from () if _may_be_literal(value) else _list_required(value)
        case Captured(what=what):
            yield from _list_required(what)
        case AnyOf(options=options):
            groups = [next(_list_required(option), ()) for option in options]
            yield tuple(name for group in groups for name in group) if all(groups) else ()
        case Chain(links=links):
            for link in links:
                yield from _list_required(link)
        case _:
            return


def _may_be_literal(pattern: Pattern) -> bool:
    match pattern:
        case NodePattern():
            return pattern.plain and pattern.name not in KINDS
        case Captured(what=what):
            return _may_be_literal(what)
        case AnyOf(options=options):
            return any(map(_may_be_literal, options))
        case Chain():
            return False
        case _:
            return True
