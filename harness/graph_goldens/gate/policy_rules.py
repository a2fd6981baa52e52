"""The rules that a project has about its drifts, as its settings hold them; light, for all commands."""

import re
from collections.abc import Collection
from dataclasses import dataclass

SEVERITY, IGNORE = "severity", "ignore"


@dataclass(frozen=True)
class PolicyRule:
    """Which edits a project judges by itself, and how.

    Attributes:
        name: the rule's name.
        because: why the project says so.
        severity: the word for whether they matter; empty where they are ignored.
        classes: the classes of drift, by name; all where empty, as below.
        paths: patterns of tracing paths.
        cases: patterns of cases' full names.
        artifacts: patterns of what an edit changes: an artifact's or a graph's name, a fact's as
            `facts.graphs`, or `outcome`.
        says: what the edit's sentence holds.
    """

    name: str
    because: str
    severity: str
    classes: Collection[str] = ()
    paths: Collection[str] = ()
    cases: Collection[str] = ()
    artifacts: Collection[str] = ()
    says: re.Pattern[str] | None = None


@dataclass(frozen=True)
class SeverityPolicy:
    """The rules of a project, in their order, those that ignore first; none where it has no such table."""

    rules: tuple[PolicyRule, ...] = ()


NO_POLICY = SeverityPolicy()
