"""Sizes and numbers that only values decide: how they are bound, checked and guarded."""

import torch
from torch import Tensor

from graph_goldens import Case, Contains, case

EXPORT = ("export", "export-pre-dispatch")


@case
def item_as_size() -> Case:
    """A number read by `item` is the size of what is made; its range is told by checks."""

    def make(x: Tensor, count: Tensor) -> Tensor:
        number = count.item()
        torch._check(number >= 2)
        torch._check(number <= 8)
        return x[:, None] + torch.zeros(number)

    claims = [Contains("aten.item", graph="program", paths=EXPORT)]
    return Case(make, args=(torch.randn(3), torch.tensor(4)), claims=claims)


@case
def item_unchecked() -> Case:
    """A branch on a number that nothing is known of: an error for exporters, a break for Dynamo."""

    def branch(x: Tensor, count: Tensor) -> Tensor:
        number = count.item()
        return x * number if number > 3 else x - number

    return Case(branch, args=(torch.randn(3), torch.tensor(4)))


@case
def item_slices() -> Case:
    """A slice that ends at a number of unknown value."""

    def cut(x: Tensor, end: Tensor) -> Tensor:
        number = end.item()
        torch._check(number >= 0)
        torch._check(number <= x.size(0))
        return x[:number] * 2

    return Case(cut, args=(torch.randn(6, 2), torch.tensor(4)))


@case
def nonzero_rows() -> Case:
    """`nonzero` binds a size, and what is gathered by it has that size."""

    def gather(x: Tensor) -> Tensor:
        rows = x.sum(1).nonzero().squeeze(1)
        return x[rows].relu()

    claims = [Contains("aten.nonzero -> ... -> aten.relu", graph="program", paths=EXPORT)]
    return Case(gather, args=(torch.randn(4, 3),), claims=claims)


@case
def boolean_mask() -> Case:
    """Reading by a mask has an unbacked size; writing by one has not."""

    def select(x: Tensor) -> tuple[Tensor, Tensor]:
        kept = x[x > 0]
        clipped = x.clone()
        clipped[x > 1] = 1.0
        return kept.sum(), clipped

    return Case(select, args=(torch.randn(4, 3),))


@case
def split_by_list() -> Case:
    """`tolist` binds a number for each item, and their sum is the size that is split."""

    def split(x: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        first, second = sizes.tolist()
        torch._check(first >= 0)
        torch._check(second >= 0)
        torch._check(first + second == x.size(0))
        return torch.split(x, [first, second])

    return Case(split, args=(torch.randn(6, 2), torch.tensor([2, 4])))
