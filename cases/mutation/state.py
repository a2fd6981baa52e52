"""Programs that keep state: buffers, statistics, optimisers, and Python's lists, dicts and attributes."""

from typing import Any

import torch

from graph_goldens import Case, Contains, NoBreaks, case

FUNCTIONAL = ("export-functional",)


class CountsCalls(torch.nn.Module):
    """Counts in a buffer by `+=`, and keeps a moving mean that it assigns anew."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))
        self.mean: torch.Tensor
        self.register_buffer("mean", torch.zeros(3), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        self.mean = 0.9 * self.mean + 0.1 * x.mean(0)
        return x - self.mean / self.calls


@case
def buffers_added_to_and_assigned() -> Case:
    """One buffer is written in place and another, which is not saved, is replaced."""
    return Case(CountsCalls(), args=(torch.ones(2, 3),), calls=[(torch.ones(2, 3),)])


@case
def buffer_is_returned() -> Case:
    """A slice of a buffer that was just written is the result: it shares the buffer's storage."""

    class Program(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("history", torch.zeros(4, 3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.history[1:3] = x
            return self.history[1:]

    claims = (Contains("aten.slice_scatter | aten.slice", paths=FUNCTIONAL),)
    return Case(Program(), args=(torch.ones(2, 3),), claims=claims)


@case
def one_buffer_under_two_names() -> Case:
    """Two names of one buffer, one of which is written: the other must follow."""

    class Program(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("first", torch.ones(3))
            self.second = self.first

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.first.mul_(2)
            return x + self.second

    return Case(Program(), args=(torch.ones(2, 3),))


@case
def batch_norm_in_training() -> Case:
    """Batch norm in training writes its mean and variance and counts its batches."""
    module = torch.nn.BatchNorm1d(3).train()
    claims = (Contains("aten.add.Tensor", paths=FUNCTIONAL), NoBreaks())
    return Case(module, args=(torch.arange(12.0).view(4, 3),), claims=claims)


def _step(kind: Any, **options: Any) -> Case:
    weight = torch.nn.Parameter(torch.ones(3))
    optimiser = kind([weight], **options)

    def program(x: torch.Tensor) -> torch.Tensor:
        weight.grad = x * 2
        optimiser.step()
        return weight.detach().clone()

    x = torch.arange(3.0)
    return Case(program, args=(x,), calls=[(x,), (x,)], paths=("compile-eager", "compile-aot-eager"))


@case
def momentum_of_optimiser() -> Case:
    """SGD makes its momentum at the first step and writes it at the second: the graph changes in between."""
    return _step(torch.optim.SGD, lr=0.1, momentum=0.9, foreach=False)


@case
def state_of_adam() -> Case:
    """Adam counts steps in a tensor and writes two moments for each parameter, list by list."""
    return _step(torch.optim.Adam, lr=0.1, foreach=True, capturable=False)


@case
def list_that_is_appended_to() -> Case:
    """An input that is a list grows: what is put back into Python is no part of a graph."""

    def program(kept: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        kept.append(x + 1)
        kept[0].mul_(2)
        return kept[0] + kept[-1]

    return Case(program, args=([torch.ones(3)], torch.ones(3)))


@case
def dict_that_is_written() -> Case:
    """A dict as a cache: one entry is replaced, one is added, one is taken out."""

    def program(cache: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        cache["keys"] = torch.cat([cache["keys"], x])
        cache["new"] = x.neg()
        return cache.pop("old") + cache["keys"].sum()

    return Case(program, args=({"keys": torch.ones(2), "old": torch.zeros(2)}, torch.ones(2)))


@case
def attribute_of_module() -> Case:
    """A module keeps its last result, and a list and a number, which no call of a graph can write."""

    class Program(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.last, self.seen, self.calls = torch.zeros(3), [1], 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            self.seen.append(self.calls)
            self.last = x + self.last * len(self.seen)
            return self.last

    x = torch.ones(3)
    return Case(Program(), args=(x,), calls=[(x,), (x,)])
