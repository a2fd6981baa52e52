"""What programs take and return: containers of every kind, and parameters of every kind."""

import functools
from typing import Any

import torch

from cases.python._trees import Bag, Mode, Point, Settings
from graph_goldens import Case, Fact, Inputs, NoBreaks, case

COMPILE = ("compile-*",)
SAME = (Fact("same_as_eager", True, paths=COMPILE), NoBreaks(torch=">=2.6"))


@case
def nested_containers() -> Case:
    """A dict of lists of tuples, in and out; keys come in the order of insertion, which is not sorted."""

    def program(tree: dict[str, Any]) -> dict[str, Any]:
        (first, second), third = tree["z"]
        return {"sum": [first + second, {"deep": third * 2}], "a": (tree["a"][0],)}

    tree = {"z": [(torch.ones(2), torch.zeros(2)), torch.ones(2)], "a": [torch.ones(3)]}
    return Case(program, args=(tree,), claims=SAME)


@case
def named_tuples() -> Case:
    """A named tuple as an input and as a result, read by name and by place."""

    def program(point: Any) -> Any:
        return Point(point.y - point[0], y=point.x)

    return Case(program, args=(Point(torch.ones(2), torch.zeros(2)),), claims=SAME)


@case
def dataclass_in_and_out() -> Case:
    """A dataclass that was registered for export, with a plain number among its tensors."""

    def program(settings: Settings) -> Settings:
        return Settings(settings.weight * settings.times, settings.bias + settings.weight)

    return Case(program, args=(Settings(torch.ones(2), torch.zeros(2), 3),))


@case
def registered_container() -> Case:
    """A container of one's own that pytree knows: its leaves are inputs, its context is fixed."""

    def program(bag: Bag) -> Bag:
        return Bag([item * 2 for item in bag.items], bag.name + "-doubled")

    return Case(program, args=(Bag([torch.ones(2), torch.zeros(3)], "bag"),))


@case
def tensors_that_are_missing() -> Case:
    """`None` as an input and among results, and a result that is a number and a text."""

    def program(x: torch.Tensor, mask: torch.Tensor | None, scale: float | None = None) -> tuple[Any, ...]:
        y = x if mask is None else x * mask
        return y + 1, None, 3, "done", scale

    return Case(program, args=(torch.ones(2), None))


@case
def defaults_and_keywords() -> Case:
    """Parameters with defaults, some given, and keyword-only ones, given in another order."""

    def program(
        x: torch.Tensor, factor: float = 2.0, *, bias: torch.Tensor, negate: bool = False
    ) -> torch.Tensor:
        y = x * factor + bias
        return -y if negate else y

    kwargs = {"negate": True, "bias": torch.ones(2)}
    return Case(program, args=(torch.ones(2),), kwargs=kwargs, claims=SAME[1:])


@case
def any_number_of_inputs() -> Case:
    """`*args` and `**kwargs`: how many there are is fixed by the first call."""

    def program(*parts: torch.Tensor, **named: torch.Tensor) -> torch.Tensor:
        return torch.stack(parts).sum(0) + sum(named.values())

    args, kwargs = (torch.ones(2), torch.zeros(2)), {"one": torch.ones(2), "two": torch.ones(2)}
    return Case(program, args=args, kwargs=kwargs, claims=SAME[1:])


@case
def input_that_is_not_used() -> Case:
    """An input that is not touched stays an input of an exported program, but not of Dynamo's graph."""
    claims = (Inputs(2, graph="program", paths=("export",)), Inputs(1, paths=("compile-eager",)))
    return Case(lambda x, unused: x + 1, args=(torch.ones(2), torch.ones(3)), claims=claims)


@case
def member_of_enum() -> Case:
    """A member of an enum as an input, by which the program branches; another member comes later."""

    def program(x: torch.Tensor, mode: Mode) -> torch.Tensor:
        return x * 2 if mode is Mode.DOUBLE else x / 2

    x = torch.ones(2)
    claims = (Fact("frames", [1, 2], paths=("compile-eager",)),)
    return Case(program, args=(x, Mode.DOUBLE), calls=[(x, Mode.HALVE)], claims=claims)


def _weigh(x: torch.Tensor, weight: torch.Tensor, *, power: int) -> torch.Tensor:
    return (x * weight) ** power


@case
def partial_function() -> Case:
    """A `functools.partial` as the program: one tensor and one number are given before."""
    program = functools.partial(_weigh, weight=torch.full((2,), 3.0), power=2)
    return Case(program, args=(torch.ones(2),))
