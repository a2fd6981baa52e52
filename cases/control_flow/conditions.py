"""`torch.cond`: what its branches may see, change and return."""

import torch
from torch import Tensor, nn

from graph_goldens import Case, Claim, Contains, Count, NoBreaks, case

COND = "higher_order.cond"
EXPORT = ("export", "export-pre-dispatch")


class Owns(nn.Module):
    """Owns two projections, and a buffer that counts."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.register_buffer("count", torch.zeros(()))


class Chooses(Owns):
    """Applies one of two modules of its own, which the branches reach by closure."""

    def forward(self, x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(x.sum() > 0, lambda x: self.first(x), lambda x: self.second(x), (x,))
        return chosen


class CountsInBranch(Owns):
    """Counts in a buffer within a branch."""

    def forward(self, x: Tensor) -> Tensor:
        def count(x: Tensor) -> Tensor:
            self.count.add_(1)
            return x + self.count

        chosen: Tensor = torch.cond(x.sum() > 0, count, lambda x: x - 1, (x,))
        return chosen


class MarksBehind(Owns):
    """Reads a buffer as the predicate, and sets it behind the condition."""

    def forward(self, x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(self.count > 0, lambda x: x + 1, lambda x: x * 2, (x,))
        self.count.fill_(1)
        return chosen


def draw() -> Tensor:
    """Draw an input whose sum is what it is by the seed."""
    return torch.randn(2, 3)


@case
def cond_on_values() -> Case:
    """A predicate that only the values decide, and branches of one operand."""

    def choose(x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(x.sum() > 0, torch.sin, torch.cos, (x,))
        return chosen

    claims: list[Claim] = [Count(COND, 1, graph="program", paths=EXPORT), NoBreaks()]
    return Case(choose, args=(draw(),), claims=claims)


@case
def cond_closes_over_modules() -> Case:
    """Parameters that branches reach by closure become operands, those of either branch given to both."""
    return Case(Chooses(), args=(draw(),), claims=[Contains(COND, graph="program", paths=EXPORT), NoBreaks()])


@case
def cond_nested() -> Case:
    """A condition in a branch of a condition: graphs within graphs, and their names."""

    def choose(x: Tensor) -> Tensor:
        def inner(x: Tensor) -> Tensor:
            chosen: Tensor = torch.cond(x.max() > 1, lambda x: x * 2, lambda x: x * 3, (x,))
            return chosen

        chosen: Tensor = torch.cond(x.sum() > 0, inner, lambda x: x - 1, (x,))
        return chosen

    return Case(choose, args=(draw(),))


@case
def cond_on_size() -> Case:
    """A predicate of a symbolic size is an input of the operator; of a fixed one it is decided in tracing."""

    def choose(x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(x.size(0) > 4, lambda x: x + 1, lambda x: x - 1, (x,))
        return chosen

    return Case(
        choose,
        args=(torch.randn(3, 2),),
        dynamic_shapes={"x": {0: torch.export.Dim("rows", min=2, max=16)}},
    )


@case
def cond_training() -> Case:
    """The backward of a condition is a condition on the same predicate, over the branches' backwards."""

    def choose(x: Tensor, weight: Tensor) -> Tensor:
        def left(x: Tensor, weight: Tensor) -> Tensor:
            return x.sin() @ weight

        def right(x: Tensor, weight: Tensor) -> Tensor:
            return x @ weight.cos()

        chosen: Tensor = torch.cond(x.sum() > 0, left, right, (x, weight))
        return chosen

    return Case(choose, args=(draw(), torch.randn(3, 3, requires_grad=True)))


@case
def cond_returns_operand() -> Case:
    """A branch that returns its operand as it is aliases an input (pytorch#153832)."""

    def choose(x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(x.sum() > 0, lambda x: x.abs() + 1, lambda x: x, (x,))
        return chosen + 1

    return Case(choose, args=(draw(),))


@case
def cond_mutates_buffer() -> Case:
    """A branch that counts in a buffer, without gradients, where versions allow it (pytorch#115277)."""
    return Case(CountsInBranch(), args=(draw(),), contexts=(torch.no_grad,))


@case
def cond_then_mutates_predicate() -> Case:
    """The buffer that decided is set behind the condition; the order of the two matters (pytorch#169118)."""
    return Case(MarksBehind(), args=(draw(),))


@case
def cond_branches_disagree() -> Case:
    """Branches whose results differ in shape: refused, or given an unbacked size, by the version."""

    def choose(x: Tensor) -> Tensor:
        chosen: Tensor = torch.cond(x.sum() > 0, lambda x: x[:1] + 1, lambda x: x + 1, (x,))
        return chosen

    return Case(choose, args=(draw(),))
