"""`nn.MultiheadAttention` and the layers around it: masks, weights, and the fast path."""

import torch
from torch import Tensor, nn

from graph_goldens import Case, Contains, Lacks, NoBreaks, case

WIDTH, HEADS, LENGTH, BATCH = 8, 2, 4, 2
SDPA = "aten.scaled_dot_product_attention"
EXPORT = ("export", "export-pre-dispatch")


class AttendsToItself(nn.Module):
    """Calls `nn.MultiheadAttention` with one tensor as query, key and value."""

    def __init__(self, need_weights: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.need_weights = need_weights

    def forward(
        self, x: Tensor, padding: Tensor | None = None, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        attended: tuple[Tensor, Tensor | None] = self.attention(
            x, x, x, key_padding_mask=padding, attn_mask=mask, need_weights=self.need_weights
        )
        return attended


def sequence() -> Tensor:
    """Draw a batch of sequences."""
    return torch.randn(BATCH, LENGTH, WIDTH)


@case
def multihead_attention() -> Case:
    """Attention without weights ends in SDPA, whose result is permuted and viewed (pytorch#179287)."""
    return Case(
        AttendsToItself(need_weights=False).eval(),
        args=(sequence(),),
        claims=[Contains(SDPA, graph="program", paths=EXPORT), NoBreaks()],
    )


@case
def multihead_attention_weights() -> Case:
    """Asking for the weights, averaged over heads, replaces SDPA by two products and a softmax."""
    return Case(
        AttendsToItself(need_weights=True).eval(),
        args=(sequence(),),
        claims=[
            Lacks(SDPA, graph="program", paths=EXPORT),
            Contains("aten.softmax -> ... -> aten.bmm", graph="program", paths=EXPORT),
        ],
    )


@case
def multihead_attention_masks() -> Case:
    """A mask of padding and a causal mask, both boolean, become one mask of floats."""
    padding = torch.tensor([[False] * LENGTH, [False, False, True, True]])
    causal = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
    return Case(
        AttendsToItself(need_weights=False).eval(), args=(sequence(), padding, causal), claims=[NoBreaks()]
    )


def _encoder_layer(**options: object) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(WIDTH, HEADS, 2 * WIDTH, batch_first=True, **options)


@case
def encoder_layer_pre_norm() -> Case:
    """Norms before attention and before the feed-forward part, GELU, a causal mask; no gradients."""
    mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
    return Case(
        _encoder_layer(dropout=0.0, norm_first=True, activation="gelu"),
        args=(sequence(), mask),
        kwargs={"is_causal": True},
        contexts=(torch.no_grad,),
    )


@case
def encoder_layer_post_norm() -> Case:
    """The layer as it first was: norms behind the residual sums, ReLU, dropout in training."""
    return Case(_encoder_layer(dropout=0.1).train(), args=(sequence(),))


@case
def encoder_layer_inference() -> Case:
    """Without gradients eager runs the whole layer as one operator (pytorch#177013)."""
    return Case(_encoder_layer().eval(), args=(sequence(),), contexts=(torch.no_grad,))


@case
def decoder_layer() -> Case:
    """Causal attention to the target, attention to the memory, feed-forward, each with its norm.

    The sequence comes first, and nothing has a bias. It is in training, without gradients: eager has a faster
    way for attention only in `eval`.
    """
    layer = nn.TransformerDecoderLayer(WIDTH, HEADS, 2 * WIDTH, dropout=0.0, bias=False)
    mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
    return Case(
        layer,
        args=(torch.randn(LENGTH, BATCH, WIDTH), torch.randn(3, BATCH, WIDTH)),
        kwargs={"tgt_mask": mask},
        contexts=(torch.no_grad,),
    )
