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

from graph_goldens.capture.tracing.dispatched import (
    Recorder,
    own_returned_writes,
    read_declared_effects,
    read_declared_shares,
)
from graph_goldens.capture.tracing.effect_tables import (
    ACTING,
    BUILT_IN,
    DRAWING,
    PURE,
    does_assert,
    does_keep_order,
    find_namespace,
    find_plain_name,
)
from graph_goldens.capture.tracing.fresh_values import (
    Thing,
    has_value,
    make_fresh,
    make_plain_number,
    read_node_value,
)
from graph_goldens.capture.tracing.mode_state import ENTERED
from graph_goldens.capture.tracing.operator_bodies import Body, find_bodies_in, join_bodies
from graph_goldens.capture.tracing.storages import Storages, flatten_values
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
class NodeCall:
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
        return (value.owner,) if isinstance(value, Missing) else self.storages.find_owners(value)


def run_call(call: NodeCall) -> tuple[NodeEffects, Any]:
    """Find the effects of a call, and its value: `NOT_RUN` where it was not run."""
    for applies, run in _WAYS:
        if applies(call):
            return run(call)
    return _run(call)


def is_item_of_several(call: NodeCall) -> bool:
    """Whether a call takes an item of a value that is several."""
    return call.node.target is python_operator.getitem and not isinstance(
        call.args[0], torch.Tensor | Missing
    )


def _take_item(call: NodeCall) -> tuple[NodeEffects, Any]:
    whole, item = call.args
    if isinstance(whole, Missing):  # the item is the whole's, whatever that is
        return NodeEffects(shares=(whole.owner,)), NOT_RUN
    try:
        return NodeEffects(), whole[item]
    except Exception:  # a thing, say
        return NodeEffects(), NOT_RUN


def _does_assert(call: NodeCall) -> bool:
    return does_assert(call.target)


def _assert(call: NodeCall) -> tuple[NodeEffects, Any]:
    return NodeEffects(asserts=True), NOT_RUN


def _does_act_by_name(call: NodeCall) -> bool:
    return _find_acting(call) is not None


def _find_acting(call: NodeCall) -> str | None:
    return ACTING.get(find_namespace(call.target)) if isinstance(call.target, OpOverload) else None


def _act_by_name(call: NodeCall) -> tuple[NodeEffects, Any]:
    return NodeEffects(acts=(str(_find_acting(call)),)), NOT_RUN


def _does_wait(call: NodeCall) -> bool:
    return isinstance(call.target, OpOverload) and find_plain_name(call.target) == "wait_tensor"


def _wait(call: NodeCall) -> tuple[NodeEffects, Any]:
    """Waiting ends what a collective does to a storage: torch/distributed/_functional_collectives.py."""
    owners = tuple(owner for item in call.node.all_input_nodes for owner in call.owners(item))
    return NodeEffects(acts=owners, shares=owners), NOT_RUN


def _has_bodies(call: NodeCall) -> bool:
    return bool(find_bodies_in(call.node, call.bodies))


def _join_bodies(call: NodeCall) -> tuple[NodeEffects, Any]:
    return join_bodies(call.node, find_bodies_in(call.node, call.bodies), call.owners), NOT_RUN


def _is_higher_order(call: NodeCall) -> bool:
    return isinstance(call.target, HigherOrderOperator)


def _run_higher_order(call: NodeCall) -> tuple[NodeEffects, Any]:
    name = find_plain_name(call.target)
    if name == "with_effects":
        return _pass_token(call)
    things = tuple(leaf.owner for leaf in call.takes if isinstance(leaf, Thing))
    if things or does_keep_order(call.target):
        return NodeEffects(acts=things or ("ordered",)), NOT_RUN
    if name in DRAWING:
        return NodeEffects(draws=_find_devices(call)), NOT_RUN
    return (NodeEffects() if name in PURE else _UNKNOWN), NOT_RUN


def _find_devices(call: NodeCall) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(str(leaf.device) for leaf in call.takes if isinstance(leaf, torch.Tensor))
    ) or ("cpu",)


def _pass_token(call: NodeCall) -> tuple[NodeEffects, Any]:
    """An operator behind an effect token: the token that comes back is the one that went in."""
    token, operator, *args = call.args
    effects = NodeEffects(acts=call.owners(token))
    if isinstance(operator, OpOverload):
        declared = read_declared_effects(operator, args, call.kwargs, call.storages)
        effects |= NodeEffects(**{**vars(declared), "acts": _drop_order(declared.acts)})
    else:
        effects |= NodeEffects(
            acts=tuple(leaf.owner for leaf in flatten_values(args) if isinstance(leaf, Thing))
        )
    if not has_value(call.node):
        return effects, NOT_RUN
    value = make_fresh(read_node_value(call.node), f"%{call.node.name}")
    for leaf in flatten_values(value[0]):
        call.storages.own(leaf, call.owners(token))
    return effects, value


