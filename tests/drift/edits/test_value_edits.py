import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.edits.value_edits import find_value_edits, read_values, spell_value_change
from graph_goldens.drift.matching.alignment import align
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.graphs.node_table import Table
from tests.drift.building import TENSOR, chain, drifted, given, graph, record, told, values, with_texts
from tests.drift.labelled.tables import call

TABLE = chain("aten.sin.default", "aten.cos.default")


def changes(
    old: dict[str, str], new: dict[str, str], table: Table = TABLE, other: Table | None = None
) -> list[str]:
    return told(find_value_edits(align(table, other or table, (old, new)), "g.values", Symbols()))


def test_values_are_read_by_their_nodes_also_where_one_is_printed_on_several_lines() -> None:
    assert read_values("%x : 1\n%y : Config(\n  a=1\n)\n%z : 2") == {
        "x": "1",
        "y": "Config(\n  a=1\n)",
        "z": "2",
    }
    assert read_values(None) == {}


@pytest.mark.parametrize(
    ("old", "new", "words", "pattern"),
    [
        (TENSOR, TENSOR.replace("float32", "int64"), "dtype float32 → int64", "dtype float32 → int64"),
        (
            TENSOR,
            TENSOR.replace("[2, 3]", "[s0, 3]"),
            "shape [2, 3] → [s0, 3]",
            "shape (number became a symbol)",
        ),
        (TENSOR, TENSOR.replace("(3, 1)", "(1, 2)"), "stride (3, 1) → (1, 2)", "stride"),
        ("int64[2, 3] cpu", "int64[2, 3] stride (1, 2) cpu", "stride (3, 1) → (1, 2)", "stride"),
        ("int64[2] stride (0) cpu", "int64[2] cpu", "stride (0) → (1)", "stride"),
        (
            "int64[s0, 3] cpu",
            "int64[s0, s1] stride (s1, 1) cpu",
            "shape [s0, 3] → [s0, s1], stride (3, 1) → (s1, 1)",
            "shape (number became a symbol), stride",
        ),
        (
            "int64[3] sparse_coo cpu",
            "int64[3] cpu",
            "stride none → (1), layout sparse_coo → strided",
            "stride, layout sparse_coo → strided",
        ),
        (TENSOR, TENSOR.replace("cpu", "cuda:0"), "device cpu → cuda:0", "device cpu → cuda:0"),
        (
            TENSOR,
            "float32[2, 3] sparse_coo cpu",
            "stride (3, 1) → none, layout strided → sparse_coo",
            "stride, layout strided → sparse_coo",
        ),
        (
            f"({TENSOR}, 4)",
            f"({TENSOR.replace('float32', 'bool')}, 4)",
            "item 0: dtype float32 → bool",
            "dtype float32 → bool",
        ),
        (f"({TENSOR}, (1, 2))", f"({TENSOR}, (1, 3))", "item 1: item 1: `2` → `3`", "N → N"),
        ("(1, 2)", "(1, 2, 3)", "`(1, 2)` → `(1, 2, 3)`", "(N, N) → (N, N, N)"),
        (
            f"parameter {TENSOR}",
            f"parameter {TENSOR.replace('float32', 'float64')}",
            "dtype float32 → float64",
            "dtype float32 → float64",
        ),
        (f"parameter {TENSOR}", TENSOR, "kind parameter → tensor", "kind parameter → tensor"),
        (
            "[float32[2] stride (1) cpu]",
            "[float64[3] stride (1) cpu]",
            "`[float32[2] stride (1) cpu]` → `[float64[3] stride (1) cpu]`",
            "[float32[N] stride (N) cpu] → [float64[N] stride (N) cpu]",
        ),
        ("Sym(2*s0)", "Sym(u1 + 3)", "`Sym(2*s0)` → `Sym(u1 + 3)`", "Sym(N*sN) → Sym(uN + N)"),
        ("Sym(u0) binds u0 = value", "Sym(u0)", "binds u0 = value → nothing", "binds True → False"),
        ("not known", "None", "not known → `None`", "not known → known"),
    ],
)
def test_a_value_s_change_is_told_by_what_of_it_changed(old: str, new: str, words: str, pattern: str) -> None:
    assert spell_value_change(old, new) == (words, pattern)


