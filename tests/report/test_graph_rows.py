"""Graphs aligned by node: what changed is shown and marked, what stayed is folded."""

import pytest
from rich.text import Text

from graph_goldens.drift.matching.alignment import Row, RowChange
from graph_goldens.drift.text.line_diff import LineKind, diff_lines
from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.node_table import Node
from graph_goldens.report.graph_rows import format_node, format_rows, format_text_lines, mark_pair

GRAPH = """graph():
    %x : [num_users=2] = placeholder[target=x](default=None)
    %w : [num_users=1] = get_attr[target=weight]
    %add : [num_users=1] = call_function[target=aten.add.Tensor](args = (%x, %w), kwargs = {alpha: 2})
    %size : [num_users=1] = call_method[target=size](args = (%add, 0), kwargs = {})
    %sub : [num_users=1] = call_module[target=layer](args = (%size,), kwargs = {})
    return (sub, [x])"""


def nodes(text: str = GRAPH) -> dict[str, Node]:
    return {node.name: node for node in read_graph(text).nodes}


def plain(lines: object) -> list[str]:
    assert hasattr(lines, "__iter__")
    return [line.plain for line in lines]


def marks(line: Text) -> list[str]:
    return [line.plain[span.start : span.end] for span in line.spans]


def test_nodes_read_as_code() -> None:
    assert [format_node(node) for node in read_graph(GRAPH).nodes] == [
        "placeholder x = None",
        "w = get_attr weight",
        "add = aten.add.Tensor(x, w, alpha = 2)",
        "size = call_method size(add, 0)",
        "sub = call_module layer(size)",
        "return (sub, [x])",
    ]


def test_what_stayed_is_folded_but_for_a_line_around_what_changed() -> None:
    same = [Row(RowChange.SAME, node, node) for node in nodes().values()]
    changed = nodes(GRAPH.replace("aten.add.Tensor", "aten.sub.Tensor"))["add"]
    rows = [*same[:2], Row(RowChange.CHANGED, nodes()["add"], changed), *same[3:]]
    assert plain(format_rows(rows)) == [
        "… 1 node",
        "  w = get_attr weight",
        "- add = aten.add.Tensor(x, w, alpha = 2)",
        "+ add = aten.sub.Tensor(x, w, alpha = 2)",
        "  size = call_method size(add, 0)",
        "… 2 nodes",
    ]


def test_added_removed_and_moved_nodes_are_told_apart() -> None:
    known = nodes()
    rows = [
        Row(RowChange.REMOVED, known["w"], None),
        Row(RowChange.ADDED, None, known["size"]),
        Row(RowChange.MOVED, known["add"], known["add"]),
    ]
    assert [line[0] for line in plain(format_rows(rows))] == ["-", "+", "↕"]


def test_renamed_nodes_are_shown_only_where_nothing_else_changed() -> None:
    old, new = nodes()["add"], nodes(GRAPH.replace("add ", "add_1 "))["add_1"]
    renamed = Row(RowChange.RENAMED, old, new)
    assert [line[0] for line in plain(format_rows([renamed]))] == ["-", "+"]
    shown = plain(format_rows([renamed, Row(RowChange.ADDED, None, old)]))
    assert [line[0] for line in shown] == [" ", "+"]


def test_a_node_that_only_has_other_users_did_not_change() -> None:
    old, new = nodes()["w"], nodes(GRAPH.replace("%w : [num_users=1]", "%w : [num_users=3]"))["w"]
    assert plain(format_rows([Row(RowChange.CHANGED, old, new)])) == ["… 1 node"]


def test_what_changed_in_a_line_is_marked() -> None:
    old, new = mark_pair("add = aten.add.Tensor(x, 2)", "add = aten.add.Scalar(x, 3)")
    assert marks(old) == ["Tensor", "2"]
    assert marks(new) == ["Scalar", "3"]


def test_a_line_of_which_little_stayed_is_not_marked() -> None:
    assert [marks(line) for line in mark_pair("error: RuntimeError: no such thing at all", "graphs")] == [
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a\nb\nc", "a\nx\nc", ["- b", "+ x"]),
        ("%a : 1\n%b : 1", "%a : 2\n%b : 2", ["- %a : 1", "+ %a : 2", "- %b : 1", "+ %b : 2"]),
        ("%a : f[1]\n%b : f[1]", "%b : f[2]", ["- %a : f[1]", "- %b : f[1]", "+ %b : f[2]"]),
        ("input a\ninput b", "input c\ninput d", ["- input a", "- input b", "+ input c", "+ input d"]),
        (None, "a\nb", ["+ a", "+ b"]),
    ],
)
def test_lines_that_replace_others_stand_beside_them(old: str | None, new: str, shown: list[str]) -> None:
    lines = plain(format_text_lines(diff_lines(old, new)))
    assert [line for line in lines if line[0] in "+-"] == shown


def test_a_difference_by_line_keeps_its_head_and_what_is_around() -> None:
    lines = diff_lines("a\nb\nc", "a\nx\nc", context=1)
    assert plain(format_text_lines(lines))[:2] == ["@@ -1,3 +1,3 @@", "  a"]
    assert lines[0].kind is LineKind.HEADER
