"""How a transformer is told of positions: by rotation."""

import torch
from torch import Tensor, nn

from graph_goldens import Case, Contains, NoBreaks, case


def _list_angles(length: int, width: int) -> Tensor:
    frequencies = 10000.0 ** (-torch.arange(0, width, 2, dtype=torch.float32) / width)
    return torch.outer(torch.arange(length, dtype=torch.float32), frequencies)


def rotate_half(x: Tensor) -> Tensor:
    """Swap the halves of the last dimension and negate what comes first."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


class Rotates(nn.Module):
    """Rotary embedding by halves: angles are computed from positions at each call, without gradients."""

    frequencies: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", 10000.0 ** (-torch.arange(0, width, 2).float() / width))

    def forward(self, q: Tensor, k: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            angles = positions[:, None].float() * self.frequencies[None, :]
            angles = torch.cat((angles, angles), dim=-1)
            cos, sin = angles.cos().to(q.dtype), angles.sin().to(q.dtype)
        return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin


@case
def rotary_embedding() -> Case:
    """Rotation by halves, as in Llama's port to transformers: chunk, negate, cat."""
    heads = torch.randn(2, 2, 4, 8), torch.randn(2, 2, 4, 8)
    return Case(
        Rotates(8),
        args=(*heads, torch.arange(4)),
        claims=[Contains("aten.neg -> aten.cat", graph="program", paths=("export*",)), NoBreaks()],
    )


@case
def rotary_embedding_complex() -> Case:
    """Rotation as a product of complex numbers, as in Llama's first code: views between real and complex."""

    def rotate(x: Tensor, turns: Tensor) -> Tensor:
        pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * turns).flatten(-2).type_as(x)

    angles = _list_angles(4, 8)
    turns = torch.polar(torch.ones_like(angles), angles)
    return Case(
        rotate,
        args=(torch.randn(2, 2, 4, 8), turns),
        claims=[Contains("aten.view_as_complex", graph="program", paths=("export", "export-pre-dispatch"))],
    )
