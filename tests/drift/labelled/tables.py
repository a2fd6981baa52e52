"""Small changes of a graph's table, from which the mutations of the labelled set are made.

Arguments are written as texts: `"%x"` is the node `x`, any other text a literal, a list or tuple a group.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table

Written: TypeAlias = "str | int | float | Sequence[Written] | None"
Change: TypeAlias = Callable[[Table], Table]


class InapplicableError(LookupError):
    """A change names a node that a table does not hold."""


def written(value: Written) -> Argument:
    match value:
        case str() if value.startswith("%"):
            return Ref(value[1:])
        case tuple():
            return Group("(", tuple(map(written, value)))
        case list():
            return Group("[", tuple(map(written, value)))
        case _:
            return Literal(str(value))


def call(name: str, target: str, *args: Written, **kwargs: Written) -> Node:
    """Give a node that calls a function; a target of aten may leave `torch.ops.` out."""
    full = f"torch.ops.{target}" if target.startswith(("aten.", "_c10d", "higher_order.")) else target
    return Node(name, "call_function", full, written(args), mapping(kwargs))


def mapping(kwargs: Mapping[str, Written]) -> Group:
    return Group("{", tuple(written(value) for value in kwargs.values()), tuple(kwargs))


def place(table: Table, name: str) -> int:
    for at, node in enumerate(table.nodes):
        if node.name == name:
            return at
    raise InapplicableError(name)


def counted(table: Table) -> Table:
    """Give the table with each node's number of users as its references say."""
    users = table.users
    return Table(tuple(replace(node, users=len(users[node.name])) for node in table.nodes))


def insert(after: str, *nodes: Node) -> Change:
    def change(table: Table) -> Table:
        at = place(table, after) + 1
        return Table((*table.nodes[:at], *nodes, *table.nodes[at:]))

    return change


def insert_first(*nodes: Node) -> Change:
    """Put nodes before all others."""
    return lambda table: Table((*nodes, *table.nodes))


def remove(*names: str) -> Change:
    def change(table: Table) -> Table:
        for name in names:
            place(table, name)
        return Table(tuple(node for node in table.nodes if node.name not in names))

    return change


def move(name: str, after: str) -> Change:
    def change(table: Table) -> Table:
        node = table.nodes[place(table, name)]
        return insert(after, node)(remove(name)(table))

    return change


def swap(one: str, other: str) -> Change:
    """Let two nodes change their places."""

    def change(table: Table) -> Table:
        nodes = list(table.nodes)
        first, second = place(table, one), place(table, other)
        nodes[first], nodes[second] = nodes[second], nodes[first]
        return Table(tuple(nodes))

    return change


def become(name: str, node: Node) -> Change:
    """Put a node in another's place; its users use it."""

    def change(table: Table) -> Table:
        nodes = list(table.nodes)
        nodes[place(table, name)] = node
        return redirect(name, node.name)(Table(tuple(nodes)))

    return change


def retarget(name: str, target: str) -> Change:
    return _alter(name, lambda node: replace(node, target=target))


def argue(name: str, *args: Written, **kwargs: Written) -> Change:
    """Give a node other arguments."""
    return _alter(name, lambda node: replace(node, args=written(args), kwargs=mapping(kwargs)))


def give_default(name: str, default: str) -> Change:
    return _alter(name, lambda node: replace(node, default=default))


def _alter(name: str, alter: Callable[[Node], Node]) -> Change:
    def change(table: Table) -> Table:
        nodes = list(table.nodes)
        at = place(table, name)
        nodes[at] = alter(nodes[at])
        return Table(tuple(nodes))

    return change


def redirect(old: str, new: str, users: Iterable[str] | None = None) -> Change:
    """Let users of a node, all where none are named, use another instead, which itself does not change."""

    def name_of(name: str) -> str:
        return new if name == old else name

    def change(table: Table) -> Table:
        chosen = {node.name for node in table.nodes} - {new} if users is None else set(users)
        return Table(tuple(referring(node, name_of) if node.name in chosen else node for node in table.nodes))

    return change


def returning(*items: Written) -> Change:
    return lambda table: Table((*table.nodes[:-1], replace(table.nodes[-1], args=written(items))))


def chain(*changes: Change) -> Change:
    def change(table: Table) -> Table:
        for one in changes:
            table = one(table)
        return table

    return change


def renaming(names: Mapping[str, str]) -> Change:
    """Rename nodes, and placeholders' targets where they follow the name."""

    def name_of(name: str) -> str:
        return names.get(name, name)

    def renamed(node: Node) -> Node:
        target = node.target
        if node.op == "placeholder" and name_of(node.name) != node.name:
            target = names[node.name] if target == node.name else _in_case_of(target, names[node.name])
        return referring(replace(node, name=name_of(node.name), target=target), name_of)

    return lambda table: Table(tuple(map(renamed, table.nodes)))


def _in_case_of(target: str, name: str) -> str:
    """Dynamo's targets keep the case: `L_x_` is the target of `l_x_`."""
    return name[:1].upper() + name[1:] if target[:1].isupper() else name


def referring(node: Node, name_of: Callable[[str], str]) -> Node:
    return replace(node, args=_mapped(node.args, name_of), kwargs=_mapped(node.kwargs, name_of))


def _mapped(argument: Argument, name_of: Callable[[str], str]) -> Argument:
    match argument:
        case Ref(name):
            return Ref(name_of(name))
        case Group(opening, items, keys):
            return Group(opening, tuple(_mapped(item, name_of) for item in items), keys)
        case _:
            return argument
