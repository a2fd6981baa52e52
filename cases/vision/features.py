"""Patches, windows, heads and norms: what vision transformers and newer convolutional networks add."""

import torch
from torch import nn
from torch.nn import functional

from graph_goldens import Case, Contains, Fact, case

EXPORTED = (Fact("same_as_eager", True, paths=("export*",)),)


class PatchEmbedding(nn.Module):
    """Patches by a strided convolution, a class token in front, and positions added."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 4, kernel_size=2, stride=2)
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.positions = nn.Parameter(torch.randn(1, 5, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        patches = self.patches(x).flatten(2).transpose(1, 2)
        return torch.cat([self.token.expand(x.shape[0], -1, -1), patches], dim=1) + self.positions


@case
def patch_embedding() -> Case:
    """The head of a vision transformer: patches, a class token, positions."""
    claims = (Contains("aten.cat -> aten.add", paths=("export-decomposed",)), *EXPORTED)
    return Case(PatchEmbedding(), args=(torch.randn(2, 3, 4, 4),), claims=claims)


@case
def window_attention() -> Case:
    """Shifted windows, cut by views and put together again, with a bias for each pair of positions."""

    def program(x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        shifted = torch.roll(x, shifts=(-1, -1), dims=(1, 2))
        windows = shifted.view(1, 2, 2, 2, 2, 4).permute(0, 1, 3, 2, 4, 5).reshape(4, 4, 4)
        weights = (windows @ windows.transpose(-2, -1) * 0.5 + bias).softmax(-1)
        mixed = (weights @ windows).view(1, 2, 2, 2, 2, 4).permute(0, 1, 3, 2, 4, 5).reshape(1, 4, 4, 4)
        return torch.roll(mixed, shifts=(1, 1), dims=(1, 2))

    return Case(program, args=(torch.randn(1, 4, 4, 4), torch.randn(4, 4)), claims=EXPORTED)


@case
def einsum_heads() -> Case:
    """Attention of several heads by `einsum`, with an ellipsis and with a repeated index."""

    def program(q: torch.Tensor, k: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k).softmax(-1)
        return torch.einsum("...qk,bk...->...q", scores, k[..., 0]), torch.einsum("bhqq->bh", scores)

    return Case(program, args=(torch.randn(1, 3, 2, 4), torch.randn(1, 3, 2, 4)))


class Norms(nn.Module):
    """Four norms, each of what the one before gives."""

    def __init__(self) -> None:
        super().__init__()
        self.group, self.instance = nn.GroupNorm(2, 4), nn.InstanceNorm2d(4, affine=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.instance(self.group(x))
        y = functional.layer_norm(y.permute(0, 2, 3, 1), (4,)).permute(0, 3, 1, 2)
        return functional.local_response_norm(y, 3)


@case
def norms_of_images() -> Case:
    """Group norm, instance norm, local response norm, and layer norm over channels by permutation."""
    return Case(Norms(), args=(torch.randn(2, 4, 3, 3),), claims=EXPORTED)


@case
def boxes_kept_by_score() -> Case:
    """The best boxes by score, cut to the image, and their overlaps: detection without suppression."""

    def program(boxes: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        _, best = scores.topk(3)
        kept = boxes[best].clamp(0, 1)
        low = torch.maximum(kept[:, None, :2], kept[:, :2])
        high = torch.minimum(kept[:, None, 2:], kept[:, 2:])
        areas = (kept[:, 2:] - kept[:, :2]).prod(-1)
        shared = (high - low).clamp(min=0).prod(-1)
        return shared / (areas[:, None] + areas - shared)

    boxes = torch.tensor(
        [[0.0, 0.0, 0.5, 0.5], [0.1, 0.1, 0.6, 1.2], [0.4, 0.2, 0.9, 0.8], [-0.1, 0.0, 0.3, 0.2]]
    )
    return Case(program, args=(boxes, torch.tensor([0.9, 0.3, 0.8, 0.5])), claims=EXPORTED)
