"""Values anew: fake tensors and numbers like those of a capture, of which they share and change nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.export.graph_signature import CustomObjArgument
from torch.fx import Node
from torch.utils import _pytree as pytree

UNBACKED, UNBACKED_FLOAT = 4, 0.5
"""What stands for numbers that a capture does not know, where their range allows it."""

_PLAIN = (bool, int, float, complex, str, bytes, type(None), torch.dtype, torch.device, torch.ScriptObject)
_OBJECTS = (torch.ScriptObject, FakeScriptObject, CustomObjArgument)


class MissingValueError(Exception):
    """There is nothing to make a value from."""


@dataclass(frozen=True)
class Thing:
    """A script object, which is never run.

    Attributes:
        owner: what first held it.
    """

    owner: str


def has_value(node: Node) -> bool:
    """Whether tracing left the node's value: `val` by export, make_fx and AOT, `example_value` by Dynamo."""
    return "val" in node.meta or "example_value" in node.meta


def read_node_value(node: Node) -> Any:
    """The value that tracing left."""
    return node.meta["val"] if "val" in node.meta else node.meta["example_value"]


def has_known_kinds(value: Any) -> bool:
    """Whether a program's input holds nothing whose methods are the program's own."""
    return all(
        isinstance(leaf, _PLAIN) or type(leaf) in (torch.Tensor, torch.nn.Parameter)
        for leaf in pytree.tree_leaves(value)
    )


def make_fresh(value: Any, owner: str) -> Any:
    """Make a value like another: fake tensors of its sizes in the mode entered, things, plain numbers.

    Raises:
        MissingValueError: there is no such tensor, or a number is not known.
    """

    def leaf(item: Any) -> Any:
        if isinstance(item, torch.Tensor):
            return _make_fresh_tensor(item)
        if isinstance(item, _OBJECTS):
            return Thing(owner)
        return make_plain_number(item)

    return pytree.tree_map(leaf, value, is_leaf=lambda item: isinstance(item, _OBJECTS))


def _make_fresh_tensor(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_nested:
        raise MissingValueError(f"a tensor of {tensor.layout}")
    sizes = [make_plain_number(size) for size in tensor.shape]
    strides = [make_plain_number(stride) for stride in tensor.stride()]
    return torch.empty_strided(sizes, strides, dtype=tensor.dtype, device=tensor.device)


def make_plain_number(value: Any) -> Any:
    """The number that a symbolic one had when it was captured; anything else as it is.

    Nothing is asked of the capture's ShapeEnv that would guard on the number.
    """
    convert = _CONVERTED.get(type(value))
    return value if convert is None else convert(_find_hint(value.node))


_CONVERTED: dict[type, Callable[[Any], Any]] = {
    torch.SymInt: int,
    torch.SymFloat: float,
    torch.SymBool: bool,
}


def _find_hint(node: Any) -> Any:
    if not hasattr(node, "expr"):  # a nested int, or a constant
        return _find_constant(node)
    symbols = getattr(node.expr, "free_symbols", ())
    found = (
        node.expr.subs({symbol: _find_number(symbol, node.shape_env) for symbol in symbols})
        if symbols
        else node.expr
    )
    if getattr(found, "free_symbols", ()):
        raise MissingValueError(f"{node.expr} is not known")
    return found


def _find_constant(node: Any) -> Any:
    for maybe in ("maybe_as_int", "maybe_as_float", "maybe_as_bool"):
        found = getattr(node, maybe, lambda: None)()
        if found is not None:
            return found
    raise MissingValueError("a number that no symbol stands for")


def _find_number(symbol: Any, shape_env: Any) -> Any:
    """A symbol's hint; for one without, a number in its range. The hints' table had another name to 2.11."""
    hints = getattr(shape_env, "backed_var_to_val", None) or getattr(shape_env, "var_to_val", {})
    if symbol in hints:
        return hints[symbol]
    known = shape_env.var_to_range.get(symbol)
    unbacked = UNBACKED_FLOAT if "f" in str(symbol) else UNBACKED
    return unbacked if known is None else max(known.lower, min(known.upper, unbacked))


def holds_unbacked(value: Any) -> bool:
    """Whether a captured value holds a number that the capture does not know."""
    return any(_is_unbacked(item) for item in pytree.tree_leaves(value))


def _is_unbacked(item: Any) -> bool:
    if isinstance(item, torch.Tensor):
        return any(_is_unbacked(size) for size in item.shape)
    if type(item) not in _CONVERTED or not hasattr(item.node, "expr"):
        return False
    return any(str(symbol)[0] in "uz" for symbol in getattr(item.node.expr, "free_symbols", ()))
