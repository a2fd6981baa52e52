"""Operators that take a `_Foo`, by what they return: how each kind of result passes effect tokens."""

from typing import Any

import torch

from cases.torchbind.claims import EXPORT, same_as_eager
from cases.torchbind.fakes import OPERATORS
from cases.torchbind.objects import foo, observe_foo
from graph_goldens import Case, Fact, case
from graph_goldens.records import Json


class HoldsFoo(torch.nn.Module):
    """Owns a Foo."""

    def __init__(self, attr: Any) -> None:
        super().__init__()
        self.attr = attr


class CallsTwice(HoldsFoo):
    """Calls an operator on the result of another call."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = OPERATORS.takes_foo(self.attr, x)
        b = OPERATORS.takes_foo(self.attr, a)
        return x + b


class SumsList(HoldsFoo):
    """Sums a list that an operator returns, and calls another operator."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = OPERATORS.takes_foo_list_return(self.attr, x)
        y = a[0] + a[1] + a[2]
        b = OPERATORS.takes_foo(self.attr, y)
        return x + b


class SumsTuple(HoldsFoo):
    """Sums a tuple that an operator returns, and calls another operator."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = OPERATORS.takes_foo_tuple_return(self.attr, x)
        y = a[0] + a[1]
        b = OPERATORS.takes_foo(self.attr, y)
        return x + b


class ReturnsTensor(HoldsFoo):
    """Returns a tensor whose sizes are the Foo's integers."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.takes_foo_tensor_return(self.attr, x)


def _case(program: HoldsFoo, *claims: Fact) -> Case:
    made = [*same_as_eager(EXPORT), *claims]
    return Case(program, args=(torch.ones(2, 3),), observe=observe_foo, claims=made)


@case
def unlift_custom_obj() -> Case:
    """Two calls on one object are chained by their effect tokens, and unlifting drops the tokens."""
    return _case(CallsTwice(foo()))


@case
def custom_obj_list_out() -> Case:
    """A list comes out of an effectful operator as one item beside the token."""
    return _case(SumsList(foo()))


@case
def custom_obj_tuple_out() -> Case:
    """A tuple comes out of an effectful operator as items of their own beside the token."""
    return _case(SumsTuple(foo()))


@case
def custom_obj_unbacked_symint() -> Case:
    """Sizes that only the object knows become two unbacked symbols, bound without the token in their path."""
    bound: Json = ["u0 = value.size()[0]", "u1 = value.size()[1]"]
    return _case(
        ReturnsTensor(foo(2, 3)),
        Fact("unbacked.module", bound, paths=("export", "export-pre-dispatch"), torch=">=2.6"),
        Fact("unbacked.module", bound, paths=("export-functional",), torch=">=2.8"),
    )
