"""Judge drifts by what a project says about their severity, and take out what it does not look at."""

from collections.abc import Collection
from dataclasses import replace
from fnmatch import fnmatchcase

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.drift import Drift, Edit, Judgement
from graph_goldens.gate.policy_rules import PolicyRule, SeverityPolicy
from graph_goldens.goldens.comparison import Comparison
from graph_goldens.goldens.history import History


def judge_drift(policy: SeverityPolicy, drift: Drift) -> Drift:
    """Judge the edits of a drift; those that are ignored are taken out, unless all of them are."""
    if not policy.rules:
        return drift
    judged = [_judge_edit(policy, drift, edit) for edit in drift.edits]
    ignored = tuple(edit for edit in judged if _is_ignored(edit))
    left = tuple(edit for edit in judged if not _is_ignored(edit))
    return replace(drift, edits=left or ignored, ignored=ignored)


def judge_history(policy: SeverityPolicy, history: History) -> History:
    """Judge the drifts of a golden's history."""
    if not policy.rules:
        return history
    steps = tuple(replace(step, drift=judge_drift(policy, step.drift)) for step in history.steps)
    return replace(history, steps=steps)


def judge_comparison(policy: SeverityPolicy, compared: Comparison) -> Comparison:
    """Judge the drifts between what two versions resolve to."""
    differences = tuple(
        replace(each, drift=judge_drift(policy, each.drift)) if each.drift else each
        for each in compared.differences
    )
    return replace(compared, differences=differences)


def is_all_ignored(policy: SeverityPolicy, drift: Drift) -> bool:
    """Whether a project's rules ignore all of a drift."""
    judged = judge_drift(policy, drift)
    return judged.ignored == judged.edits


def _judge_edit(policy: SeverityPolicy, drift: Drift, edit: Edit) -> Edit:
    rule = next((rule for rule in policy.rules if _fits(rule, drift, edit)), None)
    if rule is None:
        return edit
    severity = Severity(rule.severity) if rule.severity else None
    return replace(edit, judgement=Judgement(severity, rule.name, rule.because))


def _is_ignored(edit: Edit) -> bool:
    return edit.judgement is not None and edit.judgement.ignores


def _fits(rule: PolicyRule, drift: Drift, edit: Edit) -> bool:
    """Whether a rule is about an edit."""
    named = (
        (rule.classes, edit.kind.value),
        (rule.paths, drift.path),
        (rule.cases, drift.case),
        (rule.artifacts, edit.where),
    )
    if not all(_fits_any(patterns, name) for patterns, name in named):
        return False
    return rule.says is None or rule.says.search(edit.sentence) is not None


def _fits_any(patterns: Collection[str], name: str) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
