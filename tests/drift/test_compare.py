from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import TextDifference
from graph_goldens.graphs.contiguous_strides import drop_contiguous_strides
from graph_goldens.records import Artifact, Outcome, Record
from tests.drift.building import chain

CODE = """def forward(self, x):
    view = torch.ops.aten.view.default(x, [6])
    alias = torch.ops.aten.alias.default(view)
    return (alias,)
"""
GRAPH = """graph():
    %x : [num_users=1] = placeholder[target=x]
    %view : [num_users=1] = call_function[target=torch.ops.aten.view.default](args = (%x, [6]), kwargs = {})
    %alias : [num_users=1] = call_function[target=torch.ops.aten.alias.default](args = (%view,), kwargs = {})
    return (alias,)"""
VALUES = """%x : float32[2, 3] stride (3, 1) cpu
%view : float32[6] stride (1) cpu
%alias : float32[6] stride (1) cpu"""
GOLDEN = Record(
    "torchbind/none",
    "export",
    Outcome.GRAPHS,
    facts={"graphs": 1, "eager": True},
    artifacts=(
        Artifact("program.code", CODE),
        Artifact("program.graph", GRAPH),
        Artifact("program.values", VALUES),
        Artifact("program.signature", "input USER_INPUT x\noutput USER_OUTPUT alias"),
        Artifact("program.guards", "L['x'].size()[0] == 2"),
    ),
    source="a",
)
NAMES = tuple(artifact.name for artifact in GOLDEN.artifacts)


def edited(**changes: Callable[[str], str]) -> Record:
    """The golden with the texts of some kinds changed."""
    artifacts = (
        Artifact(a.name, changes.get(a.name.rpartition(".")[2], str)(a.text)) for a in GOLDEN.artifacts
    )
    return replace(GOLDEN, artifacts=tuple(artifacts))


