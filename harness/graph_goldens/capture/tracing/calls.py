"""One call of a graph, run on fakes where that is safe, else judged by what its operator declares."""

import operator as python_operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import BuiltinFunctionType, BuiltinMethodType
from typing import Any

import torch
from torch._ops import HigherOrderOperator, OpOverload, OpOverloadPacket
from torch.fx import GraphModule, Node
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.dispatched import Recorder, declared_effects, declared_shares
from graph_goldens.capture.tracing.effect_tables import (
    ACTING,
    BUILT_IN,
    DRAWING,
    PURE,
    asserts,
    keeps_order,
    namespace,
    plain_name,
)
from graph_goldens.capture.tracing.fresh_values import Thing, has_value, make_fresh, node_value, plain_number
from graph_goldens.capture.tracing.mode_state import ENTERED
from graph_goldens.capture.tracing.operator_bodies import Body, bodies_in, effects_of_bodies
from graph_goldens.capture.tracing.storages import Storages, leaves
from graph_goldens.graphs.effect_lines import NodeEffects

NOT_RUN = object()
"""The value of a call that was not run."""

_UNKNOWN = NodeEffects(unknown=True)
_SAFE_MODULES = ("torch", "_operator", "operator", "math", "builtins", "einops")
_UNSAFE = frozenset({"print", "setattr", "delattr", "exec", "eval", "open", "input"})
_BUILT_IN_KINDS = (BuiltinFunctionType, BuiltinMethodType)


@dataclass(frozen=True)
class Missing:
    """What stands for a value that nothing is known of.

    Attributes:
        owner: the node whose value it is.
    """

    owner: str


@dataclass(frozen=True)
class Call:
    """A node that calls something, with the values of its arguments.

    Attributes:
        node: the node.
        args: its arguments.
        kwargs: its keywords.
        values: the values of all nodes before it, by name.
        module: the graph's module.
        bodies: the graphs that the graph holds, by name.
        storages: whose which storage is.
        recorder: notes what is dispatched.
    """

    node: Node
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    values: Mapping[str, Any]
    module: GraphModule
    bodies: Mapping[str, Body]
    storages: Storages
    recorder: Recorder

    @property
    def target(self) -> Any:
        """What is called: an operator that has no overloads is the only one of its packet."""
        target = self.node.target
        if isinstance(target, OpOverloadPacket) and len(target.overloads()) == 1:
            return getattr(target, target.overloads()[0])
        return target

    @property
    def takes(self) -> list[Any]:
        """Everything that the call takes, without the containers."""
        return pytree.tree_leaves((self.args, dict(self.kwargs)))

    def owners(self, item: object) -> tuple[str, ...]:
        """Say whose the storages of an argument's value are; of a value that is not known, its node's."""
        value = self.values[item.name] if isinstance(item, Node) else item
        return (value.owner,) if isinstance(value, Missing) else self.storages.owners(value)


def run_call(call: Call) -> tuple[NodeEffects, Any]:
    """Find the effects of a call, and its value: `NOT_RUN` where it was not run."""
    for applies, run in _WAYS:
        if applies(call):
            return run(call)
    return _run(call)


def is_item_of_several(call: Call) -> bool:
    """Whether a call takes an item of a value that is several."""
    return call.node.target is python_operator.getitem and not isinstance(
        call.args[0], torch.Tensor | Missing
    )


def _take_item(call: Call) -> tuple[NodeEffects, Any]:
    whole, item = call.args
    if isinstance(whole, Missing):  # the item is the whole's, whatever that is
        return NodeEffects(shares=(whole.owner,)), NOT_RUN
    try:
        return NodeEffects(), whole[item]
    except Exception:  # a thing, say
        return NodeEffects(), NOT_RUN


def _asserts(call: Call) -> bool:
    return asserts(call.target)


def _assert(call: Call) -> tuple[NodeEffects, Any]:
    return NodeEffects(asserts=True), NOT_RUN


def _acts_by_name(call: Call) -> bool:
    return _acting(call) is not None


def _acting(call: Call) -> str | None:
    return ACTING.get(namespace(call.target)) if isinstance(call.target, OpOverload) else None


def _act_by_name(call: Call) -> tuple[NodeEffects, Any]:
    return NodeEffects(acts=(str(_acting(call)),)), NOT_RUN


def _waits(call: Call) -> bool:
    return isinstance(call.target, OpOverload) and plain_name(call.target) == "wait_tensor"


def _wait(call: Call) -> tuple[NodeEffects, Any]:
    """Waiting ends what a collective does to a storage: torch/distributed/_functional_collectives.py."""
    owners = tuple(owner for item in call.node.all_input_nodes for owner in call.owners(item))
    return NodeEffects(acts=owners, shares=owners), NOT_RUN


def _has_bodies(call: Call) -> bool:
    return bool(bodies_in(call.node, call.bodies))


def _join_bodies(call: Call) -> tuple[NodeEffects, Any]:
    return effects_of_bodies(call.node, bodies_in(call.node, call.bodies), call.owners), NOT_RUN


def _is_higher_order(call: Call) -> bool:
    return isinstance(call.target, HigherOrderOperator)


