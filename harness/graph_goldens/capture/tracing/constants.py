"""The tensors that a graph holds itself: small ones by value, larger ones by a digest of their bytes.

    self._tensor_constant0 : float32[] stride () cpu = 2.0
    self.table : int64[2, 40] stride (40, 1) cpu digest 5f70bf18a0860070
    self.linear.weight : parameter float32[4, 3] stride (3, 1) cpu
    self.queue : script object __torch__.torch.classes._TorchScriptTesting._TensorQueue

Values are exact: of a float the shortest decimal that reads back as the same number of its dtype. Parameters
have no values: they are the program's own, made by the case, and the last digits of random ones depend on a
machine's vector instructions.
"""

import ctypes
import hashlib
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.fx import GraphModule
from torch.utils._python_dispatch import _disable_current_modes

from graph_goldens.capture.tracing.graph_text import describe, find_attribute
from graph_goldens.capture.tracing.storages import has_left_transform, name_tensors

LARGEST = 64
"""Tensors of up to so many elements are told by value."""

_DIGITS = {torch.float32: ("f", range(6, 10)), torch.float16: ("e", range(3, 6))}
_KINDS = (
    (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer)
    if hasattr(torch.nn, "Buffer")
    else (
        torch.Tensor,
        torch.nn.Parameter,
    )
)


def write_constants(graph_module: GraphModule, more: Mapping[str, Any]) -> str:
    """Find what a graph holds, one a line.

    Args:
        graph_module: the graph.
        more: constants that its program keeps beside it, by name.
    """
    held = {**dict(_find_held(graph_module)), **more}
    with _disable_current_modes():
        return "\n".join(f"self.{name} : {_write_words(value)}" for name, value in held.items())


def _find_held(graph_module: GraphModule) -> Iterator[tuple[str, Any]]:
    """Yield what nodes take and what the modules that they call hold, in order."""
    for node in graph_module.graph.nodes:
        target = str(node.target)
        if node.op == "get_attr":
            value = find_attribute(graph_module, target)
            if isinstance(value, torch.Tensor | torch.ScriptObject | FakeScriptObject):
                yield target, value
        elif node.op == "call_module":
            module = find_attribute(graph_module, target)
            if not isinstance(module, GraphModule):
                yield from ((f"{target}.{name}", tensor) for name, tensor in name_tensors(module))


def _write_words(value: Any) -> str:
    words = describe(value)
    if isinstance(value, torch.nn.Parameter):
        return f"parameter {words}"
    if type(value) not in _KINDS or value.layout is not torch.strided or value.is_quantized:
        return words
    if value.device.type == "meta" or value.is_nested or has_left_transform(value):
        return words
    return f"{words}{_describe(value.detach())}"


def _describe(tensor: torch.Tensor) -> str:
    small = tensor.numel() <= LARGEST
    try:
        return f" = {_write_items(tensor)}" if small else f" digest {_compute_digest(tensor)}"
    except (RuntimeError, NotImplementedError, TypeError):  # a dtype without conversions, as float4's
        return f" digest {_compute_digest(tensor)}"


def _compute_digest(tensor: torch.Tensor) -> str:
    data = tensor.cpu().resolve_conj().resolve_neg().contiguous()
    size = data.numel() * data.element_size()
    return hashlib.sha256(ctypes.string_at(data.data_ptr(), size)).hexdigest()[:16]


def _write_items(tensor: torch.Tensor) -> str:
    if tensor.is_complex():
        return _write_list(
            torch.view_as_real(tensor.resolve_conj()).resolve_neg().to(torch.float64),
            tensor.dtype.to_real(),
            1,
        )
    wide = tensor.to(torch.float64) if tensor.is_floating_point() else tensor
    return _write_list(wide, tensor.dtype, 0)


def _write_list(tensor: torch.Tensor, dtype: torch.dtype, pairs: int) -> str:
    """Write a tensor as nested lists; of complex numbers, the last dimension is a pair."""
    return _write_nested(tensor.tolist(), dtype, tensor.dim(), pairs)


def _write_nested(value: Any, dtype: torch.dtype, depth: int, pairs: int) -> str:
    if depth == pairs:
        return (
            f"({_write_number(value[0], dtype)}, {_write_number(value[1], dtype)})"
            if pairs
            else _write_number(value, dtype)
        )
    return f"[{', '.join(_write_nested(item, dtype, depth - 1, pairs) for item in value)}]"


def _write_number(value: Any, dtype: torch.dtype) -> str:
    """Write a number exactly: in the fewest digits that give the same float of its dtype."""
    if not isinstance(value, float) or dtype not in _DIGITS or not abs(value) < float("inf"):
        return repr(value)
    code, counts = _DIGITS[dtype]
    shortest = (float(f"{value:.{digits}g}") for digits in counts)
    return repr(next((short for short in shortest if _rounds_to(short, code, value)), value))


def _rounds_to(short: float, code: str, value: float) -> bool:
    try:
        return struct.pack(code, short) == struct.pack(code, value)
    except OverflowError:  # the shorter decimal is above the largest number
        return False
