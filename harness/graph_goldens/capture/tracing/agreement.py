"""Whether a traced program's results are eager's."""

from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils import _pytree as pytree

from graph_goldens.cases.case import Compare


@dataclass(frozen=True)
class Difference:
    """The first place where two results differ, in words."""

    text: str

    def __str__(self) -> str:
        return self.text


def difference(result: Any, expected: Any, compare: Compare) -> Difference | None:
    """Hold a result against the expected one, leaf by leaf; None when they agree."""
    if compare is Compare.NOT:
        return None
    leaves, wanted = pytree.tree_leaves(result), pytree.tree_leaves(expected)
    if len(leaves) != len(wanted):
        return Difference(f"{len(leaves)} results instead of {len(wanted)}")
    for number, (one, other) in enumerate(zip(leaves, wanted, strict=True)):
        if found := _leaf_difference(one, other, compare):
            return Difference(f"result {number}: {found}")
    return None


def _leaf_difference(one: Any, other: Any, compare: Compare) -> str:
    if isinstance(other, torch.ScriptObject):
        return "" if compare is Compare.SKIP_SCRIPT_OBJECTS else _object_difference(one, other)
    if isinstance(other, torch.Tensor):
        return _tensor_difference(one, other)
    return "" if type(one) is type(other) and one == other else f"{one!r} instead of {other!r}"


def _tensor_difference(one: Any, other: torch.Tensor) -> str:
    if not isinstance(one, torch.Tensor) or isinstance(one, FakeTensor):
        return f"a {type(one).__name__} instead of a tensor"
    if (one.dtype, one.shape) != (other.dtype, other.shape):
        return f"{one.dtype} {list(one.shape)} instead of {other.dtype} {list(other.shape)}"
    return "" if torch.allclose(one, other, equal_nan=True) else "other values"


def _object_difference(one: Any, other: torch.ScriptObject) -> str:
    if not isinstance(one, torch.ScriptObject):
        return f"a {type(one).__name__} instead of a script object"
    names = [item._type().qualified_name() for item in (one, other)]
    if names[0] != names[1]:
        return f"a {names[0]} instead of a {names[1]}"
    if not hasattr(other, "__obj_flatten__"):
        return ""
    state, wanted = one.__obj_flatten__(), other.__obj_flatten__()
    found = difference(state, wanted, Compare.VALUES)
    return f"flattened state, {found}" if found else ""
