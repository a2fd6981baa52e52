"""Whether nodes are equal under the new names of others, and in how many arguments they differ."""

from collections.abc import Mapping

from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table


def count_differing_arguments(old: Table, new: Table, pairs: Mapping[str, str]) -> int:
    """Count the arguments in which paired nodes differ."""
    return sum(
        _count_differing(left.args, right.args, pairs) + _count_differing(left.kwargs, right.kwargs, pairs)
        for left, right in ((old.by_name[one], new.by_name[other]) for one, other in pairs.items())
    )


def _count_differing(old: Argument, new: Argument, pairs: Mapping[str, str]) -> int:
    match old, new:
        case Group(opening, items, keys), Group() if (opening, keys, len(items)) == (
            new.opening,
            new.keys,
            len(new.items),
        ):
            return sum(_count_differing(*pair, pairs) for pair in zip(items, new.items, strict=True))
        case _:
            return int(not _is_same_argument(old, new, pairs))


def pair_by_place(old: Table, new: Table) -> dict[str, str] | None:
    """Pair the nodes by their places, where names are all that differs."""
    if len(old.nodes) != len(new.nodes):
        return None
    names: dict[str, str] = {}
    for left, right in zip(old.nodes, new.nodes, strict=True):
        names[left.name] = right.name
        if not _is_same_node(left, right, names):
            return None
    inputs = [node.name for node in old.placeholders]
    permuted = sorted(inputs) == sorted(names[name] for name in inputs)
    return None if permuted and any(names[name] != name for name in inputs) else names


def _is_same_node(old: Node, new: Node, names: Mapping[str, str]) -> bool:
    targets = old.op == "placeholder" or old.target == new.target
    return (
        targets
        and (old.op, old.default) == (new.op, new.default)
        and _is_same_argument(old.args, new.args, names)
        and _is_same_argument(old.kwargs, new.kwargs, names)
    )


def _is_same_argument(old: Argument, new: Argument, names: Mapping[str, str]) -> bool:
    match old, new:
        case Ref(left), Ref(right):
            return names.get(left) == right
        case Literal(left), Literal(right):
            return left == right
        case Group(), Group():
            return (
                (old.opening, old.keys, len(old.items)) == (new.opening, new.keys, len(new.items))
            ) and all(_is_same_argument(*pair, names) for pair in zip(old.items, new.items, strict=True))
        case _:
            return False
