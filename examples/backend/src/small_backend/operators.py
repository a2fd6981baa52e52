"""Which operators the backend knows, however PyTorch spells them, and one that it adds in Python.

`small_backend::linear_relu` and `small_backend::norm_relu`, which it fuses pairs into, are written in C++.
"""

from typing import Any

import torch
from torch.nn import functional

_aten = torch.ops.aten

NAMES: dict[Any, str] = {
    _aten.linear.default: "linear",
    _aten.relu.default: "relu",
    _aten.gelu.default: "gelu",
    _aten.conv2d.default: "conv2d",
    _aten.batch_norm.default: "batch_norm",
    _aten.add.Tensor: "add",
    _aten.scaled_dot_product_attention.default: "attention",
    torch._C._nn.linear: "linear",
    torch._C._nn.gelu: "gelu",
    torch._C._nn.scaled_dot_product_attention: "attention",
    torch.conv2d: "conv2d",
    torch.relu: "relu",
    functional.linear: "linear",
    functional.relu: "relu",
    functional.gelu: "gelu",
    functional.batch_norm: "batch_norm",
    functional.scaled_dot_product_attention: "attention",
    "relu": "relu",
}
"""The backend's name of an operator, by what a node of `torch.export` or of Dynamo calls."""


@torch.library.custom_op("small_backend::shifted_gelu", mutates_args=())
def shifted_gelu(x: torch.Tensor, shift: float) -> torch.Tensor:
    """Compute GELU of `x + shift`."""
    return functional.gelu(x + shift)


@shifted_gelu.register_fake
def _(x: torch.Tensor, shift: float) -> torch.Tensor:
    return torch.empty_like(x)


NAMES[torch.ops.small_backend.shifted_gelu.default] = "shifted_gelu"
