"""What bodies of higher-order operators do, and what that means for the node that calls them."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch.fx import GraphModule, Node
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.fresh_values import has_value, read_node_value
from graph_goldens.capture.tracing.graph_text import find_bodies
from graph_goldens.graphs.effect_lines import NodeEffects

OwnersOf = Callable[[object], tuple[str, ...]]


@dataclass(frozen=True)
class Body:
    """A graph that was interpreted by itself.

    Attributes:
        effects: the effects of its nodes, by name.
        inputs: the names of its inputs, in order.
        attributes: what its nodes take from its module, by the nodes' names.
        returned: whose storages its results lie in.
        sets: the modes that are other at its end than at its start.
    """

    effects: Mapping[str, NodeEffects]
    inputs: tuple[str, ...]
    attributes: Mapping[str, str]
    returned: tuple[str, ...]
    sets: tuple[str, ...]

    def join_call(self) -> NodeEffects:
        """Join the effects of all nodes: what shares storage is what the body returns."""
        found = NodeEffects()
        for effects in self.effects.values():
            found |= effects
        return replace(found, shares=self.returned, sets=self.sets)


def join_bodies(node: Node, bodies: Mapping[str, Body], owners_of: OwnersOf) -> NodeEffects:
    """Find what a call does by the graphs that it is given.

    Args:
        node: the call.
        bodies: the graphs, by the names that the call's own graph has for them.
        owners_of: says whose the storages of a node of the call's graph are.
    """
    operands = _list_operands(node, bodies)
    found = NodeEffects()
    for name, body in bodies.items():
        found |= _name_outside(name, body, _find_places(body, operands, owners_of))
    return found


def find_given_values(graph_module: GraphModule, name: str, body: GraphModule) -> dict[str, Any]:
    """Find what a graph first gives to a body, by the names of the body's inputs.

    Dynamo left no values in inputs of bodies to 2.4.
    """
    inputs = [str(node.target) for node in body.graph.nodes if node.op == "placeholder"]
    for node in graph_module.graph.nodes:
        if any(_is_body(item, (name,)) for item in node.all_input_nodes):
            given = [
                item
                for item in _list_operands(node, dict(find_bodies(graph_module)))
                if isinstance(item, Node)
            ]
            if len(given) == len(inputs):
                pairs = zip(inputs, given, strict=True)
                return {target: read_node_value(item) for target, item in pairs if has_value(item)}
    return {}


def _list_operands(node: Node, bodies: Container[str]) -> list[object]:
    """Find what is given to the bodies: what follows the last of them among a call's arguments."""
    items = pytree.tree_leaves((node.args, node.kwargs), is_leaf=lambda item: isinstance(item, Node))
    after = [number for number, item in enumerate(items) if _is_body(item, bodies)]
    return items[after[-1] + 1 :] if after else items


def _is_body(item: object, bodies: Container[str]) -> bool:
    return isinstance(item, Node) and item.op == "get_attr" and str(item.target) in bodies


def _find_places(
    body: Body, operands: Sequence[object], owners_of: OwnersOf
) -> Mapping[str, tuple[str, ...]]:
    """Say whose storages each input of a body may have: any operand's, where they are not one for each."""
    for given in ([item for item in operands if isinstance(item, Node)], operands):
        if len(given) == len(body.inputs):
            return {name: owners_of(item) for name, item in zip(body.inputs, given, strict=True)}
    every = tuple(dict.fromkeys(owner for item in operands for owner in owners_of(item)))
    return dict.fromkeys(body.inputs, every)


def _name_outside(name: str, body: Body, places: Mapping[str, tuple[str, ...]]) -> NodeEffects:
    """What a body does in the words of the graph around it: what it made itself is nobody else's concern."""
    found = body.join_call()

    def outside(owners: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(each for owner in owners for each in _find_outside(owner, name, body, places))
        )

    return replace(
        found, writes=outside(found.writes), shares=outside(found.shares), acts=outside(found.acts)
    )


def _find_outside(
    owner: str, name: str, body: Body, places: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if owner.startswith("self."):
        return (f"self.{name}.{owner.removeprefix('self.')}",)
    if not owner.startswith("%"):
        return (owner,)
    node = owner[1:].partition("[")[0]
    if node in body.attributes:
        return (f"self.{name}.{body.attributes[node]}",)
    return places.get(node, ())


def find_bodies_in(node: Node, bodies: Mapping[str, Body]) -> dict[str, Body]:
    """Find the graphs that a call is given, or that it calls itself."""
    if node.op == "call_module":
        return {str(node.target): bodies[str(node.target)]} if str(node.target) in bodies else {}
    taken = (item for item in node.all_input_nodes if _is_body(item, bodies))
    return {str(item.target): bodies[str(item.target)] for item in taken}
