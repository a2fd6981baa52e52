"""Whether a traced program's results are eager's, judged by kinds of leaf."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

from graph_goldens.capture.tracing.aliased_results import find_aliases
from graph_goldens.capture.tracing.result_leaves import PLAIN, Leaf, flatten_leaves, name_leaf, show_leaf
from graph_goldens.cases.case import Compare

_CLOSE: Mapping[torch.dtype, float] = {
    torch.float16: 1e-3,
    torch.bfloat16: 1.6e-2,
    torch.float32: 1e-5,
    torch.float64: 1e-5,
    torch.complex32: 1e-3,
    torch.complex64: 1e-5,
    torch.complex128: 1e-5,
}
"""How far numbers may lie apart, relative to each.

Those of half precision are `_DTYPE_PRECISIONS` of torch/testing/_comparison.py, whose others are too narrow
for sums in another order.
"""
_OF_LARGEST = 0.1
"""What part of that is allowed of the largest number: what cancels out keeps the error of what it was."""
_SPARSE_PARTS: Mapping[torch.layout, tuple[str, ...]] = {
    torch.sparse_csr: ("crow_indices", "col_indices", "values"),
    torch.sparse_bsr: ("crow_indices", "col_indices", "values"),
    torch.sparse_csc: ("ccol_indices", "row_indices", "values"),
    torch.sparse_bsc: ("ccol_indices", "row_indices", "values"),
}


@dataclass(frozen=True)
class Difference:
    """The first place where two results differ, in words."""

    text: str

    def __str__(self) -> str:
        return self.text


def find_difference(
    result: Any,
    expected: Any,
    compare: Compare,
    inputs: Sequence[Any] = (),
    eager_inputs: Sequence[Any] = (),
    *,
    aliases: bool = True,
) -> Difference | None:
    """Hold a result against the expected one, leaf by leaf; None when they agree.

    Args:
        result: what the traced program returned.
        expected: what eager returned.
        compare: how script objects are held against each other, or that nothing is.
        inputs: what the traced program was given: which results share storage with them counts, and what
            they hold after the call.
        eager_inputs: what eager was given.
        aliases: whether results must share storage with the same inputs and earlier results.
    """
    if compare is Compare.NOT:
        return None
    found, wanted = list(flatten_leaves(result)), list(flatten_leaves(expected))
    if len(found) != len(wanted):
        return Difference(f"{len(found)} results instead of {len(wanted)}")
    for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
        if one.place != other.place:
            return Difference(f"result {number}: at {one.place or 'top'} instead of {other.place or 'top'}")
        if text := compare_leaves(one.value, other.value, compare):
            return Difference(f"result {number}: {text}")
    shared = _compare_aliases((found, inputs), (wanted, eager_inputs)) if aliases else None
    return shared or _compare_written(inputs, eager_inputs, compare)


def compare_leaves(one: Any, other: Any, compare: Compare) -> str:
    """Say how one leaf differs from the expected one; empty when it does not."""
    if isinstance(other, torch.ScriptObject):
        return "" if compare is Compare.SKIP_SCRIPT_OBJECTS else _compare_objects(one, other)
    if isinstance(other, torch.Tensor):
        return _compare_tensors(one, other)
    if type(one) is not type(other):
        return f"{name_leaf(one)} instead of {name_leaf(other)}"
    if isinstance(other, PLAIN):
        equal = one == other or (one != one and other != other)
        return "" if equal else f"{show_leaf(one)} instead of {show_leaf(other)}"
    return _compare_others(one, other)


def _compare_others(one: Any, other: Any) -> str:
    """Hold two objects of one type against each other, as far as that type says when they are equal."""
    if one is other:
        return ""
    kind = type(other).__qualname__
    equality: object = type(other).__eq__
    if equality is object.__eq__:
        return f"not comparable ({kind})"
    try:
        return "" if one == other else f"another {kind}"
    except Exception:  # the program's own type, or one such as an array that has no single answer
        return f"not comparable ({kind})"


def _compare_tensors(one: Any, other: torch.Tensor) -> str:
    if not isinstance(one, torch.Tensor) or (
        isinstance(one, FakeTensor) and not isinstance(other, FakeTensor)
    ):
        return f"a {type(one).__name__} instead of a tensor"
    if _has_own_functions(other):
        with torch._C.DisableTorchFunctionSubclass():
            return _compare_plainly(one, other)
    return _compare_plainly(one, other)


def _has_own_functions(tensor: torch.Tensor) -> bool:
    """Whether a class of tensors says what torch's functions do with it, and holds its values itself.

    `CausalBias` of torch/nn/attention/bias.py refuses all of them but attention, up to 2.7 `stride` too.
    """
    if type(tensor) in (torch.Tensor, torch.nn.Parameter) or is_traceable_wrapper_subclass(tensor):
        return False
    decides: Any = type(tensor).__torch_function__
    if decides is torch._C._disabled_torch_function_impl:
        return False
    return getattr(decides, "__func__", decides) is not torch.Tensor.__torch_function__.__func__


def _compare_plainly(one: torch.Tensor, other: torch.Tensor) -> str:
    for say in (_describe_kind, _describe_layout):
        texts = say(one), say(other)
        if texts[0] != texts[1]:
            return f"{texts[0]} instead of {texts[1]}"
    if one.requires_grad != other.requires_grad:
        return f"requires_grad {one.requires_grad} instead of {other.requires_grad}"
    if isinstance(other, FakeTensor) or other.is_meta:
        return ""
    try:
        with torch.no_grad():
            return "" if _has_same_values(one.detach(), other.detach()) else "other values"
    except Exception:  # a class of tensors says itself what may be done with them
        if type(other) in (torch.Tensor, torch.nn.Parameter):
            raise
        return f"not comparable ({type(other).__qualname__})"


def _describe_kind(tensor: torch.Tensor) -> str:
    """Name what must agree before any value is looked at: wrapper, dtype, sizes, device."""
    wrapper = f"{type(tensor).__name__} " if is_traceable_wrapper_subclass(tensor) else ""
    if tensor.is_nested:
        return f"{wrapper}nested {tensor.dtype} of {tensor.size(0)}{_name_device(tensor)}"
    return f"{wrapper}{tensor.dtype} {list(tensor.shape)}{_name_device(tensor)}"


def _name_device(tensor: torch.Tensor) -> str:
    return "" if tensor.device.type == "cpu" else f" on {tensor.device}"


def _describe_layout(tensor: torch.Tensor) -> str:
    """Name the layout, and the strides of those dimensions along which there is more than one element.

    The stride of a dimension of one element, and all strides of a tensor without elements, are multiplied by
    zero alone, so PyTorch promises none: `_compute_contiguous` of c10/core/Contiguity.h skips them, and
    `check_significant_strides` of torch/_prims_common/__init__.py compares only dimensions of several
    elements, of tensors that have any.
    """
    layout = str(tensor.layout).removeprefix("torch.")
    if tensor.layout is not torch.strided or tensor.is_nested:
        return f"layout {layout}"
    if not tensor.numel():
        return f"layout {layout}"
    strides = zip(tensor.shape, tensor.stride(), strict=True)
    return f"strides {[stride if size > 1 else '-' for size, stride in strides]}".replace("'-'", "-")


def _has_same_values(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors of one kind and layout hold the same."""
    for holds, judge in _JUDGES:
        if holds(other):
            return judge(one, other)
    return _has_same_dense(one, other)


