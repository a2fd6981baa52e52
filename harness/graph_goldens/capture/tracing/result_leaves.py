"""The leaves of a result: its parts that hold no others, and where each stands."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch.utils import _pytree as pytree

PLAIN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type(None),
    enum.Enum,
    torch.dtype,
    torch.device,
    torch.layout,
)
"""Types of leaves that are shown as they are."""


@dataclass(frozen=True)
class Leaf:
    """A part of a result that holds no others, and where it stands, such as `[0]['a'].b`."""

    place: str
    value: Any


def flatten_leaves(value: Any, place: str = "") -> Iterator[Leaf]:
    """Yield the leaves of a tree of containers, dataclasses and nodes that are registered with pytree."""
    parts = _list_parts(value)
    if parts is None:
        yield Leaf(place, value)
        return
    for name, part in parts:
        yield from flatten_leaves(part, place + name)


def _list_parts(value: Any) -> list[tuple[str, Any]] | None:
    """Find the parts of a container, each with its step; None for a leaf."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [(f".{name}", part) for name, part in zip(value._fields, value, strict=True)]
    if isinstance(value, list | tuple):
        return [(f"[{number}]", part) for number, part in enumerate(value)]
    if isinstance(value, dict):
        return [(f"[{show_leaf(key)}]", part) for key, part in value.items()]
    if type(value) in pytree.SUPPORTED_NODES:
        children, _ = pytree.SUPPORTED_NODES[type(value)].flatten_fn(value)
        return [(f"<{number}>", part) for number, part in enumerate(children)]
    if is_dataclass(value) and not isinstance(value, type):
        return [(f".{each.name}", getattr(value, each.name, None)) for each in fields(value)]
    return None


def name_leaf(value: Any) -> str:
    """Name what stands in place of another kind of leaf: a plain value itself, anything else by its type."""
    return show_leaf(value) if isinstance(value, PLAIN) else f"a {type(value).__qualname__}"


def show_leaf(value: Any) -> str:
    """Show a plain value as Python writes it, an enum by its name, anything else by its type."""
    if isinstance(value, enum.Enum):
        return str(value)
    return repr(value) if isinstance(value, PLAIN) else type(value).__qualname__
