"""Wrapper subclasses, which hold other tensors: as inputs, results, parameters, with views and gradients."""

import torch
from torch import nn

from cases.subclasses._classes import Pair, Rounded
from graph_goldens import Case, Contains, Count, case


def _pair(rows: int = 2) -> Pair:
    return Pair(torch.ones(rows, 3), torch.arange(3.0 * rows).view(rows, 3))


@case
def pair_as_input() -> Case:
    """A tensor that holds two: below AOTAutograd each operator stands twice, and no wrapper is left."""
    claims = (Count("aten.sin", 2, paths=("compile-aot-eager",), torch=">=2.6"),)
    return Case(lambda x: x.sin() * 2, args=(_pair(),), claims=claims)


@case
def pair_made_inside() -> Case:
    """A wrapper is made and taken apart inside the program: plain tensors go in and come out."""

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        pair = Pair(x, y).exp()
        return pair.first + pair.second

    return Case(program, args=(torch.ones(2), torch.zeros(2)))


@case
def pair_beside_plain_tensors() -> Case:
    """A wrapper and a plain tensor meet: results are a wrapper and a plain tensor."""

    def program(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x @ y, y.sum()

    return Case(program, args=(_pair(), torch.ones(3, 2)))


@case
def gradient_of_pair() -> Case:
    """The backward of a wrapper, whose gradients are wrappers."""
    return Case(lambda x: x.sin().sum(), args=(_pair().requires_grad_(),))


@case
def views_of_pair() -> Case:
    """Views of a wrapper share storage with it, and so do the tensors inside."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x.t(), x.view(-1)[1:3]

    return Case(program, args=(_pair(),))


@case
def pair_written_in_place() -> Case:
    """A wrapper that is an input is written: both tensors inside are."""

    def program(x: torch.Tensor) -> torch.Tensor:
        x.mul_(2)
        return x + 1

    return Case(program, args=(_pair(),))


@case
def pair_of_pairs() -> Case:
    """Wrappers within a wrapper: each operator stands four times."""
    claims = (Count("aten.neg", 4, paths=("compile-aot-eager",), torch=">=2.6"),)
    return Case(lambda x: x.neg(), args=(Pair(_pair(), _pair()),), claims=claims)


@case
def pair_of_symbolic_size() -> Case:
    """A wrapper with a size that may be any: symbols of the wrapper and of what it holds are one."""
    shapes = {"x": {0: torch.export.Dim("rows", min=2, max=8)}}
    return Case(lambda x: x.sum(0) / x.shape[0], args=(_pair(3),), dynamic_shapes=shapes)


class HoldsPair(nn.Module):
    """A layer whose weight is a wrapper."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(Pair(torch.ones(2, 3), torch.zeros(2, 3)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(x, self.weight).relu()


@case
def pair_as_parameter() -> Case:
    """A wrapper as a parameter, with a plain input: one parameter becomes two inputs of the graph."""
    return Case(HoldsPair(), args=(torch.ones(4, 3),))


class HoldsRounded(nn.Module):
    """A linear layer whose weight is kept as bytes."""

    def __init__(self) -> None:
        super().__init__()
        weight = Rounded.of(torch.tensor([[1.0, -2.0, 0.5], [0.25, 4.0, 1.0]]))
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(x, self.weight, self.bias)


@case
def quantised_parameter() -> Case:
    """A weight kept as bytes and scales by a subclass, as quantisers do: graphs cast and multiply."""
    claims = (Contains("aten._to_copy -> aten.mul", paths=("compile-aot-eager",), torch=">=2.6"),)
    return Case(HoldsRounded(), args=(torch.ones(2, 3),), claims=claims)
