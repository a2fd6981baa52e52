"""Where patterns stand in graphs, held against a naive reading of the same, and how long that takes."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref, print_argument
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.graphs.pattern_matching import CostlyPatternError, find_places
from graph_goldens.graphs.pattern_reader import read_pattern
from graph_goldens.graphs.patterns import (
    AnyOf,
    Anything,
    Captured,
    Chain,
    Condition,
    ListValue,
    NodePattern,
    NumberValue,
    Pattern,
    ReadPattern,
    Repeated,
    TextValue,
)
from tests.graphs.naive_patterns import find_all

OPERATORS = ("add", "mul", "relu")
LITERALS = ("1", "2.0", "mean")

Parts = st.SearchStrategy[Any]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Small graphs: two inputs, some calls that use what is before them, and an output."""
    names = ["x", "y"]
    calls: list[Node] = []
    for number in range(draw(st.integers(1, 6))):
        refs = st.sampled_from(names).map(Ref)
        plain: st.SearchStrategy[Argument] = refs | st.sampled_from(LITERALS).map(Literal)
        groups = st.lists(plain, max_size=2).map(lambda items: Group("[", tuple(items)))
        args = draw(st.lists(plain | groups, min_size=1, max_size=3))
        keyword = draw(st.none() | plain)
        kwargs = Group("{", (keyword,), ("alpha",)) if keyword else Group("{", ())
        target = f"torch.ops.aten.{draw(st.sampled_from(OPERATORS))}.default"
        calls.append(Node(f"n{number}", "call_function", target, Group("(", tuple(args)), kwargs))
        names.append(f"n{number}")
    inputs = [Node(name, "placeholder", name) for name in ("x", "y")]
    output = Node("output", "output", "output", Group("(", (Ref(draw(st.sampled_from(names))),)))
    whole = Table((*inputs, *calls, output))
    return Table(tuple(_count_users(node, whole) for node in whole.nodes))


def _count_users(node: Node, table: Table) -> Node:
    return Node(
        node.name, node.op, node.target, node.args, node.kwargs, users=len(table.users.get(node.name, ()))
    )


CONDITIONS = st.builds(Condition, st.just("users"), st.sampled_from(("=", ">")), st.sampled_from("012"))


def _extend_node(values: Parts) -> Parts:
    names = st.sampled_from((*OPERATORS, "_", "placeholder", "output"))
    some = st.lists(values, max_size=2).map(tuple)
    keywords = st.lists(values.map(lambda value: ("alpha", value)), max_size=1).map(tuple)
    conditions = st.lists(CONDITIONS, max_size=1).map(tuple)
    return st.builds(NodePattern, names, some, keywords, conditions=conditions) | st.builds(
        NodePattern, names, within=some, conditions=conditions
    )


def _extend(inner: Parts) -> Parts:
    values = (
        inner
        | st.builds(NumberValue, st.sampled_from((1.0, 2.0)))
        | st.just(TextValue("mean"))
        | st.builds(ListValue, st.lists(inner, max_size=2).map(tuple), st.booleans())
        | st.builds(Captured, st.sampled_from("abc"))
    )
    repeated = st.builds(Repeated, st.builds(NodePattern, st.sampled_from((*OPERATORS, "_"))))
    middles = st.lists(inner | repeated, max_size=2)
    chains = st.builds(lambda a, m, z: Chain((a, *m, z)), inner, middles, inner)
    return (
        _extend_node(values)
        | st.builds(AnyOf, st.lists(inner, min_size=2, max_size=2).map(tuple))
        | st.builds(Captured, st.sampled_from("abc"), inner)
        | chains
    )


LEAVES = st.builds(NodePattern, st.sampled_from(OPERATORS)) | st.builds(Captured, st.sampled_from("abc"))
PATTERNS = st.recursive(LEAVES | st.just(Anything()), _extend, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(tables(), PATTERNS)
def test_a_pattern_stands_where_a_naive_reading_finds_it_with_captures_that_it_finds_too(
    table: Table,
    pattern: Pattern,
) -> None:
    expected = find_all(pattern, table)
    found = {place.node: place.captures for place in find_places(ReadPattern("", pattern), table)}
    assert found.keys() == expected.keys()
    for node, captures in found.items():
        printed = [{name: print_argument(each) for name, each in env.items()} for env in expected[node]]
        assert captures in printed


@settings(max_examples=300, deadline=None)
@given(tables(), PATTERNS)
def test_a_graph_in_which_a_pattern_stands_holds_one_name_of_each_group_that_it_requires(
    table: Table,
    pattern: Pattern,
) -> None:
    read = ReadPattern("", pattern)
    if next(find_places(read, table), None):
        there = {node.op for node in table.nodes} | {node.target.split(".")[-2] for node in table.nodes[2:-1]}
        assert all(there & set(group) for group in read.required)


LONG = 20_000


def _build_residual(nodes: int) -> Table:
    """A chain of blocks, each of whose results is added to what went into it."""
    lines = ["    %x0 : [num_users=2] = placeholder[target=x0]"]
    for number in range(nodes // 4):
        x, call = f"x{number}", "[num_users=1] = call_function[target=torch.ops.aten"
        lines += [
            f"    %l{number} : {call}.linear.default](args = (%{x},), kwargs = {{}})",
            f"    %v{number} : {call}.view.default](args = (%l{number}, [1, -1]), kwargs = {{}})",
            f"    %r{number} : {call}.relu.default](args = (%v{number},), kwargs = {{}})",
            f"    %x{number + 1} : {call}.add.Tensor](args = (%{x}, %r{number}), kwargs = {{}})",
        ]
    return read_graph("\n".join(["graph():", *lines, f"    return (x{nodes // 4},)"]))


@pytest.fixture(scope="module")
def long_graph() -> Table:
    return _build_residual(LONG)


@pytest.mark.parametrize(
    ("pattern", "places"),
    [
        ("aten.linear -> aten.relu", 0),
        ("aten.linear -> aten.view -> aten.relu", LONG // 4),
        ("aten.linear -> (aten.view | aten.permute)... -> aten.relu", LONG // 4),
        ("%x -> aten.linear -> ... -> aten.add{%x}", LONG // 4),
        ("placeholder -> ... -> aten.add", LONG // 4),
        ("aten.add{aten.relu, _}", LONG // 4),
        ("%a: aten.view(_, [1, %d]) -> ... -> output", 1),
        ("aten.conv2d -> ... -> output", 0),
    ],
)
def test_twenty_thousand_nodes_are_searched_in_seconds(long_graph: Table, pattern: str, places: int) -> None:
    start = time.process_time()
    assert sum(1 for _ in find_places(read_pattern(pattern), long_graph)) == places
    assert time.process_time() - start < 5


def test_what_takes_unreasonably_long_is_refused_and_not_searched_for_ever(long_graph: Table) -> None:
    pattern = read_pattern("aten.add(%x: aten.linear -> ..., %x: aten.view -> ...)")
    with pytest.raises(CostlyPatternError):
        list(find_places(pattern, long_graph))
