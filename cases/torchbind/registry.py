"""The registry of fake classes, and what objects and operators say of themselves: facts, no graphs."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch._library import fake_class_registry
from torch._subclasses.fake_tensor import FakeTensorMode

from cases.torchbind.fakes import NAMESPACE, OPERATORS, Flattened
from cases.torchbind.objects import foo, queue_of
from graph_goldens import Case, Fact, Raises, case
from graph_goldens.records import Json

TORCHBIND_OPERATORS = (
    "takes_foo",
    "takes_foo_python_meta",
    "takes_foo_list_return",
    "takes_foo_tuple_return",
    "takes_foo_tensor_return",
    "takes_foo_cia",
    "take_an_instance",
    "take_an_instance_inferred",
    "queue_push",
    "queue_pop",
    "queue_size",
)
AUTOGRAD_CPU = torch._C.DispatchKey.AutogradCPU


class LacksUnflatten:
    """A fake class that cannot be made from a real object."""


class UnflattensByInstance:
    """A fake class whose `__obj_unflatten__` is no classmethod."""

    def __obj_unflatten__(self, flattened: Flattened) -> Any:
        return type(self)(**dict(flattened))


class Unflattens:
    """A fake class that can be made from a real object."""

    @classmethod
    def __obj_unflatten__(cls, flattened: Flattened) -> Any:
        return cls(**dict(flattened))


def _facts(observe: Callable[[], Mapping[str, Json]], **claims: Json) -> Case:
    made = [Fact(name, value) for name, value in claims.items()]
    return Case(program=None, observe=observe, claims=made)


@case
def deepcopy() -> Case:
    """A copy of an object and the object go their own ways."""

    def copy_between_changes() -> Mapping[str, Json]:
        tq, few = queue_of(), foo(1, 2)
        queues, foos = [copy.deepcopy(tq)], [copy.deepcopy(few)]
        for tensors in (2, 1):
            for _ in range(tensors):
                tq.push(torch.ones(2, 2))
            few.increment(1)
            queues.append(copy.deepcopy(tq))
            foos.append(copy.deepcopy(few))
        return {"queue_sizes": [one.size() for one in queues], "foo_sums": [one.add(1) for one in foos]}

    return _facts(copy_between_changes, queue_sizes=[0, 2, 3], foo_sums=[3, 5, 7])


@case
def method_schema() -> Case:
    """The methods of a fake object have the real methods' schemas."""
    make_fake = getattr(fake_class_registry, "maybe_to_fake_obj", None) or fake_class_registry.to_fake_obj

    def schemas_of_fake_queue() -> Mapping[str, Json]:
        fake = make_fake(FakeTensorMode(), queue_of())
        return {"push": str(fake.push.schema), "pop": str(fake.pop.schema)}

    queue = f"__torch__.torch.classes.{NAMESPACE}._TensorQueue _0"
    return _facts(
        schemas_of_fake_queue,
        push=f"push({queue}, Tensor _1) -> NoneType _0",
        pop=f"pop({queue}) -> Tensor _0",
    )


def _refused(class_name: str, fake_class: type, message: str) -> Case:
    def register() -> Mapping[str, Json]:
        fake_class_registry.register_fake_class(f"{NAMESPACE}::{class_name}", fake_class)
        return {}

    return Case(program=None, observe=register, claims=[Raises("RuntimeError", message)])


@case
def register_fake_class_of_unknown_class() -> Case:
    """A fake class needs a TorchBind class to stand for."""
    return _refused("NOT_A_VALID_NAME", Unflattens, "Tried to instantiate class")


@case
def register_fake_class_without_unflatten() -> Case:
    """A fake class says how it is made from a real object."""
    return _refused("_Foo", LacksUnflatten, "define a classmethod __obj_unflatten__")


@case
def register_fake_class_with_unflatten_no_classmethod() -> Case:
    """A fake class makes itself, so that takes a classmethod."""
    return _refused("_Foo", UnflattensByInstance, "is not a classmethod")


@case
def register_fake_class_valid() -> Case:
    """A fake class that can be made from a real object is found by the real class's name."""
    name, full_name = f"{NAMESPACE}::_PickleTester", f"__torch__.torch.classes.{NAMESPACE}._PickleTester"

    def register_and_remove() -> Mapping[str, Json]:
        found = [fake_class_registry.has_fake_class(full_name)]
        fake_class_registry.register_fake_class(name, Unflattens)
        found.append(fake_class_registry.find_fake_class(full_name) is Unflattens)
        fake_class_registry.deregister_fake_class(name)
        found.append(fake_class_registry.has_fake_class(full_name))
        return {"found_before_while_and_after": list(found)}

    return _facts(register_and_remove, found_before_while_and_after=[False, True, False])


@case
def operators_that_take_objects() -> Case:
    """An operator says whether one of its overloads takes TorchBind objects."""
    packets = {name: getattr(OPERATORS, name) for name in TORCHBIND_OPERATORS}
    packets |= {"aten.add": torch.ops.aten.add, "aten.cos": torch.ops.aten.cos}
    expected = {name: not name.startswith("aten.") for name in packets}

    def ask() -> Mapping[str, Json]:
        return {
            "take_objects": {
                name: bool(packet._has_torchbind_op_overload) for name, packet in packets.items()
            }
        }

    return _facts(ask, take_objects=dict(expected))


def _at_autograd_cpu(name: str, kernel: Callable[..., Any]) -> dict[str, Json]:
    """Tell what dispatcher and operator say of a kernel that a library registers for AutogradCPU."""
    operator = getattr(OPERATORS, name).default
    with torch.library._scoped_library(NAMESPACE, "FRAGMENT") as library:
        library.impl(operator.name(), kernel, "AutogradCPU")
        return {
            "dispatcher": torch._C._dispatch_kernel_for_dispatch_key_is_fallthrough(
                operator.name(), AUTOGRAD_CPU
            ),
            "operator": AUTOGRAD_CPU in operator._fallthrough_keys(),
        }


@case
def fallthrough_of_operators_that_take_objects() -> Case:
    """A fallthrough that a library registers is one to dispatcher and operator alike; a kernel is not."""

    def register_kernel_and_fallthrough() -> Mapping[str, Json]:
        kernel = {name: _at_autograd_cpu(name, lambda *args: args) for name in TORCHBIND_OPERATORS}
        through = {
            name: _at_autograd_cpu(name, torch.library.fallthrough_kernel) for name in TORCHBIND_OPERATORS
        }
        return {"kernel": dict(kernel), "fallthrough": dict(through)}

    said = {"kernel": False, "fallthrough": True}
    claims: dict[str, Json] = {
        what: {name: {"dispatcher": falls, "operator": falls} for name in TORCHBIND_OPERATORS}
        for what, falls in said.items()
    }
    return _facts(register_kernel_and_fallthrough, **claims)
