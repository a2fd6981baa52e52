"""Dynamic dimensions: one, two, shared, derived, with ranges, and what makes a version specialise them."""

import torch
from torch import Tensor, nn
from torch.export import Dim

from graph_goldens import Case, NoBreaks, case

# Before 2.6 a dimension whose dynamism is inferred is told by None, which means static.
INFERRED = getattr(Dim, "AUTO", None)


@case
def one_dynamic_dimension() -> Case:
    """The batch is any number from two on; other calls do not compile anew."""
    return Case(
        nn.Linear(3, 4),
        args=(torch.randn(4, 3),),
        calls=[(torch.randn(5, 3),), (torch.randn(6, 3),)],
        dynamic_shapes={"input": {0: Dim("batch")}},
    )


@case
def two_dynamic_dimensions() -> Case:
    """Two inputs share one dimension and have another each; a product contracts the shared one."""
    rows, shared, columns = Dim("rows", min=2), Dim("shared", min=2), Dim("columns", min=2)

    def multiply(x: Tensor, y: Tensor) -> Tensor:
        return x @ y

    return Case(
        multiply,
        args=(torch.randn(3, 4), torch.randn(4, 5)),
        dynamic_shapes={"x": {0: rows, 1: shared}, "y": {0: shared, 1: columns}},
    )


@case
def derived_dimension() -> Case:
    """A dimension that is one less than another: `x[1:] + y`."""
    length = Dim("length", min=3, max=32)

    def add(x: Tensor, y: Tensor) -> Tensor:
        return x[1:] + y

    return Case(
        add,
        args=(torch.randn(5), torch.randn(4)),
        dynamic_shapes={"x": {0: length}, "y": {0: length - 1}},
    )


@case
def derived_multiple() -> Case:
    """A dimension that is a multiple of eight, which a view divides by eight without remainder."""
    return Case(
        lambda x: x.view(-1, 8).sum(1),
        args=(torch.randn(32),),
        dynamic_shapes=({0: 8 * Dim("blocks", min=2, max=64)},),
    )


@case
def range_from_example() -> Case:
    """A dimension whose least is the example's own size (pytorch#176349)."""
    return Case(
        lambda x: torch.cat((x, x.flip(0))),
        args=(torch.randn(2, 3),),
        dynamic_shapes=({0: Dim("batch", min=2, max=8)},),
    )


@case
def range_with_branch() -> Case:
    """A branch on a size that the range decides needs no guard; one that it does not, a guard or an error."""

    def branch(x: Tensor) -> Tensor:
        y = x.sin() if x.size(0) > 2 else x.cos()
        return y + 1 if x.size(0) > 10 else y - 1

    return Case(branch, args=(torch.randn(6, 2),), dynamic_shapes={"x": {0: Dim("rows", min=4, max=64)}})


@case
def specialised_by_program() -> Case:
    """A size that is said to be dynamic, and a program that works for one size only: constraints violated."""

    def add(x: Tensor) -> Tensor:
        return x + torch.ones(4, 1)

    return Case(add, args=(torch.randn(4, 3),), dynamic_shapes={"x": {0: Dim("rows", min=2, max=16)}})


@case
def inferred_dimensions() -> Case:
    """Dimensions that the exporter infers: one stays dynamic, one is found to be fixed, two to be equal."""

    def combine(x: Tensor, y: Tensor) -> Tensor:
        return x.view(-1, 3, 4).sum(0) + (x * y).mean()

    both = {0: INFERRED, 1: INFERRED}
    return Case(
        combine,
        args=(torch.randn(6, 4), torch.randn(6, 4)),
        dynamic_shapes={"x": both, "y": both},
        torch=">=2.6",
    )


@case
def duck_sizes() -> Case:
    """Sizes that are equal in the first call share a symbol; a call where they are not compiles anew."""

    def add(x: Tensor, y: Tensor) -> Tensor:
        return x.sum(0) + y.sum(0)

    return Case(
        add,
        args=(torch.randn(4, 3), torch.randn(4, 3)),
        calls=[(torch.randn(5, 3), torch.randn(5, 3)), (torch.randn(5, 3), torch.randn(6, 3))],
    )


@case
def zero_and_one() -> Case:
    """Sizes nought and one are compiled for apart, and what is broadcast along one is."""

    def add(x: Tensor, y: Tensor) -> Tensor:
        return x + y

    y = torch.randn(3)
    return Case(
        add,
        args=(torch.randn(4, 3), y),
        calls=[(torch.randn(5, 3), y), (torch.randn(1, 3), y), (torch.randn(0, 3), y)],
    )


@case
def numbers_as_inputs() -> Case:
    """Inputs that are numbers: integers become symbols when they change, floats tensors."""

    def compute(x: Tensor, count: int, factor: float) -> Tensor:
        return x.repeat(count, 1) * factor

    x = torch.randn(2, 3)
    return Case(compute, args=(x, 2, 0.5), calls=[(x, 3, 0.5), (x, 4, 0.75), (x, 5, 1.5)])


@case
def convolution_dynamic_batch() -> Case:
    """Convolution, batch norm and a linear head at any batch (pytorch#133653)."""
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 2)
    )
    return Case(
        network.eval(),
        args=(torch.randn(3, 3, 4, 4),),
        dynamic_shapes={"input": {0: Dim("batch", min=2, max=32)}},
        claims=[NoBreaks()],
    )
