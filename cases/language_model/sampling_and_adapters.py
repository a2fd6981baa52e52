"""What stands around a model: choice of tokens, mixtures of experts, adapters, weights in few bits."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph_goldens import Case, Contains, NoBreaks, case

EXPORT = ("export", "export-pre-dispatch")


class MixesDensely(nn.Module):
    """Two of four experts for each token, all computed, weighted by what the gate says."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(8, 4, bias=False)
        self.up = nn.Parameter(torch.randn(4, 8, 16))
        self.down = nn.Parameter(torch.randn(4, 16, 8))

    def forward(self, x: Tensor) -> Tensor:
        best, chosen = self.gate(x).softmax(-1).topk(2, dim=-1)
        best = best / best.sum(-1, keepdim=True)
        weights = torch.zeros(x.size(0), 4).scatter(1, chosen, best)
        hidden = functional.silu(torch.einsum("td,edf->tef", x, self.up))
        return torch.einsum("tef,efd,te->td", hidden, self.down, weights)


class MixesByTokens(nn.Module):
    """Each expert gathers the tokens that chose it and adds its results where they came from."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(8, 2, bias=False)
        self.experts = nn.ModuleList(nn.Linear(8, 8) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        best, chosen = self.gate(x).softmax(-1).max(-1)
        mixed = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            (tokens,) = torch.where(chosen == number)
            mixed.index_add_(0, tokens, expert(x[tokens]) * best[tokens, None])
        return mixed


class Adapts(nn.Module):
    """LoRA: a frozen projection and beside it the product of two thin ones."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = nn.Linear(8, 8)
        self.frozen.requires_grad_(False)
        self.down, self.up = nn.Linear(8, 2, bias=False), nn.Linear(2, 8, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        adapted: Tensor = self.frozen(x) + self.up(self.down(x)) * 0.5
        return adapted


class HoldsBytes(nn.Module):
    """A projection whose weight is held as bytes with a scale for each row."""

    weight: Tensor
    scales: Tensor

    def __init__(self) -> None:
        super().__init__()
        weight = torch.randn(8, 8)
        scales = weight.abs().amax(1) / 127
        self.register_buffer("scales", scales)
        self.register_buffer("weight", (weight / scales[:, None]).round().to(torch.int8))

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight.to(x.dtype)) * self.scales


class HoldsNibbles(nn.Module):
    """A projection whose weight is held as two numbers of four bits in a byte, scaled in groups of four."""

    packed: Tensor
    scales: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("packed", torch.randint(0, 256, (8, 4), dtype=torch.uint8))
        self.register_buffer("scales", torch.rand(8, 2, 1) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        pairs = torch.stack((self.packed & 15, self.packed >> 4), dim=-1).view(8, 8)
        weight = ((pairs.to(x.dtype) - 8).view(8, 2, 4) * self.scales).view(8, 8)
        return functional.linear(x, weight)


@case
def experts_dense() -> Case:
    """A mixture of experts without data-dependent sizes: top-k, scatter, einsum."""
    return Case(
        MixesDensely(),
        args=(torch.randn(3, 8),),
        claims=[Contains("aten.topk", graph="program", paths=EXPORT), NoBreaks()],
    )


@case
def experts_by_tokens() -> Case:
    """A mixture of experts that gathers tokens: the number of tokens of an expert is unbacked."""
    return Case(MixesByTokens(), args=(torch.randn(4, 8),))


@case
def beam_step() -> Case:
    """A step of beam search: the best of all continuations, and which beams they continue."""

    def continue_beams(logits: Tensor, scores: Tensor, sequences: Tensor) -> tuple[Tensor, Tensor]:
        total = scores[:, None] + logits.log_softmax(-1)
        best, places = total.flatten().topk(scores.size(0))
        beams = torch.div(places, logits.size(-1), rounding_mode="floor")
        tokens = places % logits.size(-1)
        return best, torch.cat((sequences[beams], tokens[:, None]), dim=1)

    args = (torch.randn(3, 8), torch.randn(3), torch.randint(0, 8, (3, 4)))
    return Case(continue_beams, args=args, claims=[NoBreaks()])


@case
def sample_top_p() -> Case:
    """Nucleus sampling: sort, cumulative sum, masked scatter back, and a draw by `multinomial`."""

    def draw(logits: Tensor) -> Tensor:
        ordered, places = (logits / 0.7).sort(descending=True, dim=-1)
        probable = ordered.softmax(-1)
        beyond = probable.cumsum(-1) - probable > 0.9
        hidden = beyond.scatter(-1, places, beyond)
        kept = logits.masked_fill(hidden, float("-inf"))
        return torch.multinomial(kept.softmax(-1), 1)

    return Case(draw, args=(torch.randn(2, 8),), claims=[NoBreaks()])


@case
def logits_processed() -> Case:
    """Logits of the last token, capped by tanh, with a penalty for tokens that were there."""

    def process(logits: Tensor, tokens: Tensor) -> Tensor:
        last = torch.tanh(logits[:, -1] / 30.0) * 30.0
        there = last.gather(1, tokens)
        punished = torch.where(there < 0, there * 1.2, there / 1.2)
        return last.scatter(1, tokens, punished).argmax(-1)

    args = (torch.randn(2, 3, 8), torch.randint(0, 8, (2, 3)))
    return Case(process, args=args, claims=[NoBreaks()])


@case
def low_rank_adapter() -> Case:
    """LoRA beside a frozen projection: which parameters have gradients in the joint graph."""
    return Case(Adapts(), args=(torch.randn(2, 8),), claims=[NoBreaks()])


@case
def weight_only_int8() -> Case:
    """Bytes that become floats in front of the product, scales behind it: what quantisers match."""
    return Case(
        HoldsBytes(),
        args=(torch.randn(2, 8),),
        claims=[
            Contains("(aten.to | aten._to_copy) -> aten.linear", graph="program", paths=EXPORT),
            NoBreaks(),
        ],
    )


@case
def weight_only_int4() -> Case:
    """Nibbles unpacked by `and` and shift, less eight, scaled in groups."""
    return Case(HoldsNibbles(), args=(torch.randn(2, 8),), claims=[NoBreaks()])