def _drop_order(acts: tuple[str, ...]) -> tuple[str, ...]:
    """The token says already that the order is kept."""
    return tuple(thing for thing in acts if thing != "ordered")


def _does_declare(call: NodeCall) -> bool:
    """Whether a call is judged by its schema: the project's own operators, and what takes an object."""
    if not isinstance(call.target, OpOverload):
        return False
    return find_namespace(call.target) not in BUILT_IN or any(isinstance(leaf, Thing) for leaf in call.takes)


def _declare(call: NodeCall) -> tuple[NodeEffects, Any]:
    shares = NodeEffects(shares=read_declared_shares(call.target, call.args, call.kwargs, call.storages))
    return read_declared_effects(call.target, call.args, call.kwargs, call.storages) | shares, NOT_RUN


def _takes_things(call: NodeCall) -> bool:
    return any(isinstance(leaf, Thing) for leaf in call.takes)


def _act(call: NodeCall) -> tuple[NodeEffects, Any]:
    return NodeEffects(acts=tuple(leaf.owner for leaf in call.takes if isinstance(leaf, Thing))), NOT_RUN


def _is_unsafe(call: NodeCall) -> bool:
    return any(isinstance(leaf, Missing) for leaf in call.takes) or not _is_safe(call)


def _is_safe(call: NodeCall) -> bool:
    if call.node.op == "call_method":
        return isinstance(call.args[0], torch.Tensor | int | float | str | tuple | list | dict | torch.Size)
    if call.node.op == "call_module":
        return _is_plain_module(call.module.get_submodule(str(call.node.target)))
    if isinstance(call.target, OpOverload | OpOverloadPacket):
        return _find_namespace(call.target) in BUILT_IN
    if isinstance(call.target, _BUILT_IN_KINDS):
        return find_plain_name(call.target) not in _UNSAFE
    return str(getattr(call.target, "__module__", "")).partition(".")[0] in _SAFE_MODULES


def _find_namespace(target: Any) -> str:
    if isinstance(target, OpOverload):
        return find_namespace(target)
    return str(target._qualified_op_name).partition("::")[0]


def _is_plain_module(module: torch.nn.Module) -> bool:
    """Whether a module is one of PyTorch's own, and nobody waits for its call."""
    hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
    return type(module).__module__.startswith("torch.nn.") and not any(hooks)


def _tell_unknown(_: NodeCall) -> tuple[NodeEffects, Any]:
    return _UNKNOWN, NOT_RUN


def _run(call: NodeCall) -> tuple[NodeEffects, Any]:
    """Run a call on fakes, and see what is dispatched; what fails there may still do anything."""
    call.recorder.take()
    try:
        with call.recorder:
            value = _find_callable(call)(*_collect_arguments(call), **call.kwargs)
    except (
        Exception
    ):  # data-dependent control flow, an operator without a fake kernel, a mode that is not there
        return call.recorder.take() | _UNKNOWN, NOT_RUN
    value = pytree.tree_map_only((torch.SymInt, torch.SymFloat, torch.SymBool), make_plain_number, value)
    if isinstance(call.target, OpOverload):
        own_returned_writes(call.target, call.args, call.kwargs, value, call.storages)
    mode = ENTERED.get(find_plain_name(call.target))
    return call.recorder.take() | NodeEffects(sets=(mode,) if mode else ()), value


def _find_callable(call: NodeCall) -> Callable[..., Any]:
    match call.node.op:
        case "call_method":
            return getattr(call.args[0], str(call.node.target))
        case "call_module":
            return call.module.get_submodule(str(call.node.target))
        case _:
            return call.node.target


def _collect_arguments(call: NodeCall) -> tuple[Any, ...]:
    return call.args[1:] if call.node.op == "call_method" else call.args


_WAYS: tuple[tuple[Callable[[NodeCall], bool], Callable[[NodeCall], tuple[NodeEffects, Any]]], ...] = (
    (is_item_of_several, _take_item),
    (_does_assert, _assert),
    (_does_act_by_name, _act_by_name),
    (_does_wait, _wait),
    (_has_bodies, _join_bodies),
    (_is_higher_order, _run_higher_order),
    (_does_declare, _declare),
    (_takes_things, _act),
    (_is_unsafe, _tell_unknown),
)
"""Ways to judge a call, the first that applies before all others; what none applies to is run."""
