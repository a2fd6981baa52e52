"""Where Dynamo breaks a graph, and what makes it compile again."""

from collections.abc import Callable
from typing import Any

import torch
import torch._dynamo

from graph_goldens import Call, Case, Fact, case

COMPILE = ("compile-eager", "compile-dynamic", "compile-aot-eager", "compile-inductor")
STATIC = ("compile-eager", "compile-aot-eager", "compile-inductor")
SAME = (Fact("same_as_eager", True, paths=COMPILE),)


def _recompiles(program: Callable[..., Any], *calls: tuple[Any, ...] | Call, frames: list[int]) -> Case:
    """Make a case whose calls differ, and claim how many frames are compiled after each."""
    first = calls[0]
    assert isinstance(first, tuple)
    claims = (*SAME, Fact("frames", list(frames), paths=("compile-eager",), torch=">=2.13"))
    return Case(program, args=first, calls=list(calls[1:]), paths=COMPILE, claims=claims)


@case
def break_by_branch_on_data() -> Case:
    """A branch on what a tensor holds: two graphs, or three where both ways are taken."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x * 2
        if y.sum() > 0:
            return y + 1
        return y - 1

    return Case(program, args=(torch.ones(2),), calls=[(-torch.ones(2),)])


@case
def break_by_number_of_tensor() -> Case:
    """`item()` and `tolist()` take numbers out of tensors, on which Python goes on."""

    def program(x: torch.Tensor) -> torch.Tensor:
        first, second = x[:2].tolist()
        return x * first + x[2].item() * second

    return Case(program, args=(torch.arange(3.0),), claims=SAME)


@case
def break_by_print() -> Case:
    """A print of a text that names a size: an effect that no graph can hold."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.sin()
        print("size", x.shape[0])
        return y.cos()

    return Case(program, args=(torch.ones(2),), claims=SAME)


@torch._dynamo.disable
def _left_alone(x: torch.Tensor) -> torch.Tensor:
    return x.exp()


@case
def break_by_disabled_function() -> Case:
    """A function that Dynamo is told to leave alone, and a break that is asked for."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = _left_alone(x + 1)
        torch._dynamo.graph_break()
        return y * 2

    return Case(program, args=(torch.ones(2),), claims=SAME)


@case
def break_within_loop() -> Case:
    """A break within a loop and within a context manager: where Dynamo can resume and where it cannot."""

    def program(x: torch.Tensor) -> torch.Tensor:
        for _ in range(2):
            with torch.no_grad():
                x = x + 1
                torch._dynamo.graph_break()
            x = x * 2
        return x

    return Case(program, args=(torch.ones(2),), paths=COMPILE)


@case
def break_by_unsupported_call() -> Case:
    """`id` of a tensor, a function in C that Dynamo does not know, within a function that is called."""

    def ask(x: torch.Tensor) -> int:
        return 1 if id(x) else 0

    def program(x: torch.Tensor) -> torch.Tensor:
        return x.sin() + ask(x)

    return Case(program, args=(torch.ones(2),), claims=SAME)


@case
def recompiles_by_dtype_and_size() -> Case:
    """Another dtype, another size (which becomes dynamic), another number of dimensions, one size of one."""
    x = torch.ones(2, 3)
    calls = ((x,), (x.double(),), (torch.ones(4, 3),), (torch.ones(5, 3),), (x[0],), (torch.ones(1, 3),))
    return _recompiles(lambda x: x * 2, *calls, frames=[1, 2, 3, 3, 4, 5])


@case
def recompiles_by_number() -> Case:
    """An integer becomes dynamic at its second value; a text is guarded as it is."""

    def program(x: torch.Tensor, n: int, how: str) -> torch.Tensor:
        return x + n if how == "add" else x * n

    x = torch.ones(2)
    return _recompiles(
        program, (x, 3, "add"), (x, 4, "add"), (x, 7, "add"), (x, 7, "mul"), frames=[1, 2, 2, 3]
    )


@case
def recompiles_by_gradient_mode() -> Case:
    """The mode of gradients and whether an input requires grad are guarded."""
    x, y = torch.ones(2), torch.ones(2, requires_grad=True)
    calls = ((x,), Call((x,), before=torch.no_grad), (y,), Call((y,), before=torch.no_grad))
    return _recompiles(lambda x: x.sin(), *calls, frames=[1, 2, 3, 4])


@case
def recompiles_by_containers() -> Case:
    """The length of a list, the keys of a dict and the type of a value are guarded."""

    def program(x: torch.Tensor, many: list[int], named: dict[str, Any]) -> torch.Tensor:
        return x * len(many) + sum(value for value in named.values() if value is not None)

    x = torch.ones(2)
    calls = ((x, [1], {"a": 1}), (x, [1, 2], {"a": 1}), (x, [1, 2], {"b": 1}), (x, [1, 2], {"b": None}))
    return _recompiles(program, *calls, frames=[1, 2, 3, 4])


class Switched(torch.nn.Module):
    """Drops values in training, and scales by an attribute that anybody may set."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = 2.0
        self.norm = torch.nn.BatchNorm1d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x) * self.scale


@case
def recompiles_by_attributes() -> Case:
    """A float attribute of a module is set, and the module is put into evaluation."""
    module, x = Switched(), torch.arange(6.0).view(3, 2)

    def rescale() -> None:
        module.scale = 3.0

    def evaluate() -> None:
        module.eval()

    calls = ((x,), Call((x,), before=rescale), Call((x,), before=evaluate))
    return _recompiles(module, *calls, frames=[1, 2, 3])


@case
def recompiles_by_aliasing() -> Case:
    """Two inputs that are one tensor, and then are not: that they are one is guarded."""
    x, y = torch.ones(2), torch.zeros(2)
    return _recompiles(lambda x, y: x * 2 + y, (x, x), (x, y), (y, y), frames=[1, 2, 2])


@case
def recompiles_by_function() -> Case:
    """A function that is an input: which one it is, is guarded, and so is what a closure holds."""

    def times(n: int) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda x: x * n

    def program(x: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        return function(x) + 1

    x = torch.ones(2)
    calls = ((x, torch.sin), (x, torch.cos), (x, times(2)), (x, times(3)))
    return _recompiles(program, *calls, frames=[1, 2, 3, 4])
