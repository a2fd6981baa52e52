"""`scaled_dot_product_attention` in its forms, and attention by hand, which Inductor may turn into it.

On CPU the choice between the fused kernel and plain products rests on inputs, masks and settings, and not
on what the processor can do.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import bias

from graph_goldens import Case, Claim, Contains, NoBreaks, case

SDPA = "aten.scaled_dot_product_attention"
EXPORT = ("export", "export-pre-dispatch")
Attention = Callable[..., Tensor]


def draw_heads(length: int = 4, heads: int = 2, *, requires_grad: bool = False) -> Tensor:
    """Draw vectors of (batch, heads, length, width of a head)."""
    return torch.randn(2, heads, length, 8, requires_grad=requires_grad)


def _attend(attention: Attention, *more: Tensor, training: bool = False) -> Case:
    heads = tuple(draw_heads(requires_grad=training) for _ in range(3))
    claims: list[Claim] = [Contains(SDPA, graph="program", paths=EXPORT), NoBreaks()]
    return Case(attention, args=(*heads, *more), claims=claims)


@case
def sdpa_causal() -> Case:
    """Export keeps one operator; what decomposes it takes a fused one for CPU (pytorch#119439)."""
    return _attend(
        lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, is_causal=True), training=True
    )


@case
def sdpa_bias_and_scale() -> Case:
    """A learnt bias that is broadcast over heads, as for relative positions, and a scale of one's own."""
    added = torch.randn(1, 1, 4, 4, requires_grad=True)
    return _attend(
        lambda q, k, v, added: functional.scaled_dot_product_attention(q, k, v, attn_mask=added, scale=1.0),
        added,
        training=True,
    )


@case
def sdpa_dropout() -> Case:
    """Dropout within attention draws random numbers that forward and backward share."""
    return _attend(
        lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, dropout_p=0.5), training=True
    )


@case
def sdpa_grouped_queries() -> Case:
    """Four heads of queries share two of keys and values; the flag came with 2.5."""

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        attended: Tensor = functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        return attended

    claims = [Contains(SDPA, graph="program", paths=EXPORT)]
    return Case(attend, args=(draw_heads(heads=4), draw_heads(), draw_heads()), claims=claims, torch=">=2.5")


@case
def sdpa_causal_lower_right() -> Case:
    """Fewer queries than keys, aligned to the end, as in decoding: a mask that is a tensor subclass."""

    def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        attended: Tensor = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return attended

    mask = bias.causal_lower_right(2, 4)
    args = (draw_heads(2), draw_heads(), draw_heads(), mask)
    return Case(attend, args=args)


@case
def attention_by_hand() -> Case:
    """Two products around a softmax, which Inductor's joint passes recognise and fuse."""

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        scores = torch.matmul(q, k.transpose(-2, -1)).div(math.sqrt(8.0))
        return torch.matmul(scores.softmax(dim=-1), v)

    claims: list[Claim] = [Contains("aten._scaled_dot_product_*", paths=("compile-inductor",)), NoBreaks()]
    return Case(attend, args=(draw_heads(), draw_heads(), draw_heads()), claims=claims)
