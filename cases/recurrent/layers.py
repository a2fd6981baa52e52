"""Recurrent layers as they stand: `torch.compile` leaves their frames alone unless it is told otherwise."""

import torch
from torch import nn

from graph_goldens import Case, Fact, case

EXPORTED = (Fact("same_as_eager", True, paths=("export", "export-pre-dispatch"), torch=">=2.13"),)


def _sequence() -> torch.Tensor:
    """Draw two steps: what is unrolled is seen, and graphs stay small."""
    return torch.randn(2, 3, 5)


@case
def lstm() -> Case:
    """One LSTM layer with the states that it makes itself (pytorch#158007)."""
    return Case(nn.LSTM(5, 4), args=(_sequence(),), claims=EXPORTED)


@case
def lstm_with_states() -> Case:
    """An LSTM that is given its states and has the batch first."""
    states = (torch.randn(1, 3, 4), torch.randn(1, 3, 4))
    return Case(nn.LSTM(5, 4, batch_first=True), args=(torch.randn(3, 2, 5), states), claims=EXPORTED)


@case
def lstm_with_projections() -> Case:
    """An LSTM whose output is projected to fewer features: another number of weights for each layer."""
    return Case(nn.LSTM(5, 4, proj_size=2), args=(_sequence(),))


@case
def bidirectional_lstm() -> Case:
    """Two layers in both directions: the sequence is also read from its end."""
    return Case(nn.LSTM(5, 2, num_layers=2, bidirectional=True), args=(_sequence(),), claims=EXPORTED)


@case
def lstm_with_dropout() -> Case:
    """Two layers with a dropout between them, in training: random numbers are drawn inside one operator."""
    return Case(nn.LSTM(5, 2, num_layers=2, dropout=0.5).train(), args=(_sequence(),))


@case
def gru() -> Case:
    """A GRU without biases (pytorch#91439)."""
    return Case(nn.GRU(5, 4, bias=False), args=(_sequence(),), claims=EXPORTED)


class BetweenLayers(nn.Module):
    """An LSTM between two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.lstm, self.behind = nn.Linear(5, 5), nn.LSTM(5, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.behind(self.lstm(self.before(x))[0])


@case
def lstm_between_linear_layers() -> Case:
    """An LSTM between linear layers: what of them is compiled, where it is not (pytorch#141184)."""
    return Case(BetweenLayers(), args=(_sequence(),), claims=EXPORTED)


class PlainLayers(nn.Module):
    """One plain recurrent layer feeds another one."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.RNN(5, 4), nn.RNN(4, 2, nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x)[0])[0]


@case
def rnn_tanh_and_relu() -> Case:
    """The two plain recurrent layers, one feeding the other."""
    return Case(PlainLayers(), args=(_sequence(),))


@case
def lstm_of_symbolic_length() -> Case:
    """An LSTM whose sequence is of any length: a loop over it that is unrolled fixes the length."""
    shapes = {"input": {0: torch.export.Dim("length", min=2, max=16)}}
    return Case(nn.LSTM(5, 4), args=(torch.randn(4, 3, 5),), dynamic_shapes=shapes)
