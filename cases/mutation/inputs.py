"""Programs that write inputs: by operators in place, by copies, by `out=`, by other storages and sizes."""

import torch

from graph_goldens import Case, Contains, Fact, case

RETURNED = ("aot-inference", "export-functional")
"""Paths whose graphs write nothing: what an input becomes is one more output."""


@case
def add_to_input() -> Case:
    """The plainest write: an input is added to and returned; 2.4 returns a copy (pytorch#114142)."""

    def program(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x.add_(y)
        return x, x * 2

    claims = (Contains("aten.add.Tensor", paths=RETURNED), Fact("same_as_eager", True, torch=">=2.5"))
    return Case(program, args=(torch.ones(2, 3), torch.full((2, 3), 2.0)), claims=claims)


@case
def copy_into_input() -> Case:
    """`copy_` of another dtype and of fewer dimensions: a cast and an expansion stand before the write."""

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x.copy_(y)
        return x.sum()

    args = (torch.zeros(2, 3), torch.arange(3, dtype=torch.float64))
    return Case(program, args=args, claims=[Contains("aten.copy", paths=("export-functional",))])


@case
def assign_slice_of_input() -> Case:
    """`x[:, 1:3] = y` writes part of an input: a scatter of a slice once it is functional."""

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x[:, 1:3] = y
        return x + 1

    claims = (Contains("aten.slice_scatter", paths=("export-functional",)),)
    return Case(program, args=(torch.zeros(2, 4), torch.ones(2, 2)), claims=claims)


@case
def write_input_through_views() -> Case:
    """A view of a view of an input is written: the input is rebuilt view by view (pytorch#112429)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        x.t()[1:].select(1, 0).fill_(5)
        x.view(-1)[::2].mul_(2)
        return x.sum(0)

    return Case(program, args=(torch.ones(3, 4),), claims=[Fact("same_as_eager", True, paths=("export*",))])


@case
def write_diagonal_of_input() -> Case:
    """`fill_diagonal_` and a write through `diagonal`: the views that are neither slice nor select."""

    def program(x: torch.Tensor) -> torch.Tensor:
        x.diagonal(1).add_(1)
        x.fill_diagonal_(7)
        return x.relu()

    claims = (Contains("aten.diagonal_scatter", paths=("export-functional",)),)
    return Case(program, args=(torch.zeros(3, 3),), claims=claims)


@case
def masked_assignment() -> Case:
    """`y[y > 2] = 0`: an `index_put_` by a mask of booleans, for which later versions write `masked_fill`."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.clone()
        y[y > 2] = 0
        return y

    return Case(program, args=(torch.arange(6.0).view(2, 3),), claims=[Fact("same_as_eager", True)])


@case
def accumulate_at_indices() -> Case:
    """`index_put_` that accumulates, where an index stands twice and one dimension is left out."""

    def program(x: torch.Tensor, columns: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        x[:, columns] += values
        return x.index_put_((columns,), values[0], accumulate=True)

    args = (torch.zeros(4, 3), torch.tensor([2, 0, 2]), torch.ones(4, 3))
    return Case(program, args=args, claims=[Contains("aten.index_put", paths=("export-functional",))])


@case
def out_argument() -> Case:
    """`out=` inputs, one and two at once: out variants, of which functional graphs know nothing."""

    def program(x: torch.Tensor, out: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        torch.add(x, 1, out=out)
        torch.sort(x, out=(out, places))
        return out * places

    args = (torch.ones(2, 3), torch.zeros(2, 3), torch.zeros(2, 3, dtype=torch.int64))
    return Case(program, args=args)


@case
def out_argument_of_another_size() -> Case:
    """`out=` an empty tensor that is made to fit: the size of an input changes."""

    def program(x: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        return torch.mul(x, x, out=out)

    return Case(program, args=(torch.ones(2, 3), torch.empty(0)))


@case
def set_to_another_storage() -> Case:
    """`set_` makes an input share another one's storage; no value is written (pytorch#122981)."""

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x.set_(y)
        return x + 1

    return Case(program, args=(torch.zeros(2, 3), torch.ones(2, 3)))


@case
def transpose_input_in_place() -> Case:
    """`t_` and `unsqueeze_` write sizes and strides alone: the values of the input stay as they are."""

    def program(x: torch.Tensor) -> torch.Tensor:
        x.t_()
        x.unsqueeze_(0)
        return x + 1

    return Case(program, args=(torch.ones(2, 3),))


@case
def write_data_of_parameter() -> Case:
    """`p.data.mul_()`, and `p.add_()` without grad, write a parameter unseen by autograd (pytorch#170672)."""

    class Program(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.weight.data.mul_(0.5)
            with torch.no_grad():
                self.weight.add_(1)
            return x * self.weight

    return Case(Program(), args=(torch.ones(2, 3),))
