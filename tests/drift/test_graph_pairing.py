from dataclasses import replace
from typing import Any

import pytest

from graph_goldens.drift import graph_pairing
from graph_goldens.drift.graph_pairing import collect_graphs, pair_graphs
from graph_goldens.drift.matching.alignment import align
from graph_goldens.drift.matching.operators import EFFECTFUL_GRAPH
from graph_goldens.graphs.node_table import Table
from graph_goldens.records import Artifact, Json, Outcome, Record
from tests.drift.building import attribute, chain, drifted, given, graph, record
from tests.drift.labelled.tables import call

SIN, COS = chain("aten.sin.default"), chain("aten.cos.default")


def cond(
    first: str = "true_graph_0", second: str = "false_graph_0", order: tuple[int, int] = (0, 1)
) -> Table:
    """Give a graph that runs one of two bodies, which are named after their attributes."""
    bodies = [f"%{first}", f"%{second}"]
    return graph(
        *given("p", "x"),
        attribute(first, first),
        attribute(second, second),
        call("c", "higher_order.cond", "%p", *(bodies[at] for at in order), ["%x"]),
        returns=("%c",),
    )


def captured(top: Table, **bodies: Table) -> Record:
    return record({"g": top, **{f"g.{name}": body for name, body in bodies.items()}})


GOLDEN = captured(cond(), true_graph_0=SIN, false_graph_0=COS)


def kinds(golden: Record, new: Record) -> set[str]:
    return {sentence.split(":")[0] for sentence in drifted(golden, new)}


def test_a_record_s_graphs_are_its_artifacts_by_name_and_kind() -> None:
    found = collect_graphs(GOLDEN)
    assert list(found) == ["g", "g.true_graph_0", "g.false_graph_0"]
    assert found["g.true_graph_0"].parent == "g"
    assert found["g"].parent == ""
    assert found["g"].table == cond()
    assert set(found["g"].values) == {"p", "x", "true_graph_0", "false_graph_0", "c"}


def test_a_graph_string_that_cannot_be_read_or_is_missing_has_no_table() -> None:
    texts = Artifact("a.graph", "no graph"), Artifact("b.code", "x = 1")
    found = collect_graphs(Record("p/c", "export", Outcome.GRAPHS, artifacts=texts))
    assert [graph.table for graph in found.values()] == [None, None]


def test_bodies_under_other_names_are_renamed() -> None:
    new = captured(cond("true_graph_5", "false_graph_5"), true_graph_5=SIN, false_graph_5=COS)
    assert pair_graphs(GOLDEN, new).names == {
        "g": "g",
        "g.true_graph_0": "g.true_graph_5",
        "g.false_graph_0": "g.false_graph_5",
    }
    assert kinds(GOLDEN, new) == {"renamed"}


def test_bodies_that_were_exchanged_are_a_change_of_operators() -> None:
    contents = captured(cond(), true_graph_0=COS, false_graph_0=SIN)
    assert "operators" in kinds(GOLDEN, contents)
    arguments = captured(cond(order=(1, 0)), true_graph_0=SIN, false_graph_0=COS)
    assert drifted(GOLDEN, arguments) == [
        "operators: cond: argument 1 `%true_graph_0` → `%false_graph_0` at `%c`",
        "operators: cond: argument 2 `%false_graph_0` → `%true_graph_0` at `%c`",
    ]
    renamed = captured(cond("true_graph_5", "false_graph_5"), true_graph_5=COS, false_graph_5=SIN)
    assert "operators" in kinds(GOLDEN, renamed)


def test_a_change_within_a_body_is_told_there() -> None:
    new = captured(cond(), true_graph_0=chain("aten.tan.default"), false_graph_0=COS)
    assert drifted(GOLDEN, new) == ["operators: aten.sin → aten.tan at `%n0`"]


def test_a_graph_of_its_own_is_renamed_only_where_it_is_equal() -> None:
    assert pair_graphs(record({"a": SIN}), record({"b": SIN})).names == {"a": "b"}
    assert pair_graphs(record({"a": SIN}), record({"b": COS})).names == {}


def test_graphs_that_changed_places_are_compared_by_their_names() -> None:
    assert kinds(record({"a": SIN, "b": COS}), record({"a": COS, "b": SIN})) == {"operators"}


