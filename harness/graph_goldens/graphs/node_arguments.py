"""Arguments of a node: references to other nodes, literals, and groups of arguments."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ref:
    """Another node, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Anything else, as the graph string prints it: a text stands there without quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Several arguments.

    Attributes:
        opening: `(` for a tuple, `[` for a list, `{` for a mapping, `slice(` for a slice.
        items: the arguments; for a mapping its values.
        keys: the keys of a mapping, one for each item; else empty.
    """

    opening: str
    items: "tuple[Argument, ...]"
    keys: tuple[str, ...] = ()


Argument: TypeAlias = Ref | Literal | Group

CLOSING = {"(": ")", "[": "]", "{": "}", "slice(": ")"}


def list_refs(argument: Argument) -> Iterator[str]:
    """Yield the names of the nodes that an argument refers to, in order, repeated where it repeats them."""
    match argument:
        case Ref(name):
            yield name
        case Group(items=items):
            for item in items:
                yield from list_refs(item)


def print_argument(argument: Argument, mark: str = "%") -> str:
    """Print an argument as the graph string does, with a mark before each reference."""
    match argument:
        case Ref(name):
            return mark + name
        case Literal(text):
            return text
        case Group(opening, items, keys):
            inner = "" if opening == "slice(" else mark  # a slice prints its parts by their names alone
            texts = [print_argument(item, inner) for item in items]
            if opening == "{":
                texts = [f"{key}: {text}" for key, text in zip(keys, texts, strict=True)]
            comma = "," if opening == "(" and len(texts) == 1 else ""
            return f"{opening}{', '.join(texts)}{comma}{CLOSING[opening]}"
