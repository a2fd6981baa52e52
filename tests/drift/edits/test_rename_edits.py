import pytest

from graph_goldens.drift.edits.rename_edits import find_rename_edits
from graph_goldens.drift.matching.alignment import align
from graph_goldens.graphs.node_table import Table
from tests.drift.building import attribute, chain, given, graph, told
from tests.drift.labelled.tables import call


def changes(old: Table, new: Table) -> list[str]:
    return told(find_rename_edits(align(old, new), "g.graph"))


def named(*names: str) -> Table:
    nodes = [call(name, f"aten.op{at}.default", "%x") for at, name in enumerate(names)]
    return graph(*given("x"), *nodes)


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("add", "add_1", "other number suffixes"),
        ("add_1_2", "add_3", "other number suffixes"),
        ("arg0_1", "arg1_1", "other numbers"),
        ("add", "sum", "other names of operators' results"),
    ],
)
def test_a_name_changed_in_a_way(old: str, new: str, way: str) -> None:
    assert changes(named(old), named(new)) == [f"renamed: `%{old}` → `%{new}` ({way})"]


def test_all_names_of_a_graph_are_one_edit() -> None:
    assert changes(named("a", "b", "c", "d"), named("a_1", "b_1", "c_1", "e")) == [
        "renamed: `%a` → `%a_1`, `%b` → `%b_1`, `%c` → `%c_1` and 1 more "
        "(other names of operators' results, other number suffixes)"
    ]


def test_inputs_and_attributes_are_told_apart_from_results() -> None:
    old, new = (graph(*given(name), attribute(f"{name}_w", "w")) for name in ("a", "b"))
    assert changes(old, new) == [
        "renamed: `%a` → `%b`, `%a_w` → `%b_w` (other names of attributes, other names of inputs)"
    ]


def test_the_name_of_an_output_is_none() -> None:
    assert changes(chain("aten.sin.default"), chain("aten.sin.default")) == []
    assert changes(graph(*given("x")), graph(*given("output"))) == [
        "renamed: `%x` → `%output` (other names of inputs)"
    ]


def test_one_way_has_one_pattern_whatever_the_names() -> None:
    patterns = {
        edit.pattern
        for old, new in (("add", "add_1"), ("mul_2", "mul_3"))
        for edit in find_rename_edits(align(named(old), named(new)), "g.graph")
    }
    assert patterns == {"other number suffixes"}