def swap(old: str, new: str) -> Callable[[str], str]:
    def swapped(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return swapped


EVERYWHERE = ("code", "graph", "values", "signature")


def renamed_everywhere() -> Record:
    return edited(
        code=lambda text: text.replace("alias =", "alias_1 =").replace("(alias,", "(alias_1,"),
        graph=lambda text: text.replace("%alias", "%alias_1").replace("(alias,", "(alias_1,"),
        values=swap("%alias", "%alias_1"),
        signature=swap("alias", "alias_1"),
    )


def graphs(*names: str) -> Record:
    return replace(GOLDEN, artifacts=tuple(Artifact(f"{name}.graph", GRAPH) for name in names))


OPERATOR = edited(code=swap("aten.view", "aten._unsafe_view"), graph=swap("aten.view", "aten._unsafe_view"))
ADDED_LINE = (
    "    %sin : [num_users=0] = call_function[target=torch.ops.aten.sin.default](args = (%x,), kwargs = {})\n"
)

SPELT_BY_RULES_3 = replace(GOLDEN, artifacts=edited(values=drop_contiguous_strides).artifacts, rules=3)

LABELLED = {
    "rules that leave strides out": (
        SPELT_BY_RULES_3,
        "spelling",
        "normalisation rules of version 1 → 3; `goldens refresh` brings the golden to these",
    ),
    "a stride, by rules that leave strides out": (
        replace(
            SPELT_BY_RULES_3,
            artifacts=edited(values=swap("stride (3, 1) cpu", "stride (1, 2) cpu")).artifacts,
        ),
        "values",
        "input: stride (3, 1) → (1, 2) at `%x`",
    ),
    "white space in code": (edited(code=swap("x, [6]", "x,  [6]")), "spelling", "only white space differs"),
    "rules": (
        replace(GOLDEN, rules=2),
        "spelling",
        "normalisation rules of version 1 → 2; `goldens refresh` brings the golden to these",
    ),
    "order of artifacts": (
        replace(GOLDEN, artifacts=GOLDEN.artifacts[::-1]),
        "spelling",
        "the same texts stand in another order",
    ),
    "a name, everywhere": (renamed_everywhere(), "renamed", "`%alias` → `%alias_1` (other number suffixes)"),
    "a dtype": (
        edited(values=swap("%alias : float32", "%alias : float16")),
        "values",
        "aten.alias: dtype float32 → float16 at `%alias`",
    ),
    "an operator": (
        OPERATOR,
        "operators",
        "aten.view → aten._unsafe_view at `%view`",
    ),
    "a literal": (
        edited(code=swap("[6]", "[3]"), graph=swap("[6]", "[3]")),
        "operators",
        "aten.view: argument 1 `6` → `3` at `%view`",
    ),
    "a node more": (
        edited(graph=swap("    return", ADDED_LINE + "    return")),
        "operators",
        "+ aten.sin after `%x`",
    ),
    "another output": (
        edited(graph=swap("return (alias,)", "return (view,)")),
        "interface",
        "output 0: `%alias` → `%view`",
    ),
    "code alone": (
        edited(code=swap("aten.view", "aten.reshape")),
        "operators",
        "the code says `view = torch.ops.aten.view.default(x, [6])` → "
        "`view = torch.ops.aten.reshape.default(x, [6])`",
    ),
    "a signature": (
        edited(signature=swap("USER_INPUT", "PARAMETER")),
        "interface",
        "`input USER_INPUT x` → `input PARAMETER x`",
    ),
    "a guard more": (edited(guards=lambda text: text + "\nL['y']"), "guards", "+ guard `L['y']`"),
    "guards gone": (replace(GOLDEN, artifacts=GOLDEN.artifacts[:-1]), "guards", "- program.guards"),
    "number of graphs": (replace(GOLDEN, facts={"graphs": 2, "eager": True}), "capture", "graphs: 1 → 2"),
    "another result": (
        replace(GOLDEN, facts={"graphs": 1, "eager": False}),
        "behaviour",
        "eager: true → false",
    ),
    "an error": (
        replace(GOLDEN, outcome=Outcome.ERROR, reason="RuntimeError: no", artifacts=()),
        "outcome",
        "graphs (program) → error: RuntimeError: no",
    ),
    "a crash": (replace(GOLDEN, outcome=Outcome.CRASH, artifacts=()), "outcome", "graphs (program) → crash"),
}


@pytest.mark.parametrize("name", LABELLED)
def test_a_change_has_its_class_and_reads_well(name: str) -> None:
    record, kind, sentence = LABELLED[name]
    drift = compare(GOLDEN, record)
    assert drift is not None
    assert (drift.case, drift.path) == GOLDEN.key
    assert drift.kind is DriftClass(kind)
    assert drift.edits[0].sentence == sentence
    assert all(edit.kind <= drift.kind for edit in drift.edits)
    cosmetic = kind in ("spelling", "renamed")
    assert drift.severity is (Severity.COSMETIC if cosmetic else Severity.SEMANTIC)


def test_a_rename_seen_in_every_text_is_one_edit() -> None:
    drift = compare(GOLDEN, renamed_everywhere())
    assert drift is not None
    assert len(drift.edits) == 1
    assert [text.name for text in drift.texts] == list(NAMES[:4])


def test_an_operator_that_code_and_graph_both_show_is_one_edit() -> None:
    drift = compare(GOLDEN, OPERATOR)
    assert drift is not None
    assert [edit.where for edit in drift.edits] == ["program.graph"]


def test_a_changed_value_under_a_new_name_is_both_renamed_and_a_change_of_values() -> None:
    record = renamed_everywhere()
    values = VALUES.replace("%alias", "%alias_1").replace("[6] stride (1)", "[7] stride (1)", 1)
    record = replace(
        record, artifacts=(*record.artifacts[:2], Artifact("program.values", values), *record.artifacts[3:])
    )
    drift = compare(GOLDEN, record)
    assert drift is not None
    assert [edit.kind for edit in drift.edits] == [DriftClass.VALUES, DriftClass.RENAMED]


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (("program",), ("program", "other"), ["+ graph other"]),
        (("graph_0", "graph_1"), ("graph_0",), ["- graph graph_1"]),
        (("a", "b"), ("b", "a"), ["order a, b → b, a"]),
    ],
)
def test_other_graphs_or_another_order_of_graphs_are_of_the_class_capture(
    before: tuple[str, ...], after: tuple[str, ...], sentences: list[str]
) -> None:
    drift = compare(graphs(*before), graphs(*after))
    assert drift is not None
    assert [edit.sentence for edit in drift.edits] == sentences
    assert drift.kind is DriftClass.CAPTURE


