"""Containers and objects that the cases of this pack take and return."""

import enum
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils import _pytree as pytree

Point = namedtuple("Point", ["x", "y"])


class Mode(enum.Enum):
    """Which way a program goes."""

    DOUBLE = "double"
    HALVE = "halve"


@dataclass
class Settings:
    """Tensors and a plain number, which is part of the tree's form.

    Attributes:
        weight: float, any shape.
        bias: float, of the weight's shape.
        times: how often the weight counts.
    """

    weight: torch.Tensor
    bias: torch.Tensor
    times: int = 2


class Bag:
    """A container of one's own, registered with pytree: its tensors are its leaves, its name its context."""

    def __init__(self, items: list[torch.Tensor], name: str) -> None:
        self.items, self.name = items, name


def _unflatten(items: Any, name: Any) -> Bag:
    return Bag(list(items), name)


pytree.register_pytree_node(
    Bag,
    lambda bag: (bag.items, bag.name),
    _unflatten,
    serialized_type_name="goldens.Bag",
    to_dumpable_context=lambda name: name,
    from_dumpable_context=lambda name: name,
)
torch.export.register_dataclass(Settings, serialized_type_name="goldens.Settings")
