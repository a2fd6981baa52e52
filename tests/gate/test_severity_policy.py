"""A project's own severities and ignore rules judge just the edits that they name."""

import pytest
import tomllib
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.gate.policy_rules import NO_POLICY, SeverityPolicy
from graph_goldens.gate.policy_settings import read_policy
from graph_goldens.gate.severity_policy import is_all_ignored, judge_drift
from tests.drift.building import chain, record

WHY = 'because = "seen"'
SIN, COS = record(chain("aten.sin.default")), record(chain("aten.cos.default"))
COSMETIC, SEMANTIC = Severity.COSMETIC, Severity.SEMANTIC


def policy(text: str) -> SeverityPolicy:
    return read_policy(tomllib.loads(text))


def drift(*edits: tuple[DriftClass, str]) -> Drift:
    """Make a drift of pack/case by export of edits of some classes and places."""
    made = (Edit(kind, where, f"{where} changed") for kind, where in edits)
    return Drift(SIN, COS, tuple(sorted(made, key=lambda edit: edit.kind, reverse=True)))


GUARDS = (DriftClass.GUARDS, "frame0.guards")
OPERATORS = (DriftClass.OPERATORS, "frame0")
RENAMED = (DriftClass.RENAMED, "frame0")


def test_a_class_is_cosmetic_where_the_project_says_so() -> None:
    judged = judge_drift(policy(f'severity.guards = {{ severity = "cosmetic", {WHY} }}'), drift(GUARDS))
    assert (judged.severity, judged.kind) == (COSMETIC, DriftClass.GUARDS)
    assert [edit.judgement and edit.judgement.because for edit in judged.edits] == ["seen"]


def test_a_drift_matters_where_one_of_its_edits_does_and_has_that_edit_s_class() -> None:
    rules = policy(f'severity.operators = {{ severity = "cosmetic", {WHY} }}')
    judged = judge_drift(rules, drift(OPERATORS, GUARDS))
    assert (judged.severity, judged.kind) == (SEMANTIC, DriftClass.GUARDS)
    assert [edit.kind for edit in judged.telling] == [DriftClass.GUARDS]


def test_a_class_can_be_made_semantic_too() -> None:
    rules = policy(f'severity.renamed = {{ severity = "semantic", {WHY} }}')
    assert judge_drift(rules, drift(RENAMED)).severity is SEMANTIC


@pytest.mark.parametrize(
    ("says", "fits"),
    [
        ('classes = ["guards", "operators"]', True),
        ('classes = ["renamed"]', False),
        ('paths = ["compile-*", "exp*"]', True),
        ('paths = ["compile-*"]', False),
        ('cases = ["pack/*"]', True),
        ('cases = ["pack"]', False),
        ('artifacts = ["frame0"]', True),
        ('artifacts = ["*.guards"]', False),
        ('says = "frame\\\\d changed"', True),
        ('says = "frame\\\\d$"', False),
        ('cases = ["pack/*"], paths = ["make-fx"]', False),
    ],
)
def test_a_rule_is_about_the_edits_that_fit_all_that_it_says(says: str, fits: bool) -> None:
    rules = policy(f'severity.own = {{ {says}, severity = "cosmetic", {WHY} }}')
    assert judge_drift(rules, drift(OPERATORS)).severity is (COSMETIC if fits else SEMANTIC)
    ignoring = policy(f"ignore.own = {{ {says}, {WHY} }}")
    assert is_all_ignored(ignoring, drift(OPERATORS)) is fits


def test_the_first_rule_that_fits_holds() -> None:
    first = f'mine = {{ cases = ["pack/case"], severity = "semantic", {WHY} }}'
    second = f'guards = {{ severity = "cosmetic", {WHY} }}'
    mine_first = policy(f"[severity]\n{first}\n{second}")
    class_first = policy(f"[severity]\n{second}\n{first}")
    assert judge_drift(mine_first, drift(GUARDS)).severity is SEMANTIC
    assert judge_drift(class_first, drift(GUARDS)).severity is COSMETIC


def test_what_is_ignored_is_taken_out_of_a_drift_that_has_other_edits() -> None:
    rules = policy(f'ignore.ours = {{ artifacts = ["*.guards"], {WHY} }}')
    judged = judge_drift(rules, drift(OPERATORS, GUARDS))
    assert [edit.kind for edit in judged.edits] == [DriftClass.OPERATORS]
    assert [edit.kind for edit in judged.ignored] == [DriftClass.GUARDS]
    assert not is_all_ignored(rules, drift(OPERATORS, GUARDS))


def test_a_cluster_matters_where_one_of_its_drifts_does() -> None:
    found = compare(SIN, COS)
    assert found is not None
    rules = policy(f'severity.here = {{ cases = ["pack/case"], severity = "cosmetic", {WHY} }}')
    judged = judge_drift(rules, found)
    (mixed,), (mild,) = find_clusters([judged, found]), find_clusters([judged])
    assert (mixed.severity, mild.severity) == (SEMANTIC, COSMETIC)
    assert mixed.fingerprint == mild.fingerprint


@given(st.sets(st.sampled_from(DriftClass), min_size=1), st.sets(st.sampled_from(DriftClass), min_size=1))
def test_no_rule_about_other_classes_changes_a_drift(kinds: set[DriftClass], named: set[DriftClass]) -> None:
    whole = drift(*((kind, "g") for kind in kinds))
    classes = ", ".join(f'"{kind.value}"' for kind in named)
    rules = policy(f"ignore.own = {{ classes = [{classes}], {WHY} }}")
    judged = judge_drift(rules, whole)
    assert {edit.kind for edit in judged.edits} == (kinds - named or kinds)
    assert {edit.kind for edit in judged.ignored} == kinds & named
    assert judge_drift(NO_POLICY, whole) is whole
