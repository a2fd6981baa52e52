"""Read what a project says about the severity of its drifts and does not look at, each with a reason.

    [tool.goldens.severity]
    guards = { severity = "cosmetic", because = "every start compiles anew" }
    inductor = { paths = ["compile-inductor"], classes = ["operators"], severity = "cosmetic", because = "…" }

    [tool.goldens.ignore]
    build-stamp = { cases = ["vision/*"], artifacts = ["*.code"], says = "stamp_\\d+", because = "…" }

A rule is about the edits that fit all that it says: a list by any of its items, an item as a pattern of the
shell. A rule of severity that is called after a class and names none is about that class. Of the rules that
fit an edit the first holds, and those that ignore come before those of severity.
"""

import re
from collections.abc import Mapping, Sequence

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.errors import UserError
from graph_goldens.gate.policy_rules import IGNORE, SEVERITY, PolicyRule, SeverityPolicy
from graph_goldens.words import suggest_name

_LISTS = ("classes", "paths", "cases", "artifacts")
_FIELDS = {
    SEVERITY: (*_LISTS, "says", "severity", "because"),
    IGNORE: (*_LISTS, "says", "because"),
}
_CLASSES = tuple(kind.value for kind in DriftClass)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SEVERITIES = tuple(severity.value for severity in Severity)


def read_policy(table: Mapping[str, object]) -> SeverityPolicy:
    """Read the rules in a project's settings.

    Raises:
        UserError: a rule is not one, gives no reason, or would be about everything.
    """
    rules = [
        _read_rule(kind, name, settings)
        for kind in (IGNORE, SEVERITY)
        for name, settings in _read_table(table, kind).items()
    ]
    return SeverityPolicy(tuple(rules))


def _read_table(table: Mapping[str, object], kind: str) -> Mapping[str, object]:
    found = table.get(kind, {})
    if not isinstance(found, dict):
        raise UserError(f"[tool.goldens.{kind}] is not a table of rules, each under a name")
    return found


def _read_rule(kind: str, name: str, settings: object) -> PolicyRule:
    where = f"`{name}` in [tool.goldens.{kind}]"
    if not _NAME.fullmatch(name):
        raise UserError(f"{where} is not a name of letters, digits, `-` and `_`; reports name rules")
    if not isinstance(settings, dict):
        raise UserError(f"{where} is not a table such as {_EXAMPLES[kind]}")
    for field in sorted(settings.keys() - set(_FIELDS[kind])):
        raise UserError(f"`{field}` of {where} means nothing; {suggest_name(field, _FIELDS[kind])}")
    lists = {field: _read_patterns(settings, field, where) for field in _LISTS}
    if kind == SEVERITY and name in _CLASSES and not lists["classes"]:
        lists["classes"] = (name,)
    for word in set(lists["classes"]) - set(_CLASSES):
        raise UserError(f"{word!r} of {where} is not a class of drift; {suggest_name(word, _CLASSES)}")
    says = _read_pattern(settings, where)
    if says is None and not any(lists.values()):
        raise UserError(f"{where} would be about everything; say {', '.join(_LISTS)} or says")
    because = _read_reason(settings, where)
    severity = _read_severity(settings, where) if kind == SEVERITY else ""
    return PolicyRule(name, because, severity, **lists, says=says)


_EXAMPLES = {
    SEVERITY: '{ severity = "cosmetic", because = "…" }',
    IGNORE: '{ artifacts = ["*.guards"], because = "…" }',
}


def _read_patterns(settings: Mapping[str, object], field: str, where: str) -> Sequence[str]:
    value = settings.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise UserError(f"`{field}` of {where} is not a list of texts")
    if field in settings and not value:
        raise UserError(f"`{field}` of {where} is empty, so nothing would fit it; leave it out or fill it")
    return tuple(value)


def _read_pattern(settings: Mapping[str, object], where: str) -> re.Pattern[str] | None:
    value = settings.get("says")
    if value is None:
        return None
    try:
        return re.compile(value) if isinstance(value, str) and value else _refuse_pattern(where, "no text")
    except re.error as error:
        return _refuse_pattern(where, str(error))


def _refuse_pattern(where: str, problem: str) -> re.Pattern[str]:
    raise UserError(f"`says` of {where} is not a regular expression: {problem}")


def _read_reason(settings: Mapping[str, object], where: str) -> str:
    because = settings.get("because")
    if not isinstance(because, str) or not because.strip():
        raise UserError(f'{where} gives no reason; add because = "…"')
    return because.strip()


def _read_severity(settings: Mapping[str, object], where: str) -> str:
    severity = settings.get(SEVERITY)
    if not isinstance(severity, str) or severity not in _SEVERITIES:
        raise UserError(f"`severity` of {where} is not one of {', '.join(_SEVERITIES)}")
    return severity
