import pytest

from graph_goldens.records import Artifact, Outcome, Record
from tests.drift.building import chain, drifted, given, graph, record, with_texts
from tests.drift.labelled.tables import call

SIN = chain("aten.sin.default")
SIZES = "float32[{0}, {1}] stride ({1}, 1) cpu"


def test_graphs_that_came_or_went_are_a_change_of_what_was_captured() -> None:
    assert drifted(record({"a": SIN}), record({"a": SIN, "b": SIN})) == ["capture: + graph b"]
    assert drifted(record({"a": SIN, "a.body": SIN}), record({"a": SIN})) == [
        "operators: - graph of an operator a.body"
    ]


def test_graphs_in_another_order_are_a_change_of_what_was_captured() -> None:
    assert drifted(record({"a": SIN, "b": SIN}), record({"b": SIN, "a": SIN})) == [
        "capture: order a, b → b, a"
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("signature", "interface"), ("guards", "guards"), ("values", "values"), ("code", "operators")],
)
def test_a_text_that_came_or_went_is_told_with_its_kind(kind: str, expected: str) -> None:
    old = record(SIN, alone=True)
    assert drifted(old, record(SIN, alone=True, **{kind: "text"})) == [f"{expected}: + g.{kind}"]


def unread(text: str, kind: str = "graph") -> Record:
    return Record("p/c", "export", Outcome.GRAPHS, artifacts=(Artifact(f"g.{kind}", text),))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("odd %a = f(%b)", "odd %a  = f(%b)", ["spelling: only white space differs"]),
        ("odd %a = f(%b)", "odd %c = f(%b)", ["renamed: `a` → `c`"]),
        ("odd %a = f(%b)", "odd %a = f(%a)", ["operators: `odd %a = f(%b)` → `odd %a = f(%a)`"]),
        ("odd %a = f(1)", "odd %a = f(2)", ["operators: `odd %a = f(1)` → `odd %a = f(2)`"]),
        ("odd a\nodd b", "odd b\nodd a", ["operators: `odd a` stands at another place"]),
    ],
)
def test_a_graph_string_that_cannot_be_read_is_compared_by_its_tokens(
    old: str, new: str, told: list[str]
) -> None:
    assert [sentence[:60] for sentence in drifted(unread(old), unread(new))] == [each[:60] for each in told]


def test_code_without_a_graph_is_compared_by_its_tokens() -> None:
    text = "def forward(self, x):\n    a = f(x)\n    return a"
    assert drifted(unread(text, "code"), unread(text.replace("a", "b"), "code"))[0].startswith("operators")
    renamed = text.replace(" a =", " c =").replace("return a", "return c")
    assert drifted(unread(text, "code"), unread(renamed, "code")) == ["renamed: `a` → `c`"]


def test_symbols_under_other_names_are_one_edit() -> None:
    table = graph(*given("x"), call("v", "aten.view.default", "%x", ["s0", 4]), returns=("%v",))
    other = graph(*given("x"), call("v", "aten.view.default", "%x", ["s7", 4]), returns=("%v",))
    golden = record(table, values=f"%x : {SIZES.format('s0', 's1')}")
    new = record(other, values=f"%x : {SIZES.format('s7', 's1')}")
    assert drifted(golden, new) == ["renamed: `s0` → `s7`"]


def test_another_symbol_in_one_argument_is_another_literal() -> None:
    def table(symbol: str) -> Record:
        nodes = call("v", "aten.view.default", "%x", [symbol, 4])
        return record(graph(*given("x"), nodes, returns=("%v",)), values=f"%x : {SIZES.format('s0', 's1')}")

    assert drifted(table("s0"), table("s1")) == ["operators: aten.view: argument 1 `s0` → `s1` at `%v`"]


def test_a_change_of_the_graph_and_of_the_values_are_both_told() -> None:
    golden = record(SIN)
    new = with_texts(record(chain("aten.cos.default", start="y")))
    assert drifted(golden, new) == [
        "operators: aten.sin → aten.cos at `%n0`",
        "renamed: `%x` → `%y` (other names of inputs)",
    ]


def test_a_graph_string_that_says_the_same_otherwise_is_spelling() -> None:
    text = SIN.text.replace("num_users=1", "num_users=3", 1)
    assert drifted(record(SIN), with_texts(record(SIN), graph=text)) == [
        "spelling: the text differs, the graph does not"
    ]
