"""A second reading of what patterns mean, as slow and as plain as can be, to hold the real one against."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.graphs.patterns import (
    KINDS,
    AnyOf,
    Anything,
    Captured,
    Chain,
    ListValue,
    NodePattern,
    NumberValue,
    Pattern,
    Repeated,
    TextValue,
)

Env = Mapping[str, Argument]


def find_all(pattern: Pattern, table: Table) -> dict[str, list[Env]]:
    """For each node at which a pattern ends every way in which its captures can be chosen."""
    found = {node.name: list(ways(pattern, Ref(node.name), {}, table)) for node in table.nodes}
    return {name: envs for name, envs in found.items() if envs}


def ways(pattern: Pattern, argument: Argument, env: Env, table: Table) -> Iterator[Env]:
    node = table.by_name[argument.name] if isinstance(argument, Ref) else None
    match pattern:
        case Anything():
            yield env
        case Captured(name, what):
            if name not in env or env[name] == argument:
                yield from ways(what, argument, {**env, name: argument}, table)
        case AnyOf(options):
            for option in options:
                yield from ways(option, argument, env, table)
        case NumberValue(number):
            if isinstance(argument, Literal) and is_number(argument.text, number):
                yield env
        case TextValue(text):
            if argument == Literal(text):
                yield env
        case ListValue(items, more):
            if isinstance(argument, Group) and argument.opening in ("(", "["):
                fits = len(argument.items) >= len(items) if more else len(argument.items) == len(items)
                if fits:
                    yield from ways_of_all(list(zip(items, argument.items, strict=False)), env, table)
        case Chain(links):
            if node:
                yield from ways_of_chain(list(links), node, env, table)
        case NodePattern():
            if node:
                yield from ways_of_node(pattern, node, env, table)
            elif isinstance(argument, Literal) and pattern.plain and pattern.name == argument.text:
                yield env


def ways_of_all(pairs: Sequence[tuple[Pattern, Argument]], env: Env, table: Table) -> Iterator[Env]:
    if not pairs:
        yield env
        return
    for found in ways(pairs[0][0], pairs[0][1], env, table):
        yield from ways_of_all(pairs[1:], found, table)


def ways_of_chain(links: "Sequence[Pattern | Repeated]", node: Node, env: Env, table: Table) -> Iterator[Env]:
    """The last link is the node; what is before it ends at one of its arguments."""
    *before, last = links
    if isinstance(last, Repeated):
        yield from ways_of_chain(before, node, env, table)
        for _ in ways(last.what, Ref(node.name), {}, table):
            for name in node.inputs:
                yield from ways_of_chain(links, table.by_name[name], env, table)
            break
        return
    for found in ways(last, Ref(node.name), env, table):
        if not before:
            yield found
        for name in node.inputs if before else ():
            yield from ways_of_chain(before, table.by_name[name], found, table)


def ways_of_node(pattern: NodePattern, node: Node, env: Env, table: Table) -> Iterator[Env]:
    assert isinstance(node.kwargs, Group)
    positions = list(node.args.items) if isinstance(node.args, Group) else [node.args]
    keywords = dict(zip(node.kwargs.keys, node.kwargs.items, strict=True))
    if not is_called(pattern.name, node) or len(positions) < len(pattern.positions):
        return
    if any(name not in keywords for name, _ in pattern.keywords):
        return
    for condition in pattern.conditions:
        assert condition.about == "users"
        assert condition.sign in ("=", ">")
        wanted = int(condition.value)
        if not (node.users == wanted if condition.sign == "=" else node.users > wanted):
            return
    pairs = [*zip(pattern.positions, positions, strict=False)]
    pairs += [(value, keywords[name]) for name, value in pattern.keywords]
    places = [each for argument in (*positions, *keywords.values()) for each in opened(argument)]
    for found in ways_of_all(pairs, env, table):
        for chosen in itertools.permutations(places, len(pattern.within)):
            yield from ways_of_all(list(zip(pattern.within, chosen, strict=True)), found, table)


def is_called(name: str, node: Node) -> bool:
    if name == "_":
        return True
    if name in KINDS:
        return node.op == name
    return node.op.startswith("call_") and name in (node.target, node.target.split(".")[-2])


def opened(argument: Argument) -> Iterator[Argument]:
    yield argument
    for item in argument.items if isinstance(argument, Group) else ():
        yield from opened(item)


def is_number(text: str, number: float) -> bool:
    try:
        return float(text) == number
    except ValueError:
        return False
