"""A `_Foo` that is an input: what its fake class and the operators' Meta kernels are needed for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch._library import fake_class_registry

from cases.torchbind.claims import EXPORT, RETRACING, same_as_eager
from cases.torchbind.fakes import NAMESPACE, OPERATORS
from cases.torchbind.objects import foo, observe_foo
from graph_goldens import Case, Fact, Raises, case

FOO = f"{NAMESPACE}::_Foo"
EXPORT_TAKES_NEW_ATTRIBUTES = ">=2.10"
META = torch._C.DispatchKey.Meta


class CallsMethod(torch.nn.Module):
    """Calls a method of an input."""

    def forward(self, x: torch.Tensor, cc: Any) -> torch.Tensor:
        return x + cc.add_tensor(x)


class CallsOperator(torch.nn.Module):
    """Hands an input to an operator."""

    def forward(self, x: torch.Tensor, cc: Any) -> torch.Tensor:
        return x + OPERATORS.takes_foo(cc, x)


class AssignsInput(torch.nn.Module):
    """Makes an input its attribute while it runs."""

    def forward(self, x: torch.Tensor, foo: Any) -> torch.Tensor:
        self.foo = foo
        return x + self.foo.add_tensor(x)


@contextmanager
def no_fake_class() -> Iterator[None]:
    """Forget the fake class of `_Foo` for a while."""
    fake_class = fake_class_registry.deregister_fake_class(FOO)
    try:
        yield
    finally:
        fake_class_registry.register_fake_class(FOO, fake_class)


@contextmanager
def no_meta_kernel() -> Iterator[None]:
    """Take away `takes_foo`'s Meta kernel in Python for a while; the one in C++ stays."""
    operator = OPERATORS.takes_foo.default
    kernel = operator.py_kernels.pop(META)
    operator._dispatch_cache.clear()
    try:
        yield
    finally:
        operator.py_impl(META)(kernel)
        operator._dispatch_cache.clear()


@contextmanager
def meta_kernel_again() -> Iterator[None]:
    """Take away `takes_foo`'s Meta kernel in Python and give it back before anything is traced."""
    with no_meta_kernel():
        pass
    yield


def _case(program: torch.nn.Module, **more: Any) -> Case:
    inputs = (torch.ones(2, 3), foo())
    return Case(program, args=inputs, observe=observe_foo, **more)


@case
def input() -> Case:  # the case's name in the list that this pack follows
    """A method call on an input runs on its fake object while it is traced."""
    twice_over = Fact("after_retracing.fake_calls.add_tensor", 4, paths=RETRACING, torch="==2.4.*")
    return _case(CallsMethod(), claims=[*same_as_eager(EXPORT), twice_over])


@case
def input_without_fake_class() -> Case:
    """The twin of `input` whose class has no fake class: the real object is traced, or refused."""
    claims = same_as_eager(EXPORT, torch="==2.4.*")
    return _case(CallsMethod(), contexts=[no_fake_class, enable_torchbind_tracing], claims=claims)


@case
def input_as_custom_op_argument() -> Case:
    """An operator that takes an input object runs its Meta kernel in Python on the fake object."""
    return _case(CallsOperator(), claims=same_as_eager(EXPORT))


@case
def input_as_custom_op_argument_without_meta_kernel() -> Case:
    """A Meta kernel in C++ cannot take a fake object."""
    refused = Raises("RuntimeError", "no python implementation is found", paths=EXPORT)
    return _case(CallsOperator(), contexts=[no_meta_kernel], claims=[refused])


@case
def input_as_custom_op_argument_with_meta_kernel_again() -> Case:
    """A Meta kernel in Python that comes back counts as if it had never been away."""
    return _case(CallsOperator(), contexts=[meta_kernel_again], claims=same_as_eager(EXPORT))


@case
def torchbind_input_and_alias() -> Case:
    """An input that becomes an attribute while the program runs: early versions cannot export it."""
    refused = Raises("ValueError", paths=EXPORT, torch="==2.4.*")
    return _case(AssignsInput(), claims=[refused, *same_as_eager(EXPORT, torch=EXPORT_TAKES_NEW_ATTRIBUTES)])


@case
def register_attr_at_runtime() -> Case:
    """The same program, and what tracing leaves in the new attribute; some versions refuse it by name."""
    program = AssignsInput()
    message = "following attrs were created in the model"
    refused = Raises("ValueError", message, paths=EXPORT, torch=">=2.8,<2.10")
    return Case(
        program,
        args=(torch.ones(2, 3), foo()),
        observe=lambda: {"attribute": type(getattr(program, "foo", None)).__name__},
        claims=[refused, *same_as_eager(EXPORT, torch=EXPORT_TAKES_NEW_ATTRIBUTES)],
    )