def test_a_body_with_side_effects_is_one() -> None:
    random = graph(*given("x"), call("r", "aten.rand_like.default", "%x"), returns=("%r",))
    outer = captured(cond(), true_graph_0=cond(), false_graph_0=SIN)
    nested = record(
        {"g": cond(), "g.true_graph_0": cond(), "g.true_graph_0.true_graph_0": random, "g.false_graph_0": SIN}
    )
    for new, effectful in ((outer, False), (nested, True)):
        values = pair_graphs(new, new).alignments["g"].values[0]
        assert (values["true_graph_0"] == EFFECTFUL_GRAPH) is effectful
        assert values["false_graph_0"] != EFFECTFUL_GRAPH


def test_two_operators_whose_bodies_draw_random_numbers_may_not_change_places() -> None:
    def table(*order: int) -> Table:
        calls = [
            call("c", "higher_order.wrap", "%body", "%x"),
            call("d", "higher_order.tag_activation_checkpoint", "%body", "%x"),
        ]
        return graph(
            *given("x"), attribute("body", "body"), *(calls[at] for at in order), returns=("%c", "%d")
        )

    pure, random = SIN, graph(*given("x"), call("r", "aten.rand_like.default", "%x"), returns=("%r",))
    for body, kind in ((pure, "reordered"), (random, "operators")):
        golden, new = (captured(table(*order), body=body) for order in ((0, 1), (1, 0)))
        assert kinds(golden, new) == {kind}


def sized(*symbols: str, of: tuple[str, str]) -> Record:
    """A graph with two inputs that are symbols, numbered as they are, and what each is bound to."""
    first, second = symbols
    table = graph(*given(first, second, "x"), call("n", "aten.sin.default", "%x"), returns=("%n",))
    values = f"%{first} : Sym({first})\n%{second} : Sym({second})\n%x : float32[{first}, {second}]"
    bound = {name: f"%{name}, L['x'].size()[{place}]" for name, place in zip(symbols, of, strict=True)}
    return replace(record(table, values=values), facts={"symbols": {"g": dict[str, Json](bound)}})


def test_inputs_that_are_symbols_are_paired_by_what_they_are_bound_to_and_not_by_their_numbers() -> None:
    golden, new = sized("s0", "s1", of=("0", "1")), sized("s1", "s0", of=("0", "1"))
    pairs = pair_graphs(golden, new).alignments["g"].pairs
    assert (pairs["s0"], pairs["s1"]) == ("s1", "s0")
    assert all(line.startswith("renamed: ") for line in drifted(golden, new))


def test_a_symbol_that_is_bound_to_something_else_is_a_change_of_the_interface() -> None:
    golden, new = sized("s0", "s1", of=("0", "1")), sized("s0", "s1", of=("0", ""))
    new = replace(new, facts={"symbols": {"g": {"s0": "%s0, L['x'].size()[0]", "s1": ""}}})
    assert drifted(golden, new) == ["interface: `s1` is bound to `%s1, L['x'].size()[1]` → nothing"]


def told(
    graph_text: str = SIN.text,
    values: str = "%x : float32[2]",
    effects: str = "%sin: shares %x",
    symbols: str = "%s0, L['x'].size()[0]",
    rules: int = 2,
) -> Record:
    texts = {"g.graph": graph_text, "g.values": values, "g.effects": effects}
    artifacts = tuple(Artifact(name, text) for name, text in texts.items() if text)
    facts: dict[str, Json] = {"symbols": {"g": {"s0": symbols}}}
    return Record("p/c", "export", Outcome.GRAPHS, facts=facts, artifacts=artifacts, rules=rules)


TOLD = [
    told(),
    told(graph_text=COS.text),
    told(values="%x : float32[3]"),
    told(effects="%sin: writes %x"),
    told(effects=""),
    told(effects="", rules=1),
    told(symbols="%s0, L['x'].size()[1]"),
]


def test_pairs_are_found_anew_for_whatever_else_is_known_of_a_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text that matching goes by is part of what names the pairs that were found."""
    identities: list[bytes] = []

    def align_and_note(*args: Any) -> Any:
        identities.append(args[-1])
        return align(*args)

    monkeypatch.setattr(graph_pairing, "align", align_and_note)
    pairs = [(TOLD[0], each) for each in TOLD] + [(each, TOLD[0]) for each in TOLD[1:]]
    for golden, new in pairs:
        assert pair_graphs(golden, new).alignments
    assert len(set(identities)) == len(identities) == len(pairs)
    assert pair_graphs(*pairs[-1]).alignments
    assert identities[-1] == identities[-2]
