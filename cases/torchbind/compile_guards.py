"""What `torch.compile` guards of a queue that is an input, and when it compiles again."""

from typing import Any

import torch

from cases.torchbind.claims import COMPILE, INDUCTOR_KEEPS_EFFECTS, STATIC_COMPILE, same_as_eager
from cases.torchbind.objects import observe_queue, queue_of
from graph_goldens import Case, Fact, case


class PushesTwicePopsOnce(torch.nn.Module):
    """Pushes twice, pops once and returns the queue."""

    def forward(self, tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, Any]:
        tq.push(x.cos())
        tq.push(x.sin())
        x_sin = tq.pop() - tq.size()
        return x_sin, tq


def breaks_three_times(tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Push and pop on both sides of graph breaks."""
    tq.push(x.sin())
    tq.push(x.sin())
    torch._dynamo.graph_break()
    tq.pop()
    torch._dynamo.graph_break()
    tq.push(x.cos() + tq.size())
    torch._dynamo.graph_break()
    tq.push(x.cos() - tq.size())
    return x, tq.pop(), tq


@case
def compile_script_object_input() -> Case:
    """A queue that is an input is no output of the graph: the program returns the one that it was given."""
    tq = queue_of()
    return Case(
        PushesTwicePopsOnce(),
        args=(tq, torch.randn(2, 3)),
        observe=observe_queue(tq),
        claims=[
            *same_as_eager(COMPILE),
            Fact("after_tracing.queue_size", 1, paths=COMPILE),
            Fact("outputs.graph_0", ["tensor"], paths=("compile-eager",)),
        ],
    )


@case
def compile_script_object_input_guards() -> Case:
    """The number of tensors in a queue, their shapes, dtypes and whether they require grad are guarded."""
    x = torch.randn(2, 3)
    queues = [
        queue_of(*(torch.randn(4, 5) for _ in range(10))),
        queue_of(torch.randn(2, 3)),
        queue_of(torch.randn(2, 3)),
        queue_of(torch.randn(2, 3, requires_grad=True)),
        queue_of(torch.randn(2, 3, requires_grad=True, dtype=torch.float64)),
    ]
    return Case(
        PushesTwicePopsOnce(),
        args=(queue_of(), x),
        calls=[(queue, x) for queue in queues],
        claims=[
            Fact("frames", [1, 2, 3, 3, 4, 5], paths=STATIC_COMPILE),
            Fact("frames", [1, 2, 3, 3, 4, 5], paths=("compile-dynamic",), torch=">=2.9"),
        ],
    )


@case
def compile_script_object_input_automatic_dynamic_shape() -> Case:
    """A size that changes inside a queue becomes dynamic at the second compilation."""
    x = torch.randn(2, 3)
    first, *others = (queue_of(torch.randn(2, size)) for size in (3, 4, 5))
    return Case(
        PushesTwicePopsOnce(),
        args=(first, x),
        calls=[(queue, x) for queue in others],
        claims=[Fact("frames", [1, 2, 2], paths=STATIC_COMPILE), *same_as_eager(STATIC_COMPILE)],
    )


@case
def compile_obj_graph_breaks() -> Case:
    """A queue crosses graph breaks as an input of every graph."""
    tq = queue_of()
    return Case(
        breaks_three_times,
        args=(tq, torch.randn(3, 2)),
        observe=observe_queue(tq),
        claims=[
            Fact("frames", [4], paths=STATIC_COMPILE),
            *same_as_eager(("compile-eager", "compile-aot-eager")),
            *same_as_eager(("compile-inductor",), torch=INDUCTOR_KEEPS_EFFECTS),
        ],
    )
