"""How many drifts count otherwise, or not at all, by a project's own rules: every summary says it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.drift.classes import Severity, find_severest
from graph_goldens.drift.drift import Drift, Edit, Judgement
from graph_goldens.records import Json
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.words import format_count

_LOOKED_AT = (Finding.DRIFTED, Finding.KNOWN, Finding.IGNORED)


@dataclass(frozen=True)
class LetThrough:
    """Drifts that the rules of one table judge alike.

    Attributes:
        severity: what they are by the rules; None where they are ignored.
        whole: whether that decides how the drift counts; else the rules are about some of its edits alone.
        drifts: how many drifts there are.
        rules: in how many of them each rule says so, the most frequent first.
    """

    severity: Severity | None
    whole: bool
    drifts: int
    rules: Mapping[Judgement, int]

    @property
    def sentence(self) -> str:
        """What they are by which rules: `4 drifts are cosmetic by [tool.goldens.severity]: guards`."""
        table = "severity" if self.severity else "ignore"
        kind = self.severity.value if self.severity else "ignored"
        drifts = format_count(self.drifts, "drift")
        one = self.whole and self.drifts == 1
        subject = f"{drifts} {'is' if one else 'are'}" if self.whole else f"edits in {drifts} are"
        return f"{subject} {kind} by [tool.goldens.{table}]: {self._name_rules()}"

    def _name_rules(self) -> str:
        if len(self.rules) == 1:
            return next(iter(self.rules)).rule
        return ", ".join(f"{judgement.rule} {count:,}" for judgement, count in self.rules.items())


def find_let_through(verdicts: Iterable[Verdict]) -> tuple[LetThrough, ...]:
    """Count what the project's rules decide, what is ignored first."""
    found: dict[tuple[Severity | None, bool], list[set[Judgement]]] = {}
    for verdict in verdicts:
        if verdict.drift and verdict.finding in _LOOKED_AT:
            for severity, whole, judgements in _list_judged(verdict.drift, verdict.finding):
                found.setdefault((severity, whole), []).append(judgements)
    return tuple(_count(*found[key], severity=key[0], whole=key[1]) for key in _ORDER if key in found)


_ORDER = [(severity, whole) for severity in (None, *Severity) for whole in (True, False)]


def _list_judged(drift: Drift, finding: Finding) -> Iterator[tuple[Severity | None, bool, set[Judgement]]]:
    """Yield which rules ignore something of a drift, and which give its edits another severity."""
    if ignoring := _list_judgements(drift.ignored):
        yield None, finding is Finding.IGNORED, ignoring
    if finding is Finding.IGNORED:
        return
    by_class = find_severest(edit.kind.severity for edit in drift.edits)
    for severity in Severity:
        changed = [each for each in drift.edits if each.severity is severity is not each.kind.severity]
        if judgements := _list_judgements(changed):
            yield severity, drift.severity is severity is not by_class, judgements


def _list_judgements(edits: Sequence[Edit]) -> set[Judgement]:
    return {edit.judgement for edit in edits if edit.judgement}


def _count(*judged: set[Judgement], severity: Severity | None, whole: bool) -> LetThrough:
    counts = Counter(judgement for each in judged for judgement in each)
    rules = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].rule))
    return LetThrough(severity, whole, len(judged), dict(rules))


def encode_let_through(found: LetThrough) -> dict[str, Json]:
    """Encode what rules decide, with their reasons."""
    return {
        "severity": found.severity.value if found.severity else "ignored",
        "whole": found.whole,
        "drifts": found.drifts,
        "rules": [
            {"rule": judgement.rule, "drifts": count, "because": judgement.because}
            for judgement, count in found.rules.items()
        ],
        "sentence": found.sentence,
    }
