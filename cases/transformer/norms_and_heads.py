"""Norms, activations, embeddings and losses of transformers."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph_goldens import Case, Contains, Count, NoBreaks, case

EXPORT = ("export", "export-pre-dispatch")


class NormalisesByHand(nn.Module):
    """RMS norm as language models write it: in 32 bits, and the weight in the precision of the input."""

    def __init__(self, width: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width, dtype=dtype))

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6)
        return self.weight * wide.to(x.dtype)


class Gates(nn.Module):
    """SwiGLU: one projection is gated by the SiLU of another."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(8, 16, bias=False)
        self.up = nn.Linear(8, 16, bias=False)
        self.down = nn.Linear(16, 8, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gated: Tensor = self.down(functional.silu(self.gate(x)) * self.up(x))
        return gated


class Ties(nn.Module):
    """Embeds tokens, and reads logits off with the embedding's own weight."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(16, 8)
        self.head = nn.Linear(8, 16, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.head(torch.tanh(self.embedding(tokens)))
        return logits


class Predicts(nn.Module):
    """A head and its loss: logits in 32 bits, labels that are shifted, padding that is ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(8, 16)

    def forward(self, hidden: Tensor, labels: Tensor) -> Tensor:
        logits = self.head(hidden).float()[:, :-1].flatten(0, 1)
        return functional.cross_entropy(logits, labels[:, 1:].flatten(), ignore_index=-100)


@case
def rms_norm() -> Case:
    """The operator of RMS norm, whose decomposition has moved between versions, and its backward."""
    return Case(
        nn.RMSNorm(8, eps=1e-6), args=(torch.randn(2, 4, 8, requires_grad=True),), claims=[NoBreaks()]
    )


@case
def rms_norm_by_hand() -> Case:
    """RMS norm in bfloat16 by hand: casts up, mean of squares, rsqrt, casts down."""
    return Case(
        NormalisesByHand(8, torch.bfloat16),
        args=(torch.randn(2, 4, 8).bfloat16(),),
        claims=[
            Contains("aten.pow -> aten.mean -> ... -> aten.rsqrt", graph="program", paths=EXPORT),
            NoBreaks(),
        ],
    )


@case
def gelu_exact_and_tanh() -> Case:
    """GELU by the error function and by the hyperbolic tangent, which backends lower apart."""
    return Case(
        lambda x: (functional.gelu(x), functional.gelu(x, approximate="tanh")),
        args=(torch.randn(2, 8, requires_grad=True),),
        claims=[Count("aten.gelu", 2, graph="program", paths=EXPORT)],
    )


@case
def swiglu() -> Case:
    """Three projections and a gate; the two that share an input may be joined."""
    return Case(
        Gates(),
        args=(torch.randn(2, 4, 8),),
        claims=[Contains("aten.silu -> aten.mul", graph="program", paths=EXPORT), NoBreaks()],
    )


@case
def tied_embedding() -> Case:
    """One parameter under two names: how often it is an input, and under which name, is what drifts."""
    return Case(Ties(), args=(torch.tensor([[1, 2, 3], [3, 4, 5]]),), claims=[NoBreaks()])


@case
def cross_entropy_head() -> Case:
    """Logits, shifted labels and a mean over those that are not ignored, with the backward."""
    labels = torch.tensor([[1, 2, 3, -100], [4, 5, -100, -100]])
    return Case(Predicts(), args=(torch.randn(2, 4, 8), labels), claims=[NoBreaks()])
