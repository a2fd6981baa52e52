"""The effects of a graph's nodes, found by interpreting it once on fake tensors made for that alone.

Neither the graph nor what traced it is touched: the fake mode and its ShapeEnv are new, sizes are hints of
the captured values, and modes, seeds and guards that nodes enter are put back. What a project registered is
never run (its fake kernels may count their calls): its operators have the effects of their schemas. Bodies of
higher-order operators are interpreted by themselves, once, and what they do to their inputs is done by the
call to what it gives them.

Not seen: an operator of a project whose result shares storage that its schema does not name; a read of
another's storage (all of a node's inputs count as read); effects of a kernel on what is no tensor, object,
generator or mode.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import GraphModule, Node
from torch.fx.experimental.symbolic_shapes import ShapeEnv

from graph_goldens.capture.tracing.calls import NOT_RUN, Missing, NodeCall, is_item_of_several, run_call
from graph_goldens.capture.tracing.dispatched import Recorder
from graph_goldens.capture.tracing.fresh_values import (
    MissingValueError,
    has_known_kinds,
    has_value,
    holds_unbacked,
    make_fresh,
    read_node_value,
)
from graph_goldens.capture.tracing.graph_text import find_bodies
from graph_goldens.capture.tracing.mode_state import EnteredGuards, find_changed_modes, keep_modes, read_modes
from graph_goldens.capture.tracing.operator_bodies import Body, find_given_values
from graph_goldens.capture.tracing.storages import Storages, flatten_values
from graph_goldens.graphs.effect_lines import NodeEffects, write_effects

Inputs = Mapping[str, Any]


class EffectsFinder:
    """Finds the effects of captured graphs, of a body that is used in several places once.

    Args:
        inputs: the values of the outermost graph's inputs by name, for those that tracing left none of.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = {name: value for name, value in inputs.items() if has_known_kinds(value)}
        self._found: dict[int, Body] = {}
        self._fake_mode = FakeTensorMode(allow_non_fake_inputs=True, shape_env=ShapeEnv())

    def write_lines(self, graph_module: GraphModule) -> str:
        """Find the effects of a graph, as the text that `read_effects` reads."""
        return write_effects(self._interpret_body(graph_module, self._inputs).effects)

    def _interpret_body(self, graph_module: GraphModule, inputs: Inputs) -> Body:
        """Interpret a graph, after the graphs that it calls."""
        found = self._found.get(id(graph_module))
        if found is None:
            held = find_bodies(graph_module)
            bodies = {
                name: self._interpret_body(each, find_given_values(graph_module, name, each))
                for name, each in held
            }
            with keep_modes(), self._fake_mode, torch.no_grad():
                found = _Interpretation(graph_module, bodies, inputs).run()
            self._found[id(graph_module)] = found
        return found


class _Interpretation:
    """One graph under interpretation."""

    def __init__(self, graph_module: GraphModule, bodies: Mapping[str, Body], inputs: Inputs) -> None:
        self._graph_module = graph_module
        self._bodies = bodies
        self._inputs = inputs
        self._storages = Storages(graph_module)
        self._recorder = Recorder(self._storages)
        self._guards = EnteredGuards()
        self._values: dict[str, Any] = {}
        self._effects: dict[str, NodeEffects] = {}

    def run(self) -> Body:
        """Run all nodes in order."""
        before = read_modes()
        output: Node | None = None
        for node in self._graph_module.graph.nodes:
            if node.op == "output":
                output = node
            else:
                self._step(node)
        self._guards.leave()
        return Body(
            effects=self._effects,
            inputs=tuple(node.name for node in self._list_nodes("placeholder")),
            attributes={node.name: str(node.target) for node in self._list_nodes("get_attr")},
            returned=self._find_returned(output),
            sets=find_changed_modes(before, read_modes()),
        )

    def _list_nodes(self, op: str) -> Iterator[Node]:
        return (node for node in self._graph_module.graph.nodes if node.op == op)

    def _find_returned(self, output: Node | None) -> tuple[str, ...]:
        return self._storages.find_owners(list(self._resolve(output.args))) if output else ()

    def _step(self, node: Node) -> None:
        if node.op in ("placeholder", "get_attr"):
            self._give(node)
            return
        modes = read_modes() if node.op == "call_function" else {}
        call = self._make_call(node)
        effects, value = run_call(call)
        if modes:
            effects |= NodeEffects(sets=find_changed_modes(modes, read_modes()))
        self._guards.follow(node.target, [*call.args, *call.kwargs.values()], value)
        self._finish(node, call, effects, value)

    def _make_call(self, node: Node) -> NodeCall:
        args, kwargs = self._resolve((node.args, dict(node.kwargs)))
        return NodeCall(
            node=node,
            args=tuple(args),
            kwargs=dict(kwargs),
            values=self._values,
            module=self._graph_module,
            bodies=self._bodies,
            storages=self._storages,
            recorder=self._recorder,
        )

    def _resolve(self, arguments: Any) -> Any:
        return torch.fx.node.map_arg(arguments, lambda node: self._values[node.name])

    def _finish(self, node: Node, call: NodeCall, effects: NodeEffects, value: Any) -> None:
        """Note a node's effects, and its value: as captured where it was not run, or without its sizes."""
        left = read_node_value(node) if has_value(node) else None
        if value is not NOT_RUN and not is_item_of_several(call):
            effects |= NodeEffects(shares=self._storages.find_owners(value))
        if value is NOT_RUN or (left is not None and holds_unbacked(left)):
            value = self._use_captured(node, effects.shares)
        self._set(node, value, effects)

    def _use_captured(self, node: Node, shares: tuple[str, ...]) -> Any:
        if not has_value(node):
            return Missing(f"%{node.name}")
        try:
            value = make_fresh(read_node_value(node), f"%{node.name}")
        except Exception:  # whatever such a tensor cannot be made for, it is not known
            return Missing(f"%{node.name}")
        for leaf in flatten_values(value) if shares else ():
            if isinstance(leaf, torch.Tensor):
                self._storages.own(leaf, shares)
        return value

    def _set(self, node: Node, value: Any, effects: NodeEffects) -> None:
        self._values[node.name] = value
        self._storages.give(value, f"%{node.name}")
        self._effects[node.name] = effects

    def _give(self, node: Node) -> None:
        """Set an input or an attribute to a value like the captured one; its storage may be an earlier's."""
        try:
            source = self._find_source(node)
            value = make_fresh(source, f"%{node.name}") if not isinstance(source, GraphModule) else source
        except Exception:  # see `_use_captured`
            self._set(node, Missing(f"%{node.name}"), NodeEffects())
            return
        owners: tuple[str, ...] = ()
        for real, fresh in zip(flatten_values(source), flatten_values(value), strict=False):
            owners += self._find_owners(node, real, fresh)
        self._set(node, value, NodeEffects(shares=owners))

    def _find_owners(self, node: Node, real: Any, fresh: Any) -> tuple[str, ...]:
        """Name the earlier owners of an input's storage, or make the input its owner."""
        if not isinstance(real, torch.Tensor):
            return ()
        known = self._storages.find_known(real)
        self._storages.own(real, known or (f"%{node.name}",))
        self._storages.own(fresh, known or (f"%{node.name}",))
        return known

    def _find_source(self, node: Node) -> Any:
        if node.op == "get_attr":
            owner: Any = self._graph_module
            for name in str(node.target).split("."):
                owner = getattr(owner, name)
            return owner
        if has_value(node):
            return read_node_value(node)
        if node.target in self._inputs:
            return self._inputs[str(node.target)]
        if node.args:
            return node.args[0]
        raise MissingValueError(node.name)
