"""Operators that write or alias their arguments, and what makes them functional."""

import torch

from cases.custom_ops._operators import OPERATORS
from graph_goldens import Case, Contains, Fact, case

FUNCTIONAL = ("export-functional", "export-decomposed", "aot-inference", "compile-aot-eager")
AUTO = "auto_functionalized | auto_functionalized_v2"


@case
def writes_intermediate() -> Case:
    """An operator that writes a tensor of the program's own is made functional (pytorch#114955)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x + 1
        OPERATORS.double_in_place(y)
        return y.relu()

    claims = (
        Contains(AUTO, paths=FUNCTIONAL),
        Fact("same_as_eager", True, paths=("export", "export-functional", "compile-*")),
    )
    return Case(program, args=(torch.ones(2, 3),), claims=claims)


@case
def writes_input() -> Case:
    """The same operator on an input, which must hold the new values afterwards."""

    def program(x: torch.Tensor) -> torch.Tensor:
        OPERATORS.double_in_place(x)
        return x + 1

    return Case(program, args=(torch.ones(2, 3),), claims=(Contains(AUTO, paths=FUNCTIONAL),))


@case
def writes_views() -> Case:
    """Two views of one tensor are written, which later versions rebuild from their base (pytorch#131192)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.clone()
        OPERATORS.double_in_place(y[0])
        OPERATORS.double_in_place(y[:, 1])
        return y

    return Case(program, args=(torch.ones(2, 3),), claims=(Contains(AUTO, paths=FUNCTIONAL),))


@case
def clone_of_what_is_written() -> Case:
    """A clone is read while what it was cloned from is written: it must not be removed (pytorch#198031)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        kept = x.clone()
        OPERATORS.reverse_into(kept, x)
        return x * 2

    claims = (Contains(AUTO, paths=FUNCTIONAL), Contains("aten.clone", paths=FUNCTIONAL))
    return Case(program, args=(torch.arange(4.0),), claims=claims)


@case
def writes_list_of_tensors() -> Case:
    """A list of tensors is written, two of which are slices of one (pytorch#127347)."""

    def program(x: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        total = OPERATORS.fill_and_sum(x, [out[0], out[1], torch.empty_like(x)])
        return total + out

    args = (torch.ones(3), torch.zeros(2, 3))
    return Case(program, args=args, claims=(Contains(AUTO, paths=FUNCTIONAL, torch=">=2.6"),))


@case
def writes_and_returns_its_argument() -> Case:
    """`Tensor(a!) -> Tensor(a!)`, as PyTorch's own in place, but with no functional one beside it."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.clone()
        return OPERATORS.negate_(y) + y

    return Case(program, args=(torch.ones(3),))


@case
def returns_view_of_argument() -> Case:
    """`Tensor(a) -> Tensor(a)`: a view by an operator of one's own, which functionalisation does not know."""

    def program(x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.first_row(x) * 2

    return Case(program, args=(torch.ones(2, 3),))


class AddWithGradient(torch.autograd.Function):
    """An operator of one's own inside an `autograd.Function`, with a backward by another one."""

    @staticmethod
    def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.scaled_sin(x, 1.0)

    @staticmethod
    def backward(ctx: object, grad: torch.Tensor) -> torch.Tensor:
        return OPERATORS.overloaded(grad, 2.0)


@case
def inside_autograd_function() -> Case:
    """An `autograd.Function` whose forward and backward are operators of one's own."""
    x = torch.ones(3, requires_grad=True)
    claims = (Contains("goldens_ops.overloaded", paths=("aot-joint",)),)
    return Case(lambda x: AddWithGradient.apply(x + 1), args=(x,), claims=claims)