def test_another_error_is_told_with_both() -> None:
    golden = Record("a/b", "export", Outcome.ERROR, "TypeError: old")
    drift = compare(golden, replace(golden, reason="ValueError: new"))
    assert drift is not None
    assert [(edit.kind, edit.sentence) for edit in drift.edits] == [
        (DriftClass.OUTCOME, "error: TypeError: old → ValueError: new")
    ]


def test_texts_of_one_side_only_are_none_on_the_other() -> None:
    drift = compare(graphs("a"), graphs("a", "b"))
    assert drift is not None
    assert drift.texts == (TextDifference("b.graph", None, GRAPH),)


def test_a_change_in_many_places_is_told_once() -> None:
    old, new = (chain(*(f"{name}{at}" for at in range(50))).text for name in "fg")
    golden, record = (replace(GOLDEN, artifacts=(Artifact("g.graph", text),)) for text in (old, new))
    drift = compare(golden, record)
    assert drift is not None
    assert [edit.sentence for edit in drift.edits] == [
        "f0, f1, f2, f3 and 46 more → g0, g1, g2, g3 and 46 more"
    ]


def test_a_drift_whose_texts_say_the_same_tells_where_they_differ() -> None:
    drift = compare(GOLDEN, edited(values=lambda text: "\n".join(reversed(text.split("\n")))))
    assert drift is not None
    assert [(edit.where, edit.sentence) for edit in drift.edits] == [
        ("program.values", "program.values: the text differs, what it says does not")
    ]


def test_the_source_of_the_case_makes_no_drift() -> None:
    assert compare(GOLDEN, replace(GOLDEN, source="b")) is None


def test_records_of_two_cases_are_not_compared() -> None:
    with pytest.raises(ValueError, match="not of one case and path"):
        compare(GOLDEN, replace(GOLDEN, case="torchbind/input"))


texts = st.sampled_from(
    ["", "\n", " ", "a", "a b", "%x", "%y", "%x : 1", "%y : 2", "%x : 1\n%y : 2", "return (x,)", GRAPH, CODE]
)
records = st.builds(
    Record,
    case=st.just("a/b"),
    path=st.just("export"),
    outcome=st.sampled_from(Outcome),
    reason=st.sampled_from(["", "x"]),
    facts=st.dictionaries(
        st.sampled_from(["graphs", "y"]), st.sampled_from([0, 1, True, 1.0, None, [], {}]), max_size=2
    ),
    artifacts=st.lists(
        st.builds(
            Artifact,
            st.sampled_from(["g.code", "g.graph", "g.values", "g.guards", "h.graph", "odd", "."]),
            texts,
        ),
        max_size=4,
    ).map(tuple),
    source=st.sampled_from(["", "s"]),
    rules=st.integers(1, 3),
)


@given(records, records)
def test_there_is_no_drift_exactly_when_records_are_equal_apart_from_their_source(
    one: Any, other: Any
) -> None:
    other_way = compare(other, one)
    drift = compare(one, other)
    equal = replace(one, source="") == replace(other, source="") and repr(sorted(one.facts.items())) == repr(
        sorted(other.facts.items())
    )
    assert (drift is None) == equal == (other_way is None)
    if drift:
        assert drift.edits
        assert list(drift.edits) == sorted(drift.edits, key=lambda edit: edit.kind, reverse=True)


def test_a_symbol_that_facts_alone_name_otherwise_is_a_spelling_of_facts() -> None:
    old, new = (
        replace(GOLDEN, facts={"symbols": {"program": {name: ["%x.size()[0]"]}}}) for name in ("s0", "s1")
    )
    drift = compare(old, new)
    assert drift is not None
    assert [(edit.kind, edit.where) for edit in drift.edits] == [(DriftClass.SPELLING, "facts")]