def _has_same_nested(one: torch.Tensor, other: torch.Tensor) -> bool:
    parts = list(zip(one.unbind(), other.unbind(), strict=True))
    return all(a.shape == b.shape and _has_same_values(a, b) for a, b in parts)


def _has_same_wrapped(one: Any, other: Any) -> bool:
    (names, context), (wanted, expected) = one.__tensor_flatten__(), other.__tensor_flatten__()
    if list(names) != list(wanted) or compare_leaves(context, expected, Compare.VALUES).startswith("another"):
        return False
    return not any(compare_leaves(getattr(one, name), getattr(other, name), Compare.VALUES) for name in names)


def _has_same_masked(one: Any, other: Any) -> bool:
    """Hold two masked tensors against each other: what their masks hide has no value."""
    masks = one.get_mask(), other.get_mask()
    data = (each.get_data() * mask for each, mask in zip((one, other), masks, strict=True))
    return torch.equal(*masks) and _has_same_values(*data)


def _has_same_coo(one: torch.Tensor, other: torch.Tensor) -> bool:
    dims = [(each.sparse_dim(), each.dense_dim(), each.is_coalesced()) for each in (one, other)]
    one, other = one.coalesce(), other.coalesce()
    return (
        dims[0] == dims[1]
        and torch.equal(one.indices(), other.indices())
        and _has_same_values(one.values(), other.values())
    )


def _has_same_compressed(one: torch.Tensor, other: torch.Tensor) -> bool:
    pairs = [(getattr(one, name)(), getattr(other, name)()) for name in _SPARSE_PARTS[other.layout]]
    return all(a.shape == b.shape and _has_same_values(a, b) for a, b in pairs)


