"""Makers of the TorchBind objects that cases take, and what cases observe of them."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from cases.torchbind.fakes import fake_calls
from graph_goldens.records import Json

Observe = Callable[[], Mapping[str, Json]]


def foo(x: int = 10, y: int = 20) -> Any:
    """Make a `_Foo`."""
    return torch.classes._TorchScriptTesting._Foo(x, y)


def queue_of(*tensors: torch.Tensor) -> Any:
    """Make a `_TensorQueue` that holds these tensors."""
    queue = torch.classes._TorchScriptTesting._TensorQueue(torch.empty(0))
    for tensor in tensors:
        queue.push(tensor)
    return queue


def observe_foo() -> Mapping[str, Json]:
    """Tell how often tracing ran the fake `_Foo`'s methods."""
    return {"fake_calls": dict(fake_calls("FakeFoo"))}


def observe_queue(queue: Any) -> Observe:
    """Make an observer of a real queue, and of how often tracing ran the fake queue's methods."""
    return lambda: {"queue_size": queue.size(), "fake_calls": dict(fake_calls("FakeTensorQueue"))}