def test_what_follows_from_a_changed_value_is_counted_and_not_told() -> None:
    new = dict.fromkeys(("x", "n0", "n1"), TENSOR.replace("float32", "float16"))
    assert changes(dict.fromkeys(("x", "n0", "n1"), TENSOR), new) == [
        "values: input: dtype float32 → float16 at `%x`",
        "values: and 2 more nodes that depend on such values",
    ]


def test_values_of_a_replaced_operator_and_of_new_nodes_are_told_by_the_graph() -> None:
    old, new = chain("aten.view.default"), chain("aten.float.default", "aten.neg.default")
    known = {"x": TENSOR, "n0": TENSOR}
    assert changes(known, known | {"n0": "1", "n1": "2"}, old, new) == []


def test_a_value_belongs_to_its_node_under_the_new_name_and_to_no_other() -> None:
    old = graph(*given("x"), call("a", "aten.sin.default", "%x"), call("b", "aten.cos.default", "%x"))
    new = graph(*given("x"), call("b", "aten.sin.default", "%x"), call("a", "aten.cos.default", "%x"))
    assert changes({"a": "1", "b": "2"}, {"b": "1", "a": "2"}, old, new) == []
    assert changes({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, old, new) != []
    assert changes({"a": "1", "b": "2"}, {"a": "2"}, old, new) == [
        "values: aten.sin: `1` → not known at `%a`"
    ]


def test_symbols_may_have_other_names_in_values() -> None:
    old, new = ("float32[s0, s1] stride (s1, 1) cpu", "float32[s3, s2] stride (s2, 1) cpu")
    assert changes({"x": old}, {"x": new}) == []
    assert changes({"x": old, "n0": "Sym(s0)"}, {"x": new, "n0": "Sym(s2)"}) != []


@pytest.mark.parametrize("name", ["output", "output_1"])
def test_what_is_known_of_the_output_alone_is_told(name: str) -> None:
    base = record(TABLE)
    known = f"{values(TABLE)}\n%{name} : ({TENSOR})"
    other = known.replace(f"({TENSOR})", "(1)")
    assert drifted(with_texts(base, values=known), with_texts(base, values=other)) == [
        f"values: output: item 0: `{TENSOR}` → `1`"
    ]
    assert drifted(base, with_texts(base, values=known)) == [f"values: output: not known → `({TENSOR})`"]


def test_an_output_s_value_that_follows_from_its_items_goes_without_saying() -> None:
    base = record(TABLE)
    known = f"{values(TABLE)}\n%output : ({TENSOR})"
    other = known.replace("%n1 : float32", "%n1 : bool").replace("(float32", "(bool")
    assert drifted(with_texts(base, values=known), with_texts(base, values=other)) == [
        "values: aten.cos: dtype float32 → bool at `%n1`"
    ]


def test_a_value_that_changed_in_one_of_two_equal_nodes_is_told_of_that_one() -> None:
    twins = call("a", "aten.sin.default", "%x"), call("b", "aten.sin.default", "%x")
    table = graph(*given("x"), *twins, returns=("%a", "%b"))
    base = record(table)
    other = with_texts(base, values=values(table, b=TENSOR.replace("float32", "float64")))
    assert drifted(base, other) == ["values: aten.sin: dtype float32 → float64 at `%b`"]


def test_the_order_of_the_lines_says_nothing() -> None:
    base = record(TABLE)
    other = with_texts(base, values="\n".join(reversed(values(TABLE).split("\n"))))
    assert drifted(base, other) == ["spelling: g.values: the text differs, what it says does not"]


def test_edits_of_values_are_of_the_class_values() -> None:
    edits = find_value_edits(align(TABLE, TABLE, ({"x": "1"}, {"x": "2"})), "g.values", Symbols())
    assert {edit.kind for edit in edits} == {DriftClass.VALUES}


def test_values_that_changed_in_the_same_way_are_told_once() -> None:
    nodes = [call(f"n{at}", "lib.push", "%x") for at in range(3)]
    table = graph(*given("x"), *nodes, call("other", "lib.pop", "%x"))
    assert changes({}, dict.fromkeys(("n0", "n1", "n2", "other"), "None"), table) == [
        "values: lib.push: not known → `None` at `%n0`, and 2 more like it",
        "values: lib.pop: not known → `None` at `%other`",
    ]


def test_one_node_that_depends_on_a_changed_value_is_counted_in_the_singular() -> None:
    assert changes({"n0": "1", "n1": "1"}, {"n0": "2", "n1": "2"})[-1] == (
        "values: and 1 more node that depends on such values"
    )
