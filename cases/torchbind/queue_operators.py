"""Operators that take a `_TensorQueue`: effect tokens, schema checks, autocast and fallthroughs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from typing import Any

import torch

from cases.torchbind.claims import EXPORT, same_as_eager
from cases.torchbind.fakes import NAMESPACE, OPERATORS
from cases.torchbind.objects import foo, observe_queue, queue_of
from graph_goldens import Case, Compare, Fact, Raises, case

# Versions that cannot register autocast rules need a fallthrough for autocast as well.
FALLTHROUGH = (
    ("AutogradCPU",) if hasattr(torch.library, "register_autocast") else ("AutogradCPU", "AutocastCUDA")
)
QUEUE_OPERATORS = (OPERATORS.queue_push, OPERATORS.queue_pop, OPERATORS.queue_size)
Outputs = tuple[torch.Tensor, torch.Tensor, Any]


class Pushes(torch.nn.Module):
    """Pushes a tensor and returns the queue."""

    def forward(self, tq: torch.ScriptObject, x: torch.Tensor) -> torch.ScriptObject:
        OPERATORS.queue_push(tq, x)
        return tq


class PushesToFoo(torch.nn.Module):
    """Hands `queue_push` a Foo where a queue belongs."""

    def forward(self, tq: Any, x: torch.Tensor, foo: Any) -> Any:
        OPERATORS.queue_push(foo, x.cos())
        return tq


class PushesToFooByKeyword(torch.nn.Module):
    """The same with arguments by keyword."""

    def forward(self, tq: Any, x: torch.Tensor, foo: Any) -> Any:
        OPERATORS.queue_push(x=x.cos(), foo=foo)
        return tq


class PushesAndPops(torch.nn.Module):
    """Pushes twice and pops twice by operators."""

    def forward(self, tq: Any, x: torch.Tensor) -> Outputs:
        OPERATORS.queue_push(tq, x.cos())
        OPERATORS.queue_push(tq, x.sin())
        x_sin = OPERATORS.queue_pop(tq) - OPERATORS.queue_size(tq)
        x_cos = OPERATORS.queue_pop(tq) + OPERATORS.queue_size(tq)
        return x_sin, x_cos, tq


class PushesAndPopsUnderAutocast(torch.nn.Module):
    """The same under CUDA's autocast."""

    def forward(self, tq: Any, x: torch.Tensor) -> Outputs:
        with torch.autocast("cuda", dtype=torch.bfloat16):
            OPERATORS.queue_push(tq, x.cos())
            OPERATORS.queue_push(tq, x.sin())
            x_sin = OPERATORS.queue_pop(tq) - OPERATORS.queue_size(tq)
            x_cos = OPERATORS.queue_pop(tq) + OPERATORS.queue_size(tq)
            return x_sin, x_cos, tq


@contextmanager
def push_falls_through() -> Iterator[None]:
    """Have `queue_push` fall through, by a library, at the keys that come before its fake kernel."""
    with torch.library._scoped_library(NAMESPACE, "FRAGMENT") as library:
        for key in ("AutogradCPU", "ADInplaceOrView", "PythonTLSSnapshot"):
            library.impl("queue_push", torch.library.fallthrough_kernel, key)
        yield


@contextmanager
def fallthrough_by_library() -> Iterator[None]:
    """Have the queue's operators fall through, by a library."""
    with torch.library._scoped_library(NAMESPACE, "FRAGMENT") as library:
        for operator, key in product(QUEUE_OPERATORS, FALLTHROUGH):
            library.impl(operator.__name__, torch.library.fallthrough_kernel, key)
        yield


@contextmanager
def fallthrough_by_py_impl() -> Iterator[None]:
    """Have the queue's operators fall through, by kernels in Python."""
    keys = [getattr(torch._C.DispatchKey, key) for key in FALLTHROUGH]
    entries = [(operator.default, key) for operator, key in product(QUEUE_OPERATORS, keys)]
    for operator, key in entries:
        operator.py_impl(key)(torch.library.fallthrough_kernel)
    try:
        yield
    finally:
        for operator, key in entries:
            del operator.py_kernels[key]
            operator._dispatch_cache.clear()


@case
def export_inplace_custom_op() -> Case:
    """An operator that only changes an object keeps its place by its token."""
    tq = queue_of()
    claims = same_as_eager(EXPORT, torch=">=2.5")
    return Case(Pushes(), args=(tq, torch.randn(3, 3)), observe=observe_queue(tq), claims=claims)


def _schema_case(program: torch.nn.Module) -> Case:
    tq = queue_of()
    refused = Raises("RuntimeError", "is expected to be a FakeScriptObject", paths=("make-fx-fake",))
    return Case(
        program,
        args=(tq, torch.ones(3, 3), foo()),
        contexts=[push_falls_through],
        observe=observe_queue(tq),
        claims=[refused],
    )


@case
def make_fx_schema_checking_script_object() -> Case:
    """An operator that is handed an object of another class says so."""
    return _schema_case(PushesToFoo())


@case
def make_fx_schema_checking_script_object_by_keyword() -> Case:
    """The twin that hands the object over by keyword."""
    return _schema_case(PushesToFooByKeyword())


def _autocast_case(fallthrough: Callable[[], AbstractContextManager[None]]) -> Case:
    tq = queue_of()
    return Case(
        PushesAndPopsUnderAutocast(),
        args=(tq, torch.ones(2, 3)),
        contexts=[fallthrough],
        compare=Compare.SKIP_SCRIPT_OBJECTS,
        observe=observe_queue(tq),
        claims=same_as_eager(("make-fx-fake",)),
    )


@case
def make_fx_tensor_queue_operators() -> Case:
    """Operators that fall through at autograd by a library, inside another device's autocast."""
    return _autocast_case(fallthrough_by_library)


@case
def make_fx_tensor_queue_operators_by_py_impl() -> Case:
    """The twin whose operators fall through by kernels in Python."""
    return _autocast_case(fallthrough_by_py_impl)


@case
def aot_export_tensor_queue_operators() -> Case:
    """Every operator on a queue takes the token of the one before and gives the next its own."""
    tq = queue_of()
    inputs = (tq, torch.ones(2, 3))
    claims = [
        Fact("inputs.traced", ["token", "script object", "tensor"], paths=("aot-inference",)),
        Fact("outputs.traced", ["token", "tensor", "tensor", "script object"], paths=("aot-inference",)),
    ]
    return Case(PushesAndPops(), args=inputs, observe=observe_queue(tq), claims=claims)
