"""Programs whose nodes do more than give values: they write, share, draw, act on and set things."""

from dataclasses import dataclass

import torch
import torch._inductor.inductor_prims
from torch.nn import functional

from graph_goldens import Case, case


@dataclass
class Pair:
    """Two tensors in a class that pytree knows."""

    first: torch.Tensor
    second: torch.Tensor


torch.export.register_dataclass(Pair)

SQUARE = (torch.ones(3, 3), torch.ones(3, 3))
REGISTERED: list[torch.library.Library] = []


def _write_in_every_way(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    view = x.view(-1)
    view.relu_()
    x[0] = 3
    torch.add(x, y, out=y)
    parts = x.split(1)
    parts[1].mul_(2)
    return view.sum() + y.sum()


@case
def writes_in_every_way() -> Case:
    return Case(_write_in_every_way, args=SQUARE, paths=("make-fx-fake", "export", "compile-eager"))


def _write_one_of_two(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values, places = x.topk(2)
    values.add_(1)
    return values, places


@case
def writes_one_of_two() -> Case:
    return Case(_write_one_of_two, args=(torch.ones(5),), paths=("make-fx-fake",))


def _write_below_inductor(x: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = torch.ops.prims._unsafe_index_put_(x, [places], x[:2])
    return found.add_(1)


@case
def writes_below_inductor() -> Case:
    """An operator whose fake kernel makes a new tensor for what it writes and returns."""
    args = (torch.ones(3), torch.tensor([0, 1]))
    return Case(_write_below_inductor, args=args, paths=("make-fx-fake",))


def _read_registered(both: Pair) -> torch.Tensor:
    return both.first.add_(both.second)


@case
def reads_a_registered_class() -> Case:
    return Case(_read_registered, args=(Pair(torch.ones(3), torch.ones(3)),), paths=("symbolic-trace",))


def _draw(x: torch.Tensor) -> torch.Tensor:
    dropped = functional.dropout(x, 0.5) + functional.dropout(x, 0.5, training=False)
    return dropped + functional.rrelu(x, training=True) + torch.rand_like(x)


@case
def draws() -> Case:
    return Case(_draw, args=(torch.ones(3),), paths=("export", "symbolic-trace"))


class _Normed(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(3)
        self.embedding = torch.nn.Embedding(4, 3, max_norm=1.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.embedding(x))


@case
def writes_statistics() -> Case:
    return Case(_Normed(), args=(torch.tensor([0, 1]),), paths=("export", "symbolic-trace"))


class _Recurrent(torch.nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4, 2, dropout=dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.lstm(x)[0]


@case
def draws_within_a_recurrent_layer() -> Case:
    return Case(_Recurrent(0.5), args=(torch.ones(2, 1, 3),), paths=("symbolic-trace",))


@case
def draws_nothing_within_a_recurrent_layer() -> Case:
    return Case(_Recurrent(0.0), args=(torch.ones(2, 1, 3),), paths=("symbolic-trace",))


def _branch(flag: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.cond(flag, lambda x: x + torch.rand_like(x), lambda x: x.cos(), (x,))


@case
def draws_in_a_branch() -> Case:
    return Case(_branch, args=(torch.tensor(True), torch.ones(3)), paths=("export", "compile-eager"))


def _set_modes(x: torch.Tensor) -> torch.Tensor:
    with torch.autocast("cpu"):
        product = x @ x
    with torch.no_grad():
        return product * 2


@case
def sets_modes() -> Case:
    return Case(_set_modes, args=SQUARE[:1], paths=("compile-eager",))


def _exchange_storage(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    x.set_(y)
    x.add_(1)
    return x * 2


@case
def exchanges_storage() -> Case:
    return Case(_exchange_storage, args=(torch.ones(3), torch.ones(3)), paths=("make-fx-fake",))


CALLS = [0]


def _register_bump() -> None:
    """Register an operator that writes its second input, and counts how often its fake kernel runs."""
    if REGISTERED:
        return
    library = torch.library.Library("effectful", "DEF")
    library.define("bump(Tensor x, Tensor(a!) y) -> Tensor")
    library.impl("bump", _bump, "CPU")
    library.impl("bump", _count_bump, "Meta")
    REGISTERED.append(library)


def _bump(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    y.add_(1)
    return x + 1


def _call_bump(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.ops.effectful.bump(x, y)


def _count_bump(x: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    CALLS[0] += 1
    return torch.empty_like(x)


@case
def writes_by_an_operator_of_its_own() -> Case:
    _register_bump()
    CALLS[0] = 0
    inputs = (torch.ones(3), torch.ones(3))
    return Case(_call_bump, args=inputs, paths=("make-fx-fake",), observe=lambda: {"fake_calls": CALLS[0]})


def _size_from_data(x: torch.Tensor) -> torch.Tensor:
    size = x.sum().int().item()
    torch._check(size >= 0)
    torch._check(size < 10)
    return torch.zeros(size).add_(1)


@case
def sizes_from_data() -> Case:
    return Case(_size_from_data, args=(torch.ones(3),), paths=("export",))


class _Holding(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("s1", torch.tensor([1.0, float("nan"), 0.1, float("-inf"), -0.0]))
        self.register_buffer("large", torch.arange(65))
        self.pair = torch.tensor([1 + 2j])
        self.weight = torch.nn.Parameter(torch.ones(2))
        self.flags = torch.tensor([[True, False]])
        self.small = torch.tensor([0.5, 1.75]).to(torch.float8_e4m3fn)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        floats = self.s1.sum() + self.weight.sum() + self.small.float().sum() + torch.tensor(2.0)
        return x * floats + self.large.sum() + self.pair.real + self.flags.sum()


@case
def holds_constants() -> Case:
    return Case(_Holding(), args=(torch.ones(3),), paths=("export", "make-fx-symbolic"))


def _annotate(x: torch.Tensor) -> torch.Tensor:
    return functional.relu(x) * 2


class _Layers(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _annotate(self.layer(x))


@case
def comes_from_layers() -> Case:
    return Case(_Layers(), args=(torch.ones(2, 3),), paths=("export", "compile-eager", "compile-aot-eager"))


@case
def uses_symbols() -> Case:
    return Case(
        lambda x, s1: x.view(-1) + s1 * x.size(0),
        args=(torch.ones(3, 2), torch.ones(6)),
        paths=("make-fx-symbolic", "compile-dynamic"),
    )
