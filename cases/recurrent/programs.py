"""Programs around recurrent layers: cells in loops, packed sequences, and layers that Dynamo may enter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
import torch._dynamo
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from graph_goldens import Case, Contains, Count, NoBreaks, case


class Unrolled(nn.Module):
    """An LSTM cell, called for each step of a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(5, 4)

    def forward(self, xs: torch.Tensor) -> torch.Tensor:
        h, c = torch.zeros(3, 4), torch.zeros(3, 4)
        for x in xs:
            h, c = self.cell(x, (h, c))
        return h


@case
def lstm_cell_in_a_loop() -> Case:
    """An LSTM cell over a sequence, by a loop in Python that is unrolled."""
    claims = (NoBreaks(), Count("aten.tanh", 4, graph="program", paths=("export-decomposed",)))
    return Case(Unrolled(), args=(torch.randn(2, 3, 5),), claims=claims)


@case
def gru_and_rnn_cells() -> Case:
    """A GRU cell and a plain cell, whose states begin as zeros that they make themselves."""
    cells = nn.Sequential(nn.GRUCell(3, 4), nn.RNNCell(4, 2))
    return Case(cells, args=(torch.randn(2, 3),), claims=[NoBreaks()])


class Peephole(nn.Module):
    """A cell written by hand, whose gates also see the state."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = nn.Linear(3 + 4, 12)
        self.peep = nn.Parameter(torch.randn(4))

    def forward(self, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        i, f, g = self.gates(torch.cat([x, h], dim=-1)).chunk(3, dim=-1)
        c = torch.sigmoid(f + self.peep * c) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.tanh(c), c


@case
def cell_by_hand() -> Case:
    """A cell written by hand: one linear layer for all gates, cut into chunks."""
    args = (torch.randn(2, 3), torch.zeros(2, 4), torch.zeros(2, 4))
    claims = (Contains("aten.sigmoid -> aten.mul -> aten.add", paths=("export-decomposed",)), NoBreaks())
    return Case(Peephole(), args=args, claims=claims)


class Packs(nn.Module):
    """Packs sequences, reads them, and pads them again."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.GRU(3, 4, batch_first=True)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.layer(packed)[0], batch_first=True)[0]


@case
def packed_sequence() -> Case:
    """Sequences of two lengths, packed, run through a GRU and padded again."""
    return Case(Packs(), args=(torch.randn(2, 4, 3), torch.tensor([2, 4])))


def _allow_rnn() -> AbstractContextManager[Any]:
    return torch._dynamo.config.patch(allow_rnn=True)


def _allowed(program: Callable[..., Any], *args: Any) -> Case:
    return Case(
        program,
        args=args,
        contexts=[_allow_rnn],
        paths=("compile-eager", "compile-aot-eager", "compile-inductor"),
    )


@case
def lstm_that_is_allowed() -> Case:
    """An LSTM with `allow_rnn` set: Dynamo captures the layer that it else skips."""
    return _allowed(nn.LSTM(5, 4), torch.randn(2, 3, 5))


@case
def bidirectional_gru_that_is_allowed() -> Case:
    """A GRU in both directions with `allow_rnn` set."""
    return _allowed(nn.GRU(5, 4, bidirectional=True), torch.randn(2, 3, 5))
