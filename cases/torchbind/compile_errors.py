"""What `torch.compile` refuses to do with a queue."""

from collections.abc import Mapping
from typing import Any

import torch

from cases.torchbind.claims import COMPILE
from cases.torchbind.objects import queue_of
from graph_goldens import Case, Raises, case


class PopsBesideInput(torch.nn.Module):
    """Computes with an input and with what a queue holds."""

    def forward(self, tq: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x.sin(), tq.pop().cos()


def sets_attribute(tq: Any) -> Any:
    """Set an attribute of an object."""
    tq.a = 1
    return tq


def gets_missing_attribute(tq: Any) -> Any:
    """Get an attribute that neither the class nor its fake class has."""
    return tq._not_defined_attr


def clones_queue(tq: Any, x: torch.Tensor) -> Any:
    """Call a method that only the real class has."""
    x1 = x.view(-1)
    x2 = x.permute(1, 0)
    tq.push(x1)
    tq.push(x2)
    return tq.clone_queue()


def _refused(messages: Mapping[str, str]) -> list[Raises]:
    """Claim that compiling is refused, with the messages that versions have for it."""
    return [Raises("RuntimeError", message, COMPILE, versions) for versions, message in messages.items()]


@case
def compile_error_on_input_aliasing_contents() -> Case:
    """A queue must not hold another input of the graph."""
    x = torch.randn(2, 3)
    refused = _refused({"<2.8": "is alising", ">=2.8,<2.16": "is aliasing"})
    return Case(PopsBesideInput(), args=(queue_of(x), x), claims=refused)


@case
def compile_error_on_script_obj_setattr() -> Case:
    """Attributes of a TorchBind object cannot be set."""
    refused = _refused(
        {
            "<2.9": "call method __setattr__ on script object is not safe",
            ">=2.9,<2.16": "Weird method call on TorchScript object",
        }
    )
    return Case(sets_attribute, args=(queue_of(),), claims=refused)


@case
def compile_error_on_script_obj_missing_attr() -> Case:
    """An attribute that the fake class lacks is an error."""
    refused = _refused(
        {
            "<2.9": "doesn't define method _not_defined_attr",
            ">=2.9,<2.16": "FakeScriptObject missing method implementation",
        }
    )
    return Case(gets_missing_attribute, args=(queue_of(),), claims=refused)


@case
def compile_error_on_non_fakified_method() -> Case:
    """A method that the fake class lacks is an error, though the real class has it."""
    refused = _refused(
        {
            "<2.9": "FakeScriptObject doesn't define method",
            ">=2.9,<2.16": "FakeScriptObject missing method implementation",
        }
    )
    return Case(clones_queue, args=(queue_of(), torch.randn(2, 3)), claims=refused)
