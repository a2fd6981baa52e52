"""Methods of a `_TensorQueue`: traced on a fake queue, so that the real one stays as it was."""

from collections.abc import Mapping
from typing import Any

import torch

from cases.torchbind.claims import EXPORT, FAKE_MAKE_FX, same_as_eager
from cases.torchbind.objects import observe_queue, queue_of
from graph_goldens import Case, Compare, Fact, case
from graph_goldens.records import Json

Outputs = tuple[torch.Tensor, torch.Tensor, Any]


class PopsByState(torch.nn.Module):
    """Pops a queue and branches on whether it is empty then."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)

    def forward(self, tq: Any, x: torch.Tensor) -> Outputs:
        x_cos = tq.pop() + tq.float_size() + self.linear(x)
        if tq.is_empty():  # noqa: SIM108  # the branch is what is traced
            x_sin = self.linear(tq.pop()) - tq.size() + x
        else:
            x_sin = tq.pop() + tq.size() + x
        return x_sin, x_cos, tq


class PushesAndPops(torch.nn.Module):
    """Pushes twice and pops twice, beside a layer that it does not use."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)

    def forward(self, tq: Any, x: torch.Tensor) -> Outputs:
        tq.push(x.cos())
        tq.push(x.sin())
        x_cos = tq.pop() + tq.size()
        x_sin = tq.pop() - tq.size()
        return x_sin, x_cos, tq


class PopsTwice(torch.nn.Module):
    """Pops twice, beside a layer that it does not use."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)

    def forward(self, tq: Any, x: torch.Tensor) -> Outputs:
        x_cos = tq.pop() + tq.size() + x
        x_sin = tq.pop() - tq.size() + x
        return x_sin, x_cos, tq


@case
def non_strict_export_methods() -> Case:
    """Export follows the branch that the queue's state takes, and leaves the queue's own tensors alone."""
    a, b = torch.randn(2, 2), torch.randn(2, 2)
    tq = queue_of(a, b)
    observe = observe_queue(tq)

    def observe_tensors() -> Mapping[str, Json]:
        tensors = tq.get_raw_queue()
        same = len(tensors) == 2 and tensors[0] is a and tensors[1] is b
        return {**observe(), "queue_holds_the_same_two_tensors": same}

    untouched = Fact("after_tracing.queue_holds_the_same_two_tensors", True, paths=EXPORT)
    return Case(
        PopsByState(),
        args=(tq, torch.randn(2, 2)),
        observe=observe_tensors,
        claims=[untouched, *same_as_eager(EXPORT, torch=">=2.5")],
    )


def _make_fx_case(program: torch.nn.Module, tq: Any, claims: Mapping[str, Json]) -> Case:
    return Case(
        program,
        args=(tq, torch.ones(2, 3)),
        compare=Compare.SKIP_SCRIPT_OBJECTS,
        observe=observe_queue(tq),
        claims=[
            *(Fact(name, value, paths=FAKE_MAKE_FX) for name, value in claims.items()),
            Fact("script_inputs_while_tracing", ["FakeScriptObject"], paths=FAKE_MAKE_FX),
            *same_as_eager(FAKE_MAKE_FX),
        ],
    )


@case
def make_fx_tensor_queue_methods() -> Case:
    """Every method runs once on a fake queue for each call, and never on the real one."""
    return _make_fx_case(
        PushesAndPops(),
        queue_of(),
        {
            "after_tracing.fake_calls.push": 2,
            "after_tracing.fake_calls.pop": 2,
            "after_tracing.fake_calls.size": 2,
            "after_tracing.queue_size": 0,
        },
    )


@case
def make_fx_tensor_queue_methods_fakify_internal_states() -> Case:
    """The tensors that a queue already holds become fake tensors of the fake queue."""
    return _make_fx_case(
        PopsTwice(),
        queue_of(torch.ones(2, 3), torch.ones(2, 3)),
        {
            "after_tracing.fake_calls.push": 0,
            "after_tracing.fake_calls.pop": 2,
            "after_tracing.fake_calls.size": 2,
            "after_tracing.queue_size": 2,
            "after_running.queue_size": 0,
        },
    )
