"""Stand-ins in Python for the library's classes and kernels, which tracers run in place of the C++ ones."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import product
from typing import Any, ParamSpec, TypeVar

import torch
from torch._library.fake_class_registry import register_fake_class
from torch.library import get_ctx, register_fake

Flattened = Sequence[tuple[str, Any]]
Inputs = ParamSpec("Inputs")
Output = TypeVar("Output")

NAMESPACE = "_TorchScriptTesting"
OPERATORS = torch.ops._TorchScriptTesting

# How often each `counted` method has run in this process, by class and method name.
_CALLS: Counter[tuple[str, str]] = Counter()


def fake_calls(class_name: str) -> dict[str, int]:
    """Give how often each counted method of a fake class, such as `FakeFoo`, ran in this process."""
    return {method: count for (owner, method), count in sorted(_CALLS.items()) if owner == class_name}


def counted(method: Callable[Inputs, Output]) -> Callable[Inputs, Output]:
    """Count the calls of a method of a fake class."""
    owner, name = method.__qualname__.split(".")
    _CALLS[owner, name] = 0

    @wraps(method)
    def count_and_call(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Output:
        _CALLS[owner, name] += 1
        return method(*args, **kwargs)

    return count_and_call


# `register_fake_class` looks for `__obj_unflatten__` in the class itself: a common base class would not do.
@register_fake_class(f"{NAMESPACE}::_Foo")
class FakeFoo:
    """Two integers that scale tensors."""

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    @classmethod
    def __obj_unflatten__(cls, flattened: Flattened) -> "FakeFoo":
        """Stand for a real object that was flattened."""
        return cls(**dict(flattened))

    @counted
    def add_tensor(self, z: torch.Tensor) -> torch.Tensor:
        """Scale a tensor by the sum of the two integers."""
        return (self.x + self.y) * z


@register_fake_class(f"{NAMESPACE}::_TensorQueue")
class FakeTensorQueue:
    """First in, first out; without `clone_queue`, which a case needs to be missing."""

    def __init__(self, queue: list[torch.Tensor]) -> None:
        self.queue = queue

    @classmethod
    def __obj_unflatten__(cls, flattened: Flattened) -> "FakeTensorQueue":
        """Stand for a real object that was flattened."""
        return cls(**dict(flattened))

    @counted
    def push(self, x: torch.Tensor) -> None:
        """Add a tensor at the end."""
        self.queue.append(x)

    @counted
    def pop(self) -> torch.Tensor:
        """Take the first tensor; flattening leaves the one that an empty queue pops behind."""
        return self.queue.pop(0) if self.queue else torch.empty(0)

    @counted
    def size(self) -> int:
        """Give the number of tensors."""
        return len(self.queue)

    @counted
    def is_empty(self) -> bool:
        """Tell whether there are no tensors."""
        return not self.queue

    @counted
    def float_size(self) -> float:
        """Give the number of tensors as a float."""
        return float(len(self.queue))


@register_fake_class(f"{NAMESPACE}::_FlattenWithTensorOp")
class FakeFlattenWithTensorOp:
    """Holds what the real object's flattening computed."""

    def __init__(self, t: torch.Tensor) -> None:
        self.t = t

    @classmethod
    def __obj_unflatten__(cls, flattened: Flattened) -> "FakeFlattenWithTensorOp":
        """Stand for a real object that was flattened."""
        return cls(**dict(flattened))

    def get(self) -> torch.Tensor:
        """Give the tensor."""
        return self.t


@register_fake_class(f"{NAMESPACE}::_ContainsTensor")
class FakeContainsTensor:
    """Holds the real object's tensor."""

    def __init__(self, t: torch.Tensor) -> None:
        self.t = t

    @classmethod
    def __obj_unflatten__(cls, flattened: Flattened) -> "FakeContainsTensor":
        """Stand for a real object that was flattened."""
        return cls(**dict(flattened))

    def get(self) -> torch.Tensor:
        """Give the tensor."""
        return self.t


# The kernels below name their arguments as the schemas do, for calls by keyword. They take further keyword
# arguments because some versions hand them a `device`.


def takes_foo(foo: Any, x: torch.Tensor, **_: object) -> torch.Tensor:
    """Stand for `takes_foo`."""
    return foo.add_tensor(x)


@register_fake(f"{NAMESPACE}::takes_foo_python_meta")
def takes_foo_python_meta(foo: Any, x: torch.Tensor, **_: object) -> torch.Tensor:
    """Be the only implementation of `takes_foo_python_meta`."""
    return foo.add_tensor(x)


def takes_foo_tuple_return(foo: Any, x: torch.Tensor, **_: object) -> tuple[torch.Tensor, torch.Tensor]:
    """Stand for `takes_foo_tuple_return`."""
    a = foo.add_tensor(x)
    return a, foo.add_tensor(a)


def takes_foo_list_return(foo: Any, x: torch.Tensor, **_: object) -> list[torch.Tensor]:
    """Stand for `takes_foo_list_return`."""
    a = foo.add_tensor(x)
    b = foo.add_tensor(a)
    return [a, b, foo.add_tensor(b)]


@register_fake(f"{NAMESPACE}::takes_foo_tensor_return")
def takes_foo_tensor_return(foo: Any, x: torch.Tensor, **_: object) -> torch.Tensor:
    """Stand for `takes_foo_tensor_return`, whose two sizes nobody knows before it runs."""
    sizes = [get_ctx().new_dynamic_size() for _ in range(2)]
    return torch.empty(sizes, dtype=torch.int, device="cpu")


@register_fake(f"{NAMESPACE}::queue_push")
def queue_push(foo: Any, x: torch.Tensor, **_: object) -> None:
    """Stand for `queue_push`."""
    foo.push(x)


@register_fake(f"{NAMESPACE}::queue_pop")
def queue_pop(foo: Any, **_: object) -> torch.Tensor:
    """Stand for `queue_pop`."""
    return foo.pop()


@register_fake(f"{NAMESPACE}::queue_size")
def queue_size(foo: Any, **_: object) -> int:
    """Stand for `queue_size`."""
    return foo.size()


# These three have Meta kernels in C++, beside which `register_fake` is refused.
OPERATORS.takes_foo.default.py_impl(torch._C.DispatchKey.Meta)(takes_foo)
OPERATORS.takes_foo_tuple_return.default.py_impl(torch._C.DispatchKey.Meta)(takes_foo_tuple_return)
OPERATORS.takes_foo_list_return.default.py_impl(torch._C.DispatchKey.Meta)(takes_foo_list_return)


def register_autocast() -> None:
    """Have autocast hand float32 to the queue's operators, where a version has rules for custom operators."""
    if hasattr(torch.library, "register_autocast"):
        for operator, device in product(("queue_push", "queue_pop"), ("cpu", "cuda")):
            torch.library.register_autocast(f"{NAMESPACE}::{operator}", device, torch.float32)


register_autocast()
