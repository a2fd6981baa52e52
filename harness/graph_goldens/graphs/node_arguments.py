"""Arguments of a node: references to other nodes, literals, and groups of arguments."""

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


def list_refs(argument: Argument) -> list[str]:
    """List the names of the nodes that an argument refers to, in order, repeated where it repeats them."""
    if isinstance(argument, Ref):
        return [argument.name]
    found: list[str] = []
    for item in argument.items if isinstance(argument, Group) else ():
        if isinstance(item, Ref):  # most are
            found.append(item.name)
        else:
            found += list_refs(item)
    return found


def print_argument(argument: Argument, mark: str = "%") -> str:
    """Print an argument as the graph string does, with a mark before each reference."""
    if isinstance(argument, Ref):
        return mark + argument.name
    if isinstance(argument, Literal):
        return argument.text
    opening = argument.opening
    inner = "" if opening == "slice(" else mark  # a slice prints its parts by their names alone
    texts = [print_argument(item, inner) for item in argument.items]
    if opening == "{":
        texts = [f"{key}: {text}" for key, text in zip(argument.keys, texts, strict=True)]
    comma = "," if opening == "(" and len(texts) == 1 else ""
    return f"{opening}{', '.join(texts)}{comma}{CLOSING[opening]}"
