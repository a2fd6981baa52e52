"""Objects around a tensor: one that is safe to trace itself, one whose flattening computes."""

from typing import Any

import torch

from cases.torchbind.claims import COMPILE, EXPORT, STATIC_COMPILE, same_as_eager
from graph_goldens import Case, case


class SinesHeldTensor(torch.nn.Module):
    """Computes with the tensor that an input holds."""

    def forward(self, safe_obj: torch.ScriptObject) -> torch.Tensor:
        return safe_obj.get().sin()


class AddsHeldTensor(torch.nn.Module):
    """Computes with the tensor that an input holds and with its size."""

    def forward(self, obj: Any, x: torch.Tensor) -> torch.Tensor:
        return obj.get() + x + obj.get().size(0)


@case
def safe_to_trace_with_real() -> Case:
    """An object that says that it never changes is traced itself, without a fake class."""
    holder = torch.classes._TorchScriptTesting._ConstantTensorContainer(torch.randn(3, 3))
    return Case(SinesHeldTensor(), args=(holder,), claims=same_as_eager((*EXPORT, *COMPILE), torch=">=2.5"))


@case
def tensor_op_in_tensor_flatten() -> Case:
    """The tensor operator that flattening runs stays out of the graph."""
    holder = torch.classes._TorchScriptTesting._FlattenWithTensorOp(torch.randn(3, 2))
    claims = [
        *same_as_eager(EXPORT),
        *same_as_eager(STATIC_COMPILE, torch=">=2.5"),
        *same_as_eager(("compile-dynamic",), torch=">=2.9"),
    ]
    return Case(AddsHeldTensor(), args=(holder, torch.randn(3, 1)), claims=claims)
