"""What is decided by `__torch_function__`, and by modes of functions, of dispatch and of devices."""

import torch

from cases.subclasses._classes import MultipliesByAdding, SineInsteadOfCosine, Tagged
from graph_goldens import Case, Contains, Fact, Lacks, case

COMPILE = ("compile-*",)
MEAN = Contains("mean", paths=("compile-eager",), torch=">=2.8")


class Plain(torch.Tensor):
    """A subclass that adds nothing."""


class Weight(torch.nn.Parameter):
    """A parameter of a class of its own."""


@case
def plain_subclass() -> Case:
    """A subclass that adds nothing: results are of the class, in eager and compiled."""
    x = torch.ones(2, 3).as_subclass(Plain)
    return Case(lambda x: torch.relu(x) + 1, args=(x,), claims=(Fact("same_as_eager", True, paths=COMPILE),))


@case
def subclass_with_torch_function() -> Case:
    """`__torch_function__` takes a mean where a sum is asked for: Dynamo traces through it."""
    x = torch.ones(2, 3).as_subclass(Tagged)
    return Case(lambda x: torch.sum(x * 2) + x.max(), args=(x,), claims=(MEAN,))


@case
def attribute_of_subclass() -> Case:
    """A program that asks a subclass for an attribute of its own, and branches."""
    x = torch.ones(2, 3).as_subclass(Tagged)
    x.tag = "weights"
    return Case(lambda x: x * 2 if x.tag == "weights" else x + 1, args=(x,))


class HoldsWeight(torch.nn.Module):
    """Multiplies by a parameter of a class of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = Weight(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight


@case
def subclass_of_parameter() -> Case:
    """A parameter of a subclass of `Parameter`, as inference engines keep their loaders."""
    return Case(HoldsWeight(), args=(torch.ones(2, 3),))


@case
def function_mode_inside() -> Case:
    """A mode of functions is entered inside the program: `cos` within it is `sin` (pytorch#130104)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        with SineInsteadOfCosine():
            y = torch.cos(x)
        return torch.cos(y)

    return Case(program, args=(torch.ones(2),), claims=(Contains("sin -> cos", paths=("make-fx-fake",)),))


@case
def function_mode_around() -> Case:
    """A mode of functions is entered around the program and its tracing."""
    return Case(lambda x: torch.cos(x) + 1, args=(torch.ones(2),), contexts=[SineInsteadOfCosine])


@case
def dispatch_mode_inside() -> Case:
    """A mode of dispatch is entered inside the program: Dynamo traces through none of them."""

    def program(x: torch.Tensor) -> torch.Tensor:
        with MultipliesByAdding():
            y = x * 2
        return y * 3

    return Case(program, args=(torch.ones(2),))


@case
def dispatch_mode_around() -> Case:
    """A mode of dispatch is entered around the program, which Dynamo may not ignore (pytorch#105929)."""
    return Case(lambda x: (x * 2).relu(), args=(torch.ones(2),), contexts=[MultipliesByAdding])


@case
def device_as_mode() -> Case:
    """`with torch.device(...)`: a mode of functions, by which new tensors get a device (pytorch#139183)."""

    def program(x: torch.Tensor) -> torch.Tensor:
        with torch.device("meta"):
            shape = torch.ones(2, 3).sum(0).shape
        with torch.device("cpu"):
            return x + torch.zeros(shape).split(3)[0]

    return Case(program, args=(torch.ones(3),), claims=(Lacks("_to_copy"),))
