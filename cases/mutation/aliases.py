"""Programs whose tensors share storage: inputs with each other, with results, with their views."""

import torch

from graph_goldens import Case, Fact, case


def _add_and_multiply(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    x.add_(1)
    return x * y


@case
def one_tensor_twice() -> Case:
    """The same tensor is given as two inputs and one of them is written: both must see it."""
    x = torch.ones(2, 3)
    return Case(_add_and_multiply, args=(x, x), claims=[Fact("same_as_eager", True, paths=("compile-*",))])


@case
def overlapping_inputs() -> Case:
    """Two inputs are overlapping views of one storage, and one is written."""
    base = torch.arange(4.0)
    return Case(_add_and_multiply, args=(base[:3], base[1:]))


@case
def overlapping_inputs_later() -> Case:
    """The inputs of the second call overlap, unlike the first's: it must compile again (pytorch#139789)."""
    base = torch.ones(8)
    return Case(_add_and_multiply, args=(torch.ones(4), torch.ones(4)), calls=[(base[:4], base[2:6])])


@case
def results_are_views_of_input() -> Case:
    """Results that are an input, a view of it and a slice of that view share its storage."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        flat = x.view(-1)
        return x, flat, flat[2:4]

    return Case(program, args=(torch.ones(2, 3),), claims=[Fact("same_as_eager", True, paths=("compile-*",))])


@case
def results_share_intermediate() -> Case:
    """Two results are views of one tensor that is itself no result."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y = x * 2
        return y.view(-1), y.t()

    return Case(program, args=(torch.ones(2, 3),), claims=[Fact("same_as_eager", True, paths=("compile-*",))])


@case
def view_read_after_base_is_written() -> Case:
    """A view taken before its base is written in place must hold what was written."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y = x + 1
        row = y[0]
        y.mul_(2)
        row.sub_(3)
        return row.exp(), y

    return Case(program, args=(torch.ones(2, 3),), claims=[Fact("same_as_eager", True)])


@case
def detached_alias_is_written() -> Case:
    """`detach` shares storage, so a write to what is detached is a write to an input that requires grad."""

    def program(x: torch.Tensor) -> torch.Tensor:
        x.detach().mul_(2)
        return x * x

    return Case(program, args=(torch.ones(2, 3, requires_grad=True),))


@case
def strided_alias_is_written() -> Case:
    """`as_strided` and `view(dtype)` alias by geometry and by bits: no chain of views (pytorch#136064)."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y = x.clone()
        y.as_strided((2, 2), (2, 1), 1).zero_()
        bits = y.view(torch.int32)
        bits.bitwise_and_(0x7F800000)
        return y, bits

    return Case(program, args=(torch.arange(1.0, 7.0),))