def _run_higher_order(call: Call) -> tuple[NodeEffects, Any]:
    name = plain_name(call.target)
    if name == "with_effects":
        return _pass_token(call)
    things = tuple(leaf.owner for leaf in call.takes if isinstance(leaf, Thing))
    if things or keeps_order(call.target):
        return NodeEffects(acts=things or ("ordered",)), NOT_RUN
    if name in DRAWING:
        return NodeEffects(draws=_devices(call)), NOT_RUN
    return (NodeEffects() if name in PURE else _UNKNOWN), NOT_RUN


def _devices(call: Call) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(str(leaf.device) for leaf in call.takes if isinstance(leaf, torch.Tensor))
    ) or ("cpu",)


def _pass_token(call: Call) -> tuple[NodeEffects, Any]:
    """An operator behind an effect token: the token that comes back is the one that went in."""
    token, operator, *args = call.args
    effects = NodeEffects(acts=call.owners(token))
    if isinstance(operator, OpOverload):
        declared = declared_effects(operator, args, call.kwargs, call.storages)
        effects |= NodeEffects(**{**vars(declared), "acts": _without_order(declared.acts)})
    else:
        effects |= NodeEffects(acts=tuple(leaf.owner for leaf in leaves(args) if isinstance(leaf, Thing)))
    if not has_value(call.node):
        return effects, NOT_RUN
    value = make_fresh(node_value(call.node), f"%{call.node.name}")
    for leaf in leaves(value[0]):
        call.storages.own(leaf, call.owners(token))
    return effects, value


def _without_order(acts: tuple[str, ...]) -> tuple[str, ...]:
    """The token says already that the order is kept."""
    return tuple(thing for thing in acts if thing != "ordered")


def _declares(call: Call) -> bool:
    """Whether a call is judged by its schema: the project's own operators, and what takes an object."""
    if not isinstance(call.target, OpOverload):
        return False
    return namespace(call.target) not in BUILT_IN or any(isinstance(leaf, Thing) for leaf in call.takes)


def _declare(call: Call) -> tuple[NodeEffects, Any]:
    shares = NodeEffects(shares=declared_shares(call.target, call.args, call.kwargs, call.storages))
    return declared_effects(call.target, call.args, call.kwargs, call.storages) | shares, NOT_RUN


def _takes_things(call: Call) -> bool:
    return any(isinstance(leaf, Thing) for leaf in call.takes)


def _act(call: Call) -> tuple[NodeEffects, Any]:
    return NodeEffects(acts=tuple(leaf.owner for leaf in call.takes if isinstance(leaf, Thing))), NOT_RUN


def _is_unsafe(call: Call) -> bool:
    return any(isinstance(leaf, Missing) for leaf in call.takes) or not _is_safe(call)


def _is_safe(call: Call) -> bool:
    if call.node.op == "call_method":
        return isinstance(call.args[0], torch.Tensor | int | float | str | tuple | list | dict | torch.Size)
    if call.node.op == "call_module":
        return _is_plain_module(call.module.get_submodule(str(call.node.target)))
    if isinstance(call.target, OpOverload | OpOverloadPacket):
        return _namespace_of(call.target) in BUILT_IN
    if isinstance(call.target, _BUILT_IN_KINDS):
        return plain_name(call.target) not in _UNSAFE
    return str(getattr(call.target, "__module__", "")).partition(".")[0] in _SAFE_MODULES


def _namespace_of(target: Any) -> str:
    if isinstance(target, OpOverload):
        return namespace(target)
    return str(target._qualified_op_name).partition("::")[0]


def _is_plain_module(module: torch.nn.Module) -> bool:
    """Whether a module is one of PyTorch's own, and nobody waits for its call."""
    hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
    return type(module).__module__.startswith("torch.nn.") and not any(hooks)


def _tell_unknown(_: Call) -> tuple[NodeEffects, Any]:
    return _UNKNOWN, NOT_RUN


def _run(call: Call) -> tuple[NodeEffects, Any]:
    """Run a call on fakes, and see what is dispatched; what fails there may still do anything."""
    call.recorder.take()
    try:
        with call.recorder:
            value = _callable(call)(*_arguments(call), **call.kwargs)
    except (
        Exception
    ):  # data-dependent control flow, an operator without a fake kernel, a mode that is not there
        return call.recorder.take() | _UNKNOWN, NOT_RUN
    value = pytree.tree_map_only((torch.SymInt, torch.SymFloat, torch.SymBool), plain_number, value)
    mode = ENTERED.get(plain_name(call.target))
    return call.recorder.take() | NodeEffects(sets=(mode,) if mode else ()), value


def _callable(call: Call) -> Callable[..., Any]:
    match call.node.op:
        case "call_method":
            return getattr(call.args[0], str(call.node.target))
        case "call_module":
            return call.module.get_submodule(str(call.node.target))
        case _:
            return call.node.target


def _arguments(call: Call) -> tuple[Any, ...]:
    return call.args[1:] if call.node.op == "call_method" else call.args


_WAYS: tuple[tuple[Callable[[Call], bool], Callable[[Call], tuple[NodeEffects, Any]]], ...] = (
    (is_item_of_several, _take_item),
    (_asserts, _assert),
    (_acts_by_name, _act_by_name),
    (_waits, _wait),
    (_has_bodies, _join_bodies),
    (_is_higher_order, _run_higher_order),
    (_declares, _declare),
    (_takes_things, _act),
    (_is_unsafe, _tell_unknown),
)
"""Ways to judge a call, the first that applies before all others; what none applies to is run."""
