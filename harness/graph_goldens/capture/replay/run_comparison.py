"""What two runs gave: results, inputs and held tensors as they were left, and the largest difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils import _pytree as pytree

_TOLERANCES = {
    # torch.testing's defaults (torch/testing/_comparison.py), relative and absolute
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.complex64: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex128: (1e-7, 1e-7),
}
_EXACT = (0.0, 0.0)


@dataclass(frozen=True)
class RunResult:
    """What a graph left.

    Attributes:
        outputs: its results, leaf by leaf, effect tokens left out.
        left: its inputs and held tensors after it ran, by name of the newer graph.
    """

    outputs: Sequence[Any]
    left: Mapping[str, Any]


@dataclass(frozen=True)
class RunDifference:
    """What differs between two results; nothing where `words` is empty.

    Attributes:
        words: what differs first: `output 1 by 0.03`.
        largest: the largest absolute difference of what is equal within tolerance.
    """

    words: str = ""
    largest: float = 0.0


def compare_results(old: RunResult, new: RunResult) -> RunDifference:
    """Compare what two graphs left, and stop at the first thing that differs."""
    if len(old.outputs) != len(new.outputs):
        return RunDifference(f"{len(new.outputs)} outputs, and there were {len(old.outputs)}")
    largest = 0.0
    for name, one, other in _pair_values(old, new):
        found = _compare_values(one, other)
        if found.words:
            return RunDifference(f"{name} {found.words}")
        largest = max(largest, found.largest)
    return RunDifference(largest=largest)


def _pair_values(old: RunResult, new: RunResult) -> Iterator[tuple[str, Any, Any]]:
    for place, (one, other) in enumerate(zip(old.outputs, new.outputs, strict=True), start=1):
        yield f"output {place}", one, other
    for name in old.left.keys() & new.left.keys():
        yield f"{name} afterwards", old.left[name], new.left[name]


def _compare_values(old: Any, new: Any) -> RunDifference:
    if isinstance(old, torch.Tensor) and isinstance(new, torch.Tensor):
        return _compare_tensors(old, new)
    if isinstance(old, torch.Tensor) or isinstance(new, torch.Tensor):
        return RunDifference(f"is a {type(new).__name__}, and was a {type(old).__name__}")
    if isinstance(old, torch.ScriptObject) and isinstance(new, torch.ScriptObject):
        return _compare_objects(old, new)
    if isinstance(old, float) and isinstance(new, float):
        return _compare_tensors(
            torch.tensor(old, dtype=torch.float64), torch.tensor(new, dtype=torch.float64)
        )
    return RunDifference() if _is_equal(old, new) else RunDifference(f"is {new}, and was {old}")


def _compare_objects(old: Any, new: Any) -> RunDifference:
    """Compare script objects by class and flattened state, where the class says what that is."""
    names = [each._type().qualified_name() for each in (old, new)]
    if names[0] != names[1]:
        return RunDifference(f"is a {names[1]}, and was a {names[0]}")
    if not hasattr(new, "__obj_flatten__"):
        return RunDifference()
    states = [pytree.tree_leaves(each.__obj_flatten__()) for each in (old, new)]
    if len(states[0]) != len(states[1]):
        return RunDifference("has a state of other parts")
    found = [_compare_values(*parts) for parts in zip(*states, strict=True)]
    different = next((each.words for each in found if each.words), "")
    return RunDifference(
        f"state {different}" if different else "", max((each.largest for each in found), default=0.0)
    )


def _is_equal(old: Any, new: Any) -> bool:
    try:
        return type(old) is type(new) and bool(old == new)
    except Exception:  # what a graph returns decides itself what `==` is
        return False


def _compare_tensors(old: torch.Tensor, new: torch.Tensor) -> RunDifference:
    if old.dtype != new.dtype:
        return RunDifference(f"is {_name(new.dtype)}, and was {_name(old.dtype)}")
    if old.shape != new.shape:
        return RunDifference(f"has shape {tuple(new.shape)}, and had {tuple(old.shape)}")
    if old.layout != new.layout or old.device != new.device:
        return RunDifference(f"is {new.layout} on {new.device}, and was {old.layout} on {old.device}")
    one, other = (each.detach().to_dense() if each.is_sparse else each.detach() for each in (old, new))
    return _compare_numbers(_widen(one), _widen(other), _TOLERANCES.get(old.dtype, _EXACT))


def _widen(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.is_complex():
        return tensor.resolve_conj().to(torch.complex128)
    if tensor.is_floating_point():
        return tensor.to(torch.float64)
    return tensor.to(torch.int64)


def _compare_numbers(old: torch.Tensor, new: torch.Tensor, tolerance: tuple[float, float]) -> RunDifference:
    relative, absolute = tolerance
    same = (old == new) | ((old != old) & (new != new))
    if bool(same.all()):
        return RunDifference()
    apart = (old - new).abs().to(torch.float64)
    allowed = absolute + relative * new.abs().to(torch.float64)
    apart = torch.where(same, torch.zeros_like(apart), apart)
    largest = float(torch.where(apart == apart, apart, torch.full_like(apart, torch.inf)).max())
    within = bool((same | (apart <= allowed)).all())
    return RunDifference(largest=largest) if within else RunDifference(f"by {largest:.2g}")


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