def _has_same_quantised(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.qscheme() != other.qscheme():
        return False
    if other.qscheme() in (torch.per_tensor_affine, torch.per_tensor_symmetric):
        scales = [(each.q_scale(), each.q_zero_point()) for each in (one, other)]
        return scales[0] == scales[1] and torch.equal(one.int_repr(), other.int_repr())
    same = torch.equal(one.q_per_channel_scales(), other.q_per_channel_scales()) and torch.equal(
        one.q_per_channel_zero_points(), other.q_per_channel_zero_points()
    )
    same = same and one.q_per_channel_axis() == other.q_per_channel_axis()
    return same and torch.equal(one.int_repr(), other.int_repr())


def _has_same_mkldnn(one: torch.Tensor, other: torch.Tensor) -> bool:
    return _has_same_dense(one.to_dense(), other.to_dense())


def _has_same_dense(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Hold floating-point numbers against each other closely, nan equal to nan, all else bit by bit.

    Comparisons are not implemented for float8 and the unsigned types of more than 8 bits in most releases.
    """
    if other.dtype in _CLOSE:
        return _is_close(one, other)
    return torch.equal(_read_bytes(one), _read_bytes(other))


def _is_close(one: torch.Tensor, other: torch.Tensor) -> bool:
    near = _CLOSE[other.dtype]
    if other.is_complex():
        one, other = (torch.view_as_real(each.resolve_conj().resolve_neg()) for each in (one, other))
    finite = other[other.isfinite()].abs()
    largest = float(finite.max()) if finite.numel() else 0.0
    return torch.allclose(one, other, rtol=near, atol=_OF_LARGEST * near * largest, equal_nan=True)


def _read_bytes(tensor: torch.Tensor) -> torch.Tensor:
    """Read a tensor's bytes in the order of its elements."""
    return tensor.contiguous().reshape(-1).view(torch.uint8)


_Test = Callable[[torch.Tensor], bool]
_Judge = Callable[[Any, Any], bool]
_JUDGES: tuple[tuple[_Test, _Judge], ...] = (
    (lambda tensor: bool(tensor.is_nested), _has_same_nested),
    (is_traceable_wrapper_subclass, _has_same_wrapped),
    (torch.masked.is_masked_tensor, _has_same_masked),
    (lambda tensor: tensor.layout is torch.sparse_coo, _has_same_coo),
    (lambda tensor: tensor.layout in _SPARSE_PARTS, _has_same_compressed),
    (lambda tensor: bool(tensor.is_quantized), _has_same_quantised),
    (lambda tensor: bool(tensor.is_mkldnn), _has_same_mkldnn),
)


def _compare_objects(one: Any, other: torch.ScriptObject) -> str:
    if not isinstance(one, torch.ScriptObject):
        return f"a {type(one).__name__} instead of a script object"
    names = [item._type().qualified_name() for item in (one, other)]
    if names[0] != names[1]:
        return f"a {names[0]} instead of a {names[1]}"
    if not hasattr(other, "__obj_flatten__"):
        return ""
    state, wanted = one.__obj_flatten__(), other.__obj_flatten__()
    found = find_difference(state, wanted, Compare.VALUES)
    return f"flattened state, {found}" if found else ""


_Results = tuple[Sequence[Leaf], Sequence[Any]]


def _compare_aliases(found: _Results, wanted: _Results) -> Difference | None:
    """Say which result shares its storage with another input, or earlier result, than eager's does."""
    pairs = zip(find_aliases(*found), find_aliases(*wanted), strict=True)
    for number, (one, other) in enumerate(pairs):
        if one != other:
            return Difference(f"result {number}: {one or 'no'} storage shared instead of {other or 'none'}")
    return None


def _compare_written(
    inputs: Sequence[Any], eager_inputs: Sequence[Any], compare: Compare
) -> Difference | None:
    """Say which input holds after the call what eager's does not: one of the two wrote it in place."""
    found, wanted = list(flatten_leaves(list(inputs))), list(flatten_leaves(list(eager_inputs)))
    if [leaf.place for leaf in found] != [leaf.place for leaf in wanted]:
        return Difference("inputs: other containers after the call")
    for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
        if not isinstance(other.value, (torch.Tensor, *PLAIN)) or _is_left_alone(one.value, other.value):
            continue
        if text := compare_leaves(one.value, other.value, compare):
            return Difference(f"input {number} after the call: {text}")
    return None


def _is_left_alone(one: Any, other: Any) -> bool:
    """Whether nothing wrote an input whose values mean nothing: those of a `CausalBias` were never set."""
    if not (isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and _has_own_functions(other)):
        return False
    with torch._C.DisableTorchFunctionSubclass():
        return type(one) is type(other) and one._version == other._version
