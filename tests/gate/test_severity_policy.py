"""A project's own severities and ignore rules are read strictly, and judge just the edits that they name."""

from pathlib import Path

import pytest
import tomllib
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project
from graph_goldens.gate.severity_policy import NO_POLICY, SeverityPolicy, read_policy
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
    judged = policy(f'severity.guards = {{ severity = "cosmetic", {WHY} }}').judge(drift(GUARDS))
    assert (judged.severity, judged.kind) == (COSMETIC, DriftClass.GUARDS)
    assert [edit.judgement and edit.judgement.because for edit in judged.edits] == ["seen"]


def test_a_drift_matters_where_one_of_its_edits_does_and_has_that_edit_s_class() -> None:
    rules = policy(f'severity.operators = {{ severity = "cosmetic", {WHY} }}')
    judged = rules.judge(drift(OPERATORS, GUARDS))
    assert (judged.severity, judged.kind) == (SEMANTIC, DriftClass.GUARDS)
    assert [edit.kind for edit in judged.telling] == [DriftClass.GUARDS]


def test_a_class_can_be_made_semantic_too() -> None:
    rules = policy(f'severity.renamed = {{ severity = "semantic", {WHY} }}')
    assert rules.judge(drift(RENAMED)).severity is SEMANTIC


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
    own = policy(f'severity.own = {{ {says}, severity = "cosmetic", {WHY} }}').judge(drift(OPERATORS))
    assert own.severity is (COSMETIC if fits else SEMANTIC)
    assert policy(f"ignore.own = {{ {says}, {WHY} }}").ignores(drift(OPERATORS)) is fits


def test_the_first_rule_that_fits_holds() -> None:
    first = f'mine = {{ cases = ["pack/case"], severity = "semantic", {WHY} }}'
    second = f'guards = {{ severity = "cosmetic", {WHY} }}'
    assert policy(f"[severity]\n{first}\n{second}").judge(drift(GUARDS)).severity is SEMANTIC
    assert policy(f"[severity]\n{second}\n{first}").judge(drift(GUARDS)).severity is COSMETIC


def test_what_is_ignored_is_taken_out_of_a_drift_that_has_other_edits() -> None:
    rules = policy(f'ignore.ours = {{ artifacts = ["*.guards"], {WHY} }}')
    judged = rules.judge(drift(OPERATORS, GUARDS))
    assert [edit.kind for edit in judged.edits] == [DriftClass.OPERATORS]
    assert [edit.kind for edit in judged.ignored] == [DriftClass.GUARDS]
    assert not rules.ignores(drift(OPERATORS, GUARDS))


def test_a_cluster_matters_where_one_of_its_drifts_does() -> None:
    found = compare(SIN, COS)
    assert found is not None
    rules = policy(f'severity.here = {{ cases = ["pack/case"], severity = "cosmetic", {WHY} }}')
    (mixed,), (mild,) = find_clusters([rules.judge(found), found]), find_clusters([rules.judge(found)])
    assert (mixed.severity, mild.severity) == (SEMANTIC, COSMETIC)
    assert mixed.fingerprint == mild.fingerprint


@given(st.sets(st.sampled_from(DriftClass), min_size=1), st.sets(st.sampled_from(DriftClass), min_size=1))
def test_no_rule_about_other_classes_changes_a_drift(kinds: set[DriftClass], named: set[DriftClass]) -> None:
    whole = drift(*((kind, "g") for kind in kinds))
    classes = ", ".join(f'"{kind.value}"' for kind in named)
    rules = policy(f"ignore.own = {{ classes = [{classes}], {WHY} }}")
    judged = rules.judge(whole)
    assert {edit.kind for edit in judged.edits} == (kinds - named or kinds)
    assert {edit.kind for edit in judged.ignored} == kinds & named
    assert NO_POLICY.judge(whole) is whole


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('severity = "cosmetic"', r"\[tool.goldens.severity\] is not a table of rules"),
        ('severity.guards = "cosmetic"', r"`guards` in .* is not a table such as { severity = "),
        ('severity.guards = { severity = "cosmetic" }', r"`guards` in .* gives no reason; add because"),
        ('severity.guards = { severity = "cosmetic", because = " " }', "gives no reason"),
        ('ignore.own = { paths = ["export"] }', r"`own` in \[tool.goldens.ignore\] gives no reason"),
        (f"severity.guards = {{ {WHY} }}", "`severity` of `guards` .* is not one of cosmetic, semantic"),
        (f'severity.guards = {{ severity = "mild", {WHY} }}', "is not one of cosmetic, semantic"),
        (f'severity.guard = {{ severity = "cosmetic", {WHY} }}', "`guard` .* would be about everything"),
        (f"ignore.own = {{ {WHY} }}", "`own` .* would be about everything; say classes, paths"),
        (f'ignore.own = {{ path = ["export"], {WHY} }}', "`path` of `own` .* did you mean `paths`"),
        (f'ignore.own = {{ severity = "cosmetic", {WHY} }}', "`severity` of `own` .* means nothing"),
        (f'ignore.own = {{ paths = "export", {WHY} }}', "`paths` of `own` .* is not a list of texts"),
        (f"ignore.own = {{ paths = [], {WHY} }}", "`paths` of `own` .* is empty, so nothing would fit"),
        (f'ignore.own = {{ classes = ["guard"], {WHY} }}', "'guard' of .* did you mean `guards`"),
        (f'ignore.own = {{ says = "(", {WHY} }}', "`says` of `own` .* is not a regular expression"),
        (f'ignore."<b>" = {{ paths = ["export"], {WHY} }}', "is not a name of letters, digits"),
    ],
)
def test_a_mistake_in_a_rule_is_told_in_a_sentence(settings: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text(f"[tool.goldens]\n{settings}\n")
    with pytest.raises(UserError, match=sentence):
        find_project(tmp_path)
