"""A `_Foo` that the traced module owns: exporters lift it out of the module and put it back."""

from typing import Any

import torch

from cases.torchbind.claims import EXPORT, same_as_eager
from cases.torchbind.fakes import OPERATORS
from cases.torchbind.objects import foo, observe_foo
from graph_goldens import Case, case


class CallsMethod(torch.nn.Module):
    """Calls a method of the Foo that it owns."""

    def __init__(self) -> None:
        super().__init__()
        self.attr = foo()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.attr.add_tensor(x)


class CallsMethodBesideNone(CallsMethod):
    """The same with an input that is None."""

    def forward(self, x: torch.Tensor, n: None) -> torch.Tensor:  # type: ignore[override]
        return x + self.attr.add_tensor(x)


class CallsOperator(torch.nn.Module):
    """Hands the Foo that it owns to an operator."""

    def __init__(self) -> None:
        super().__init__()
        self.attr = foo()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + OPERATORS.takes_foo(self.attr, x)


class Submodule(torch.nn.Module):
    """Hands a Foo to an operator that another module holds too."""

    def __init__(self, foo: Any) -> None:
        super().__init__()
        self.foo = foo

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + OPERATORS.takes_foo(self.foo, x)


class HoldsAliases(torch.nn.Module):
    """Holds one Foo under three names and in a submodule."""

    def __init__(self) -> None:
        super().__init__()
        self.alpha = foo()
        self.beta = self.alpha
        self.gamma = self.alpha
        self.foo = Submodule(self.gamma)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + OPERATORS.takes_foo(self.gamma, x) + self.foo(x)


class HoldsFoo(torch.nn.Module):
    """Calls a method of the Foo that it was made with."""

    def __init__(self, foo: Any) -> None:
        super().__init__()
        self.foo = foo

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.foo.add_tensor(x)


def _case(program: torch.nn.Module, *more_inputs: Any) -> Case:
    inputs = (torch.ones(2, 3), *more_inputs)
    return Case(program, args=inputs, observe=observe_foo, claims=same_as_eager(EXPORT))


@case
def none() -> Case:
    """An input that is None keeps its place among the graph's inputs."""
    return _case(CallsMethodBesideNone(), None)


@case
def attribute() -> Case:
    """A method call on an owned object becomes a higher-order operator on a lifted attribute."""
    return _case(CallsMethod())


@case
def attribute_as_custom_op_argument() -> Case:
    """An operator that takes an owned object gets the lifted attribute."""
    return _case(CallsOperator())


@case
def torchbind_alias() -> Case:
    """One object under several names is one object of the graph."""
    return _case(HoldsAliases())


@case
def torchbind_input_and_alias_from_constructor() -> Case:
    """The twin of `torchbind_input_and_alias` whose module holds the object before it is traced."""
    return _case(HoldsFoo(foo()))
