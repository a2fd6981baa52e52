"""Tables taken from live graphs, node by node: what reading back the graph string must give."""

from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from typing import Any

import torch
from torch.fx.node import _type_repr

from graph_goldens.capture.normalise.rules import ANY_TEXT, normalise
from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import OUTPUT, Node, Table, name_output


def read_live_table(graph: torch.fx.Graph) -> Table:
    """Read a graph's table from its nodes, normalised as its text is, but for the numbers of symbols."""
    names = {node.name for node in graph.nodes if node.op != OUTPUT}
    table = Table(tuple(_read_node(node, names) for node in graph.nodes))
    return respell(table, lambda text: normalise(text, ANY_TEXT))


def respell(table: Table, spell: Callable[[str], str]) -> Table:
    """Spell every name, target, annotation and literal of a table otherwise."""
    return Table(
        tuple(
            replace(
                node,
                name=spell(node.name),
                target=spell(node.target),
                args=_respell_argument(node.args, spell),
                kwargs=_respell_argument(node.kwargs, spell),
                annotation=spell(node.annotation),
                default=None if node.default is None else spell(node.default),
            )
            for node in table.nodes
        )
    )


def _respell_argument(argument: Argument, spell: Callable[[str], str]) -> Argument:
    match argument:
        case Ref(name):
            return Ref(spell(name))
        case Literal(text):
            return Literal(spell(text))
        case Group(opening, items, keys):
            return Group(
                opening, tuple(_respell_argument(item, spell) for item in items), tuple(map(spell, keys))
            )


def _read_node(node: torch.fx.Node, names: Container[str]) -> Node:
    if node.op == OUTPUT:
        return Node(name_output(names), OUTPUT, OUTPUT, _read_returned(node.args[0]))
    called = node.op.startswith("call_")
    return Node(
        name=node.name,
        op=node.op,
        target=_name_target(node),
        args=_read_argument(node.args if called else ()),
        kwargs=_read_argument(node.kwargs if called else {}),
        annotation=_type_repr(node.type) if node.type is not None else "",
        default=str(node.args[0]) if node.op == "placeholder" and node.args else None,
        users=len(node.users),
    )


def _name_target(node: torch.fx.Node) -> str:
    """What a node calls or takes: PyTorch alone knows how it spells its own functions."""
    return str(node.target if node.op == "placeholder" else node._pretty_print_target(node.target))


def _read_argument(value: Any) -> Argument:
    """Read an argument of a call: FX prints containers item by item, whatever their own `repr` says."""
    if hasattr(value, "_custom_fx_repr_fn"):
        return Literal(value._custom_fx_repr_fn())
    match value:
        case torch.fx.Node():
            return Ref(value.name)
        case list():
            return Group("[", tuple(map(_read_argument, value)))
        case tuple():
            return Group("(", tuple(map(_read_argument, value)))
        case dict():
            return Group("{", tuple(map(_read_argument, value.values())), tuple(map(str, value)))
        case slice():
            return _read_slice(value)
        case _:
            return Literal(str(value))


def _read_returned(value: Any) -> Argument:
    """Read what a graph returns, or a part of a slice: there Python prints, and each item by its `repr`."""
    match value:
        case torch.fx.Node():
            return Ref(value.name)
        case list() if type(value).__repr__ is list.__repr__:
            return Group("[", _read_items(value))
        case tuple() if type(value).__repr__ is tuple.__repr__:
            return Group("(", _read_items(value))
        case dict() if type(value).__repr__ is dict.__repr__:
            return Group("{", _read_items(value.values()), tuple(map(repr, value)))
        case slice():
            return _read_slice(value)
        case _:
            return Literal(repr(value))


def _read_items(values: Iterable[Any]) -> tuple[Argument, ...]:
    return tuple(map(_read_returned, values))


def _read_slice(value: slice) -> Group:
    return Group("slice(", _read_items((value.start, value.stop, value.step)))
