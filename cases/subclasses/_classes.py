"""Subclasses of tensors and modes that the cases of this pack share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing

aten = torch.ops.aten
Kwargs = Mapping[str, Any] | None


class Pair(torch.Tensor):
    """Two tensors of one shape, on each of which every operator runs."""

    @staticmethod
    def __new__(cls, first: torch.Tensor, second: torch.Tensor) -> "Pair":
        return torch.Tensor._make_wrapper_subclass(
            cls,
            first.size(),
            strides=first.stride(),
            storage_offset=first.storage_offset(),
            dtype=first.dtype,
            device=first.device,
            requires_grad=first.requires_grad,
        )

    def __init__(self, first: torch.Tensor, second: torch.Tensor) -> None:
        self.first, self.second = first, second

    def __repr__(self) -> str:
        return f"Pair({self.first!r}, {self.second!r})"

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return ["first", "second"], None

    @staticmethod
    def __tensor_unflatten__(inner: Mapping[str, torch.Tensor], _: object, size: Any, stride: Any) -> "Pair":
        return Pair(inner["first"], inner["second"])

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Kwargs = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        firsts = func(*_take("first", args), **_take("first", kwargs))
        seconds = func(*_take("second", args), **_take("second", kwargs))
        leaves, spec = pytree.tree_flatten(firsts)
        others = pytree.tree_leaves(seconds)
        pairs = [
            cls(one, other) if isinstance(one, torch.Tensor) else one
            for one, other in zip(leaves, others, strict=True)
        ]
        return return_and_correct_aliasing(func, args, kwargs, pytree.tree_unflatten(pairs, spec))


def _take(name: str, tree: Any) -> Any:
    return pytree.tree_map_only(Pair, lambda pair: getattr(pair, name), tree)


class Rounded(torch.Tensor):
    """A matrix kept as bytes and a scale, which is a float matrix for every operator that takes it."""

    @staticmethod
    def __new__(cls, data: torch.Tensor, scale: torch.Tensor) -> "Rounded":
        return torch.Tensor._make_wrapper_subclass(
            cls, data.size(), strides=data.stride(), dtype=scale.dtype, device=data.device
        )

    def __init__(self, data: torch.Tensor, scale: torch.Tensor) -> None:
        self.data_of, self.scale_of = data, scale

    def __repr__(self) -> str:
        return f"Rounded({self.data_of!r}, {self.scale_of!r})"

    @classmethod
    def of(cls, matrix: torch.Tensor) -> "Rounded":
        """Round a float matrix, each row by a scale of its own."""
        scale = matrix.abs().amax(1, keepdim=True) / 127
        return cls((matrix / scale).round().to(torch.int8), scale)

    def restore(self) -> torch.Tensor:
        """Compute the float matrix."""
        return self.data_of.to(self.scale_of.dtype) * self.scale_of

    def __tensor_flatten__(self) -> tuple[list[str], tuple[str]]:
        return ["data_of", "scale_of"], ("rounded",)

    @staticmethod
    def __tensor_unflatten__(
        inner: Mapping[str, torch.Tensor], _: object, size: Any, stride: Any
    ) -> "Rounded":
        return Rounded(inner["data_of"], inner["scale_of"])

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Kwargs = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func in (aten.detach.default, aten.alias.default, aten.clone.default):
            copied = cls(func(args[0].data_of), func(args[0].scale_of))
            return return_and_correct_aliasing(func, args, kwargs, copied)
        args, kwargs = pytree.tree_map_only(Rounded, Rounded.restore, (args, kwargs))
        return func(*args, **kwargs)


class Tagged(torch.Tensor):
    """A tensor that says what it is, and whose sums are told apart by `__torch_function__`."""

    tag: str = "none"

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Kwargs = None,
    ) -> Any:
        if func is torch.sum:
            return super().__torch_function__(torch.mean, types, args, kwargs or {})
        return super().__torch_function__(func, types, args, kwargs or {})


class SineInsteadOfCosine(TorchFunctionMode):
    """Calls of `torch.cos` become calls of `torch.sin`."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Kwargs = None,
    ) -> Any:
        return (torch.sin if func is torch.cos else func)(*args, **(kwargs or {}))


class MultipliesByAdding(TorchDispatchMode):
    """A product with the number two becomes a sum of the tensor with itself."""

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Kwargs = None
    ) -> Any:
        if func is aten.mul.Tensor and args[1] == 2:
            return aten.add.Tensor(args[0], args[0])
        return func(*args, **(kwargs or {}))
