"""Each change of the rules brings a golden to a record as far as its text allows, and no further."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.gate.rule_changes import RULE_CHANGES, Carried, carry_forward, respell
from graph_goldens.records import Artifact, Json, Outcome, Record

GRAPH = """graph():
    %arg0_1 : [num_users=1] = placeholder[target=arg0_1]
    %arg1_1 : [num_users=0] = placeholder[target=arg1_1]
    %sin : [num_users=1] = call_function[target=torch.ops.aten.sin.default](args = (%arg0_1,), kwargs = {})
    return (sin,)"""


def golden(path: str = "export", outcome: Outcome = Outcome.GRAPHS, **fields: object) -> Record:
    return Record("p/a", path, outcome, rules=1, **fields)  # type: ignore[arg-type]


def with_texts(record: Record, **texts: str) -> Record:
    """Give a record artifacts; `program_graph` is that of `program.graph`."""
    return replace(
        record, artifacts=tuple(Artifact(name.replace("_", "."), text) for name, text in texts.items())
    )


def with_facts(record: Record, **facts: Json) -> Record:
    return replace(record, facts=facts)


def carry(old: Record, new: Record) -> Carried:
    return carry_forward(old, replace(new, rules=2), 2)


def check_explained(old: Record, new: Record, *kinds: str) -> None:
    carried = carry(old, new)
    assert carried.record == replace(new, rules=2)
    assert carried.kinds == kinds


def check_left(old: Record, new: Record) -> None:
    """Demand that a difference stays as it was."""
    carried = carry(old, new)
    assert carried.record == replace(old, rules=2)
    assert carried.kinds == ()


def test_the_table_has_rows_for_every_version_after_the_first_and_no_two_alike() -> None:
    assert {row.version for row in RULE_CHANGES} == set(range(2, RULES_VERSION + 1))
    assert len({(row.version, row.kind) for row in RULE_CHANGES}) == len(RULE_CHANGES)
    assert all(row.reason and row.kind for row in RULE_CHANGES)


def test_rows_of_versions_that_a_golden_has_already_do_nothing() -> None:
    old = replace(with_texts(golden(), program_graph=GRAPH), rules=2)
    new = with_texts(old, program_graph=GRAPH, program_effects="%sin : writes %arg0_1")
    assert carry_forward(old, new, 2) == Carried(old, ())


@pytest.mark.parametrize("suffix", ["effects", "constants", "provenance"])
def test_a_new_artifact_of_a_known_graph_is_added_at_its_place(suffix: str) -> None:
    old = with_texts(golden(), program_graph=GRAPH, program_values="%sin", program_signature="input x")
    texts = {"program_graph": GRAPH, "program_values": "%sin", f"program_{suffix}": "said"}
    check_explained(old, with_texts(old, **texts, program_signature="input x"), f"+ {suffix}")


def test_several_new_artifacts_come_in_the_records_order() -> None:
    old = with_texts(golden(), a_graph="g", b_graph="g")
    new = with_texts(
        old, a_graph="g", a_effects="e", a_constants="c", a_provenance="p", b_graph="g", b_effects="e"
    )
    check_explained(old, new, "+ effects", "+ constants", "+ provenance")


def test_an_artifact_of_a_graph_that_the_golden_does_not_have_is_drift() -> None:
    old = with_texts(golden(), a_graph="g")
    check_left(old, with_texts(old, a_graph="g", b_effects="e"))


@pytest.mark.parametrize("suffix", ["effects", "constants", "provenance"])
def test_an_artifact_that_the_golden_has_is_never_replaced(suffix: str) -> None:
    old = with_texts(golden(), **{"a_graph": "g", f"a_{suffix}": "one"})
    check_left(old, with_texts(old, **{"a_graph": "g", f"a_{suffix}": "other"}))


@pytest.mark.parametrize("kind", ["code", "graph", "values", "guards", "signature"])
def test_a_text_that_changed_is_drift(kind: str) -> None:
    old = with_texts(golden(), **{f"a_{kind}": "sin"})
    check_left(old, with_texts(old, **{f"a_{kind}": "cos"}))


def test_a_fact_that_is_new_is_added_and_one_that_changed_is_drift() -> None:
    old = with_facts(golden(), graphs=1)
    check_explained(old, with_facts(old, graphs=1, restarts=2), "+ fact restarts")
    check_left(old, with_facts(old, graphs=2))
    check_left(old, with_facts(old, graphs=1, unheard_of=1))


def test_agreement_with_eager_is_new_for_the_aot_paths_alone() -> None:
    old = with_facts(golden("aot-inference"), graphs=1)
    check_explained(old, with_facts(old, graphs=1, same_as_eager=True), "+ fact same_as_eager")
    other = replace(old, path="export")
    check_left(other, with_facts(other, graphs=1, same_as_eager=True))


def test_ranges_move_out_of_the_signature() -> None:
    old = with_texts(
        golden(),
        program_graph="g",
        program_signature="input x\noutput y\nrange s0 in [2, 9223372036854775806]\nrange s1 in [0, 4]",
    )
    new = with_texts(
        old,
        program_graph="g",
        program_signature="input x\noutput y",
        program_ranges="s1 in [0, 4]\ns0 in [2, int_oo]",
    )
    assert carry(old, new).record == replace(new, rules=2)
    other = with_texts(
        new, program_graph="g", program_signature="input x\noutput y", program_ranges="s0 in [3, int_oo]"
    )
    assert carry(old, other).record != replace(other, rules=2)


def test_words_that_were_taken_for_symbols_by_their_form_are_no_drift() -> None:
    old = with_texts(golden(), a_code="def forward(self, u0, s0): f32[s0, s1]")
    new = with_texts(golden(), a_code="def forward(self, u77, s5): f32[s5, s0]")
    check_explained(old, new, "symbols numbered by true symbols")


@given(st.lists(st.sampled_from(["s0", "s1", "s2", "u0", "%add_1", "x"]), min_size=1, max_size=8))
def test_words_are_symbols_only_where_equal_ones_stay_equal(words: list[str]) -> None:
    old = with_texts(golden(), a_code=" ".join(words))
    names = {"s0": "s3", "s1": "s0", "s2": "s9", "u0": "u4"}
    new = with_texts(golden(), a_code=" ".join(names.get(word, word) for word in words))
    assert carry(old, new).record == replace(new, rules=2)
    merged = with_texts(golden(), a_code=" ".join("s0" if word[0] == "s" else word for word in words))
    held = {word for word in words if word[0] == "s"}
    assert (carry(old, merged).record == replace(merged, rules=2)) == (len(held) < 2)


def test_a_reason_is_cut_by_the_rules_of_now() -> None:
    old = golden(
        outcome=Outcome.ERROR,
        reason="Unsupported: no such call\nExplanation: it is not\nDeveloper debug context: x",
    )
    check_explained(old, replace(old, reason="Unsupported: no such call"), "reason cut")
    for other in ("Unsupported: no such thing", "Unsupported: no such", "Unsupported"):
        assert carry(old, replace(old, reason=other)).record.reason != other


def test_an_error_in_a_fact_is_cut_too() -> None:
    old = with_facts(golden(), same_as_eager="eager raises ValueError: one\ntwo")
    check_explained(old, with_facts(old, same_as_eager="eager raises ValueError: one"), "errors in facts cut")
    check_left(old, with_facts(old, same_as_eager="running raises ValueError: one"))


def test_graph_breaks_are_told_by_function_where_they_are_as_many() -> None:
    old = with_facts(golden(), graph_breaks={"a print": 2})
    told: list[Json] = [{"function": "f", "reason": "a print\nmore"}, {"function": "g", "reason": "a print"}]
    check_explained(old, with_facts(old, graph_breaks=told), "graph_breaks by function")
    check_left(old, with_facts(old, graph_breaks=told[:1]))


def test_frames_lose_exactly_the_restarts() -> None:
    old = with_facts(golden(), frames=[2, 3])
    check_explained(
        old, with_facts(old, frames=[1, 2], restarts=1), "+ fact restarts", "frames without restarts"
    )
    changed = with_facts(old, frames=[1, 1], restarts=1)
    assert carry(old, changed).record.facts["frames"] == [2, 3]


def test_how_agreement_was_judged_is_said_in_other_words() -> None:
    old = with_facts(golden(), judged_by="values; script objects skipped")
    new = with_facts(old, judged_by="values, metadata and aliases; script objects skipped")
    check_explained(old, new, "judged_by in other words")
    check_left(
        old,
        with_facts(old, judged_by="values, metadata and aliases; script objects by type and flattened state"),
    )


def test_an_error_that_the_joint_path_invented_is_unavailable_now() -> None:
    old = golden("aot-joint", Outcome.ERROR, reason="RuntimeError: no grad", facts={"graphs": 0})
    new = replace(old, outcome=Outcome.UNAVAILABLE, reason="nothing that the program is given requires grad")
    check_explained(old, new, "mended: aot-joint error is unavailable")
    check_left(replace(old, path="export"), replace(new, path="export"))
    check_left(old, replace(new, reason="this PyTorch lacks the path"))
    check_left(replace(old, outcome=Outcome.GRAPHS), new)


def test_graphs_with_none_are_nothing_captured() -> None:
    old = golden("compile-eager", facts={"graphs": 0})
    new = replace(old, outcome=Outcome.NOTHING_CAPTURED, reason="Dynamo took no frame")
    check_explained(old, new, "outcome nothing captured")
    some = with_texts(replace(old, facts={"graphs": 1}), a_graph="g")
    check_left(some, replace(new, artifacts=some.artifacts, facts=some.facts))


def test_metadata_counts_in_agreement_and_values_never_stopped_to() -> None:
    old = with_facts(golden(), same_as_eager=True)
    words = "result 0: requires_grad False instead of True"
    check_explained(old, with_facts(old, same_as_eager=words), "mended: same_as_eager counts metadata")
    written = with_facts(old, same_as_eager="input 1 after the call: other values")
    check_explained(old, written, "mended: same_as_eager counts what inputs hold")
    check_left(old, with_facts(old, same_as_eager="result 0: other values"))
    check_left(with_facts(old, same_as_eager="result 0: other values"), old)


def test_an_input_that_no_node_uses_and_is_no_tensor_is_closed_over() -> None:
    old = golden(
        "aot-inference",
        facts={"inputs": {"traced": ["tensor", "unknown"]}},
        artifacts=(
            Artifact("traced.code", "def forward(self, arg0_1, arg1_1):\n    return (sin,)"),
            Artifact("traced.graph", GRAPH),
            Artifact("traced.signature", "user_inputs: ['arg0_1', 'arg1_1']"),
        ),
    )
    new = replace(
        old,
        facts={"inputs": {"traced": ["tensor"]}},
        artifacts=(
            Artifact("traced.code", "def forward(self, arg0_1):\n    return (sin,)"),
            Artifact("traced.graph", "\n".join(line for line in GRAPH.split("\n") if "arg1_1" not in line)),
            Artifact("traced.signature", "user_inputs: ['arg0_1']"),
        ),
    )
    check_explained(old, new, "mended: aot closes over what is no tensor")
    tensor = replace(old, facts={"inputs": {"traced": ["tensor", "tensor"]}})
    check_left(tensor, new)


def test_an_input_that_is_no_tensor_and_that_a_node_uses_stays() -> None:
    used = "    %arg2_1 : [num_users=1] = placeholder[target=arg2_1]\n"
    at = GRAPH.index("    %sin")
    graph = GRAPH[:at] + used + GRAPH[at:]
    old = golden(
        "aot-inference",
        facts={"inputs": {"traced": ["tensor", "unknown", "unknown"]}},
        artifacts=(Artifact("traced.graph", graph),),
    )
    kept = "\n".join(line for line in graph.split("\n") if "arg1_1" not in line)
    new = replace(
        old,
        facts={"inputs": {"traced": ["tensor", "unknown"]}},
        artifacts=(Artifact("traced.graph", kept),),
    )
    check_explained(old, new, "mended: aot closes over what is no tensor")


def test_functional_export_gives_graphs_where_the_private_call_broke() -> None:
    old = golden("export-functional", Outcome.ERROR, reason="ValueError: arity", facts={"graphs": 0})
    graphs = replace(old, outcome=Outcome.GRAPHS, reason="", artifacts=(Artifact("program.graph", GRAPH),))
    new = replace(graphs, facts={"graphs": 1, "functional_by": "run_decompositions({})"})
    check_explained(old, new, "mended: export-functional by run_decompositions")
    check_left(old, replace(graphs, facts={"graphs": 1}))
    check_left(old, replace(old, reason="AssertionError"))


def test_a_second_try_of_functional_export_calls_everything_once_more() -> None:
    old = golden(
        "export-functional", Outcome.ERROR, reason="ValueError", facts={"after_tracing": {"pop": 2, "n": 1}}
    )
    new = with_facts(old, after_tracing={"pop": 4, "n": 1})
    check_explained(old, new, "export-functional tried twice")
    check_left(old, with_facts(old, after_tracing={"pop": 1, "n": 1}))
    check_left(old, with_facts(old, after_tracing={"pop": 4}))
    check_left(replace(old, path="export"), replace(new, path="export"))


def test_a_hidden_identity_takes_the_records_number_where_nothing_else_differs() -> None:
    old = with_texts(golden("compile-eager"), graph_0_guards="ID_MATCH G['_<identity>'].a\nID_MATCH G['b']")
    new = with_texts(golden("compile-eager"), graph_0_guards="ID_MATCH G['_<id 0>'].a\nID_MATCH G['b']")
    check_explained(old, new, "identities numbered")
    other = with_texts(golden("compile-eager"), graph_0_guards="ID_MATCH G['_<id 0>'].a\nID_MATCH G['c']")
    assert carry(old, other).record != replace(other, rules=2)


FULL = {
    "program_code": "def forward(self, x): return (x,)",
    "program_values": "%x : float32[2, 3] stride (3, 1) cpu\n%t : float32[3, 2] stride (1, 3) cpu",
    "program_constants": "self.a : int64[2] stride (1) cpu = [1, 2]",
    "program_provenance": "%x: module a p.A\n%t: module a p.A; torch_fn t_1 method.t",
}
SHORT = {
    "program_code": FULL["program_code"],
    "program_values": "%x : float32[2, 3] cpu\n%t : float32[3, 2] stride (1, 3) cpu",
    "program_constants": "self.a : int64[2] cpu = [1, 2]",
    "program_provenance": "%x: module a p.A\n%t: module a; torch_fn t_1 method.t",
}
BOTH = ("contiguous strides left out", "modules told once")


def test_a_golden_of_rules_2_is_said_in_the_words_of_now_without_a_record() -> None:
    old = replace(with_texts(golden(), **FULL), rules=2)
    assert respell(old) == Carried(replace(with_texts(old, **SHORT), rules=3), BOTH)
    without = replace(with_texts(golden(), program_code="x"), rules=2)
    assert respell(without) == Carried(replace(without, rules=3), ())


def test_a_golden_of_rules_1_takes_a_record_and_one_of_now_nothing() -> None:
    old = with_texts(golden(), **FULL)
    assert respell(old) is None
    assert respell(replace(old, rules=RULES_VERSION)) is None
    assert respell(replace(old, rules=RULES_VERSION + 1)) is None
    carried = carry_forward(old, replace(with_texts(old, **SHORT), rules=3), 3)
    assert carried == Carried(replace(with_texts(old, **SHORT), rules=3), BOTH)


def test_a_row_that_takes_no_record_says_the_same_of_whichever_one() -> None:
    old = replace(with_texts(golden(), **FULL), rules=2)
    rows = [row for row in RULE_CHANGES if row.respell]
    assert len(rows) == 2
    for row in rows:
        assert row.respell is not None
        assert row.carry(old, golden()) == row.respell(old) != old
