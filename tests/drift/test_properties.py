"""What holds of every drift: on all goldens of this repository, and on any renaming or order of them."""

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.records import Record
from tests.drift.labelled.everywhere import (
    aliased_before_the_output,
    attribute_called,
    by_key,
    guards_called,
    newest,
    retargeted,
    shuffled,
    with_graphs,
)
from tests.drift.labelled.pair import Pair
from tests.drift.labelled.pairs import PAIRS
from tests.drift.labelled.records import Mutation, rename, tables, with_table

CASES = sorted({case for case, _ in by_key()})
WITH_GRAPHS = list(with_graphs())
# Where names of inputs are the very change, other names are another change; where inputs were renamed beside
# it, how alike their names are tells which is which, and others may tell otherwise.
_ABOUT_NAMES = (
    "exchanged by name",
    "under a name",
    "names exchanged",
    "another node, and all are renamed",
    "decomposed and all renamed",
    "added and the others renamed",
)
NAMED_ALIKE = [
    pair
    for pair in PAIRS
    if pair.kind and pair.kind >= DriftClass.VALUES and tables(pair.golden)
    if not any(words in pair.name for words in _ABOUT_NAMES)
]
STEMS = ("a", "x", "add", "getitem", "arg0", "_tensor", "view_default", "n")
NUMBERING = ("arg0",)
"""Names that only number an input: operands that were exchanged are then inputs that were."""


@st.composite
def renamings(draw: st.DrawFn, *records: Record, leave_out: Collection[str] = ()) -> Mutation:
    """Give a renaming of all nodes of some records: any names, none twice."""
    names = {node.name for record in records for table in tables(record).values() for node in table.nodes}
    some = st.sampled_from([stem for stem in STEMS if stem not in leave_out])
    stems = draw(st.lists(some, min_size=len(names), max_size=len(names)))
    numbers = draw(st.permutations(range(len(names))))
    new = {
        name: f"{stem}_{number + 1}" for name, stem, number in zip(sorted(names), stems, numbers, strict=True)
    }
    return rename(lambda node: new[node.name])


@settings(max_examples=200)
@given(st.data())
def test_any_renaming_of_all_nodes_of_any_golden_is_renamed(data: st.DataObject) -> None:
    golden = data.draw(st.sampled_from(WITH_GRAPHS))
    record = data.draw(renamings(golden))(golden)
    drift = compare(golden, record)
    assert (drift and drift.kind) == (None if record == golden else DriftClass.RENAMED)


@settings(max_examples=200)
@given(st.data())
def test_an_order_that_neither_dataflow_nor_effects_forbid_is_reordered(data: st.DataObject) -> None:
    golden = data.draw(st.sampled_from(WITH_GRAPHS))
    record = golden
    for name, table in tables(golden).items():
        other = shuffled(table, lambda below: data.draw(st.integers(0, below - 1)))
        record = with_table(record, name, other, {})
    drift = compare(golden, record)
    assert (drift is None) == (record == golden)
    assert drift is None or drift.kind in (DriftClass.REORDERED, DriftClass.RENAMED)


@settings(max_examples=200)
@given(st.data())
def test_a_fingerprint_holds_no_names(data: st.DataObject) -> None:
    pair: Pair = data.draw(st.sampled_from(NAMED_ALIKE))
    leave_out = NUMBERING if pair.name == "operands exchanged" else ()
    renaming = data.draw(renamings(pair.golden, pair.record, leave_out=leave_out))
    drift = compare(pair.golden, pair.record)
    again = compare(renaming(pair.golden), renaming(pair.record))
    assert drift is not None
    assert again is not None
    assert again.kind is drift.kind
    assert again.fingerprint == drift.fingerprint


def test_operands_exchanged_of_inputs_that_are_only_numbered_are_inputs_that_were() -> None:
    (pair,) = (pair for pair in PAIRS if pair.name == "operands exchanged")
    numbered = rename(lambda node: {"a": "arg0_1", "b": "arg1_1"}.get(node.name, node.name))
    drift = compare(numbered(pair.golden), numbered(pair.record))
    assert drift is not None
    assert drift.kind is DriftClass.INTERFACE


@pytest.mark.parametrize("case", CASES)
def test_any_two_versions_of_a_golden_compare_alike_in_both_directions(case: str) -> None:
    for key, records in by_key().items():
        if key[0] != case:
            continue
        for golden, record in combinations(records, 2):
            forth, back = compare(golden, record), compare(record, golden)
            assert (forth is None) == (golden == replace(record, source=golden.source)), key
            assert (forth and forth.kind) is (back and back.kind), key


def test_a_golden_does_not_drift_from_itself() -> None:
    drifted = [
        key
        for key, records in by_key().items()
        for record in records
        if compare(record, replace(record, source="other"))
    ]
    assert drifted == []


@pytest.mark.parametrize(
    ("change", "graph", "kind"),
    [
        pytest.param(guards_called, "module", DriftClass.OPERATORS, id="guards called in every module"),
        pytest.param(
            attribute_called, "module", DriftClass.OPERATORS, id="an attribute called in every module"
        ),
        pytest.param(
            aliased_before_the_output, None, DriftClass.OPERATORS, id="an alias before every output"
        ),
        pytest.param(
            retargeted("torch.ops.aten.view.default", "torch.ops.aten._unsafe_view.default"),
            None,
            DriftClass.OPERATORS,
            id="view became _unsafe_view",
        ),
        pytest.param(
            retargeted("torch.ops.aten.add.Tensor", "torch.ops.aten.add.Scalar"),
            None,
            DriftClass.OPERATORS,
            id="another overload of add",
        ),
        pytest.param(
            rename(lambda node: node.name if node.op == "placeholder" else f"{node.name}_9"),
            None,
            DriftClass.RENAMED,
            id="every name with another suffix",
        ),
    ],
)
def test_one_upstream_change_in_many_goldens_is_one_cluster(
    change: Mutation, graph: str | None, kind: DriftClass
) -> None:
    drifts = [drift for golden in newest(graph) if (drift := compare(golden, change(golden)))]
    clusters = find_clusters(drifts)
    assert len(drifts) > 10
    assert [cluster.kind for cluster in clusters] == [kind], [
        (len(cluster.drifts), [edit.trace for edit in cluster.edits]) for cluster in clusters
    ]
