"""Python inside programs: what a tracer must run away, and what it must understand."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from graph_goldens import Case, Contains, Fact, NoBreaks, case

SAME = (Fact("same_as_eager", True, paths=("compile-*",)),)
WHOLE = NoBreaks(torch=">=2.13")


@case
def closure() -> Case:
    """A function within a function reads a tensor and a number around it, and writes the number."""
    table, times = torch.ones(3), 2

    def program(x: torch.Tensor) -> torch.Tensor:
        total = 0

        def add(value: torch.Tensor) -> torch.Tensor:
            nonlocal total
            total += times
            return value + table * total

        return add(add(x))

    return Case(program, args=(torch.zeros(3),), claims=(*SAME, WHOLE))


@case
def generator() -> Case:
    """A generator with `yield from`, read to its end and in part: Dynamo knows generators from 2.7 on."""

    def multiples(x: torch.Tensor) -> Iterator[torch.Tensor]:
        yield x
        yield from (x * n for n in range(2, 4))

    def program(x: torch.Tensor) -> torch.Tensor:
        first = next(multiples(x))
        return torch.stack(list(multiples(x + 1))).sum(0) + first

    return Case(program, args=(torch.ones(2),), claims=SAME)


@case
def exceptions() -> Case:
    """An exception is raised, caught by its class and by `finally`, and the result depends on it."""

    def check(size: int) -> int:
        if size < 3:
            raise ValueError(size)
        return size

    def program(x: torch.Tensor) -> torch.Tensor:
        try:
            times = check(x.shape[0])
        except (KeyError, ValueError) as error:
            times = error.args[0] + 1
        finally:
            x = x + 1
        return x * times

    return Case(program, args=(torch.ones(2),), claims=SAME)


@contextmanager
def _added_later(log: list[int]) -> Iterator[int]:
    log.append(1)
    try:
        yield len(log)
    finally:
        log.append(2)


@case
def context_managers() -> Case:
    """A context manager written as a generator, and two of PyTorch's beside it (pytorch#128651)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        log: list[int] = []
        with _added_later(log) as number, torch.no_grad():
            y = x * number
            with torch.enable_grad():
                z = x.sin()
        return y + z * len(log)

    return Case(program, args=(torch.ones(2, requires_grad=True),), claims=SAME)


class Scales:
    """An object with a property, a class attribute and an operator of its own."""

    base = 2

    def __init__(self, factor: float) -> None:
        self._factor = factor

    @property
    def factor(self) -> float:
        """The factor."""
        return self._factor * self.base

    def __matmul__(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factor


@case
def object_of_a_class() -> Case:
    """An object made within the program: property, operator, class attribute; Dynamo skips the frame."""
    return Case(
        lambda x: (Scales(1.5) @ x) + Scales.base,
        args=(torch.ones(2),),
        claims=SAME,
    )


@case
def iteration() -> Case:
    """Comprehensions, `zip`, `enumerate`, `chain`, `accumulate`, sorted keys and a dict that is merged."""

    def program(x: torch.Tensor) -> torch.Tensor:
        rows = {f"row{n}": row for n, row in enumerate(x)} | {"a": x[0]}
        sizes = itertools.accumulate(itertools.chain([1], range(2)))
        parts = [rows[name] * size for name, size in zip(sorted(rows), sizes, strict=False)]
        return torch.stack([part for part in reversed(parts) if part.ndim]).sum(0)

    return Case(program, args=(torch.ones(2, 3),), claims=SAME)


class Layers(nn.Module):
    """Layers in a list, a dict and a parameter list, with a method that a base class has too."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(2, 2, bias=False)), nn.ReLU()])
        self.heads = nn.ModuleDict({side: nn.Linear(2, 1, bias=False) for side in ("left", "right")})
        self.scales = nn.ParameterList([torch.ones(2), torch.zeros(2)])

    def forward(self, x: torch.Tensor, head: str) -> torch.Tensor:
        for layer, scale in zip(self.layers, self.scales, strict=True):
            x = layer(x) * scale
        return self.heads[head](x)


@case
def lists_and_dicts_of_modules() -> Case:
    """Modules in lists and dicts, one of which is chosen by a text that is an input."""
    x = torch.ones(1, 2)
    return Case(Layers(), args=(x, "left"), calls=[(x, "right")], claims=(*SAME, WHOLE))


class Hooked(nn.Module):
    """A layer with hooks before and behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.layer.register_forward_pre_hook(lambda _, args: (args[0] + 1,))
        self.layer.register_forward_hook(lambda _, args, output: output * 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)


@case
def hooks_of_modules() -> Case:
    """A hook before a layer changes its input, one behind it its output."""
    claims = (*SAME, Contains("aten.add -> ... -> aten.mul", paths=("export",)))
    return Case(Hooked(), args=(torch.ones(1, 2),), claims=claims)


class Shared(nn.Module):
    """One layer under two names, called twice, once by a base class."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 2, bias=False)
        self.second = self.first

    def forward(self, x: torch.Tensor, depth: int = 2) -> torch.Tensor:
        return x if depth == 0 else self.forward(self.second(self.first(x)), depth - 1)


@case
def shared_layer_and_recursion() -> Case:
    """One layer under two names in a program that calls itself: one weight, four products."""
    return Case(Shared(), args=(torch.ones(1, 2),), claims=SAME)


@case
def questions_about_types() -> Case:
    """`isinstance`, `hasattr`, `callable`, `match` and an `assert` that all answer while tracing."""

    def program(x: torch.Tensor, shape: Any) -> torch.Tensor:
        assert x.is_floating_point(), "a float matrix"
        match shape:
            case [rows, *_] if isinstance(rows, int):
                y = x * rows
            case _:
                y = x
        return y.relu() if hasattr(x, "relu") and callable(program) else y

    return Case(program, args=(torch.ones(2, 3), (2, 3)), claims=SAME)
