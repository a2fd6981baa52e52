"""Where `torch.compile` finds a queue: an input, a closure, a global, an attribute, and what lifts it."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._higher_order_ops.wrap import wrap

from cases.torchbind.claims import BEFORE_INDUCTOR, COMPILE, INDUCTOR_KEEPS_EFFECTS, same_as_eager
from cases.torchbind.fakes import OPERATORS
from cases.torchbind.objects import observe_queue, queue_of
from graph_goldens import Case, Claim, Fact, case


def pushes_views(tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Push two views of one tensor and go on computing with them."""
    x1 = x.view(-1)
    x2 = x.permute(1, 0)
    tq.push(x1)
    tq.push(x2)
    return x1 - tq.size(), x2 + tq.size(), tq


def pushes_in_wrapped_body(tq: Any, x: torch.Tensor) -> torch.Tensor:
    """Push inside the body of a higher-order operator."""

    def fn(tq: Any, x: torch.Tensor) -> torch.Tensor:
        tq.push(x)
        return x.sin()

    return wrap(fn, tq, x)


def pushes_to_closure(tq: Any) -> Callable[[torch.Tensor], tuple[torch.Tensor, Any]]:
    """Make a function whose inner function pushes to this queue."""

    def f(x: torch.Tensor) -> tuple[torch.Tensor, Any]:
        def inner_f(x: torch.Tensor) -> None:
            tq.push(x.sin())

        inner_f(x)
        return tq.pop(), tq

    return f


def pushes_to_global(x: torch.Tensor) -> tuple[torch.Tensor, Any]:
    """Push to a queue that is a global of this module."""
    GLOBAL_QUEUE.push(x.sin())
    return GLOBAL_QUEUE.pop(), GLOBAL_QUEUE


class OwnsQueue(torch.nn.Module):
    """Pushes to a queue of its own and pops it."""

    def __init__(self) -> None:
        super().__init__()
        self.tq = queue_of()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.tq.push(x)
        return self.tq.pop()


def calls_operators(tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Push and pop by operators, then by methods."""
    OPERATORS.queue_push(tq, x.cos())
    OPERATORS.queue_push(tq, x.cos() + 1)
    OPERATORS.queue_pop(tq)
    OPERATORS.queue_push(tq, x.sin())
    return tq.pop(), tq.pop() + tq.size(), tq


def calls_operators_under_autocast(tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Push and pop by operators under autocast, then by methods outside of it."""
    with torch.autocast("cpu"):
        OPERATORS.queue_push(tq, x.cos())
        OPERATORS.queue_push(tq, x.cos() + 1)
        OPERATORS.queue_pop(tq)
        OPERATORS.queue_push(tq, x.sin())
    return tq.pop(), tq.pop() + tq.size(), tq


# Each build of `compile_global_obj` makes this a queue of its own.
GLOBAL_QUEUE: Any = None


def _case(program: Callable[..., Any], tq: Any, x: torch.Tensor, claims: Sequence[Claim]) -> Case:
    return Case(program, args=(tq, x), observe=observe_queue(tq), claims=claims)


def _same_as_eager(*, inductor: str) -> Sequence[Claim]:
    """Claim eager's results everywhere, of Inductor for some versions."""
    return [*same_as_eager(BEFORE_INDUCTOR), *same_as_eager(("compile-inductor",), torch=inductor)]


@case
def compile_body_aliasing_contents() -> Case:
    """A queue may hold tensors that share memory."""
    claims = _same_as_eager(inductor=INDUCTOR_KEEPS_EFFECTS)
    return _case(pushes_views, queue_of(), torch.randn(2, 3), claims)


@case
def compile_obj_as_hop_input() -> Case:
    """A queue is handed on to the body of a higher-order operator."""
    return _case(pushes_in_wrapped_body, queue_of(), torch.randn(2, 3), same_as_eager(COMPILE))


@case
def compile_obj_closure() -> Case:
    """A queue of an enclosing scope becomes an input of the graph."""
    tq = queue_of()
    claims = same_as_eager(COMPILE)
    return Case(pushes_to_closure(tq), args=(torch.randn(3, 2),), observe=observe_queue(tq), claims=claims)


@case
def compile_global_obj() -> Case:
    """A queue that is a global becomes an input of the graph."""
    global GLOBAL_QUEUE
    GLOBAL_QUEUE = queue_of()
    inputs = (torch.randn(3, 2),)
    return Case(
        pushes_to_global, args=inputs, observe=observe_queue(GLOBAL_QUEUE), claims=same_as_eager(COMPILE)
    )


@case
def compile_obj_attributes() -> Case:
    """A queue that the module owns is lifted to an input of the one graph."""
    program = OwnsQueue()
    one_graph = Fact("graphs", 1, paths=("compile-eager",))
    lifted = Fact("inputs.graph_0", ["script object", "tensor"], paths=("compile-eager",))
    return Case(
        program,
        args=(torch.randn(2, 3),),
        observe=observe_queue(program.tq),
        claims=[one_graph, lifted, *same_as_eager(COMPILE)],
    )


@case
def compile_obj_torchbind_op() -> Case:
    """Operators and methods act on one queue in their order."""
    return _case(calls_operators, queue_of(), torch.randn(2), _same_as_eager(inductor=">=2.7"))


@case
def compile_obj_torchbind_op_with_autocast() -> Case:
    """Autocast hands the operators what their registered rule says."""
    claims = same_as_eager(COMPILE, torch=">=2.9")  # the first version that can register such a rule
    return _case(calls_operators_under_autocast, queue_of(), torch.randn(2), claims)
