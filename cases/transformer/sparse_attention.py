"""Attention that is not dense: `flex_attention` with scores and masks of one's own, and nested tensors."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph_goldens import Case, case

try:
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention
except ImportError:  # before 2.5
    create_block_mask = flex_attention = None

FLEX = ">=2.5"
# Before 2.9 the outcome differs from process to process: the mask that it makes within `vmap` is refused in
# most ("querying is_contiguous inside of vmap") and captured in some.
SCORE = ">=2.9"


def _draw_heads() -> tuple[Tensor, Tensor, Tensor]:
    query, key, value = (torch.randn(1, 2, 16, 16) for _ in range(3))
    return query, key, value


@case
def flex_attention_score() -> Case:
    """The function of a score is a graph within the graph; a tensor that it reads is an input of it."""

    def attend(q: Tensor, k: Tensor, v: Tensor, slopes: Tensor) -> Tensor:
        def slope(score: Tensor, _b: Tensor, h: Tensor, i: Tensor, j: Tensor) -> Tensor:
            return score + slopes[h] * (j - i)

        attended: Tensor = flex_attention(q, k, v, score_mod=slope)
        return attended

    return Case(attend, args=(*_draw_heads(), torch.rand(2)), torch=SCORE)


@case
def flex_attention_block_mask() -> Case:
    """A causal mask by blocks comes as an input of tensors and a function."""

    def is_seen(_b: Tensor, _h: Tensor, q: Tensor, k: Tensor) -> Tensor:
        return q >= k

    def build_mask() -> object:
        return create_block_mask(is_seen, None, None, 16, 16, device="cpu", BLOCK_SIZE=16)

    mask = build_mask() if create_block_mask else None

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        attended: Tensor = flex_attention(q, k, v, block_mask=mask)
        return attended

    return Case(attend, args=_draw_heads(), torch=FLEX)


class ProjectsNested(nn.Module):
    """A projection of sequences of unequal length, packed into a nested tensor in the program."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(8, 8)

    def forward(self, values: Tensor, offsets: Tensor) -> Tensor:
        nested = torch.nested.nested_tensor_from_jagged(values, offsets)
        packed: Tensor = functional.silu(self.linear(nested)).values()
        return packed


@case
def nested_projection() -> Case:
    """A nested tensor that is made and left within the program: what is done to its values."""
    args = (torch.randn(5, 8), torch.tensor([0, 2, 5]))
    return Case(ProjectsNested(), args=args)
