"""Counts of a run, from which every report takes its numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.cases.path_rows import FACTS_PATH
from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.clusters import Cluster, find_clusters
from graph_goldens.drift.drift import Drift
from graph_goldens.records import Outcome
from graph_goldens.report.let_through import LetThrough, find_let_through
from graph_goldens.runs.verdict import Finding, Verdict


@dataclass(frozen=True)
class Summary:
    """The numbers of a run.

    Attributes:
        cases: number of cases.
        paths: number of tracing paths; `facts` of cases without a program counts where there is no other.
        records: number of records.
        graphs: number of captured graphs.
        outcomes: records by outcome; those that were not captured have none.
        findings: records by what was found about them, each under one finding.
        classes: drifted records by the class of their drift.
        clusters: the drifts by the changes that lead them, the worst first.
        let_through: what counts otherwise, or not at all, by the project's own rules.
    """

    cases: int
    paths: int
    records: int
    graphs: int
    outcomes: Mapping[Outcome, int]
    findings: Mapping[Finding, int]
    classes: Mapping[DriftClass, int]
    clusters: tuple[Cluster, ...]
    let_through: tuple[LetThrough, ...] = ()


def summarise(verdicts: Sequence[Verdict]) -> Summary:
    """Count what a run found."""
    records = [verdict.record for verdict in verdicts]
    captured = [verdict.record for verdict in verdicts if verdict.finding is not Finding.FAULT]
    return Summary(
        cases=len({record.case for record in records}),
        paths=_count_paths(record.path for record in records),
        records=len(records),
        graphs=sum(artifact.name.endswith(".graph") for record in captured for artifact in record.artifacts),
        outcomes=Counter(record.outcome for record in captured),
        findings=Counter(verdict.finding for verdict in verdicts),
        classes=Counter(drift.kind for drift in list_drifts(verdicts)),
        clusters=find_clusters(list_drifts(verdicts)),
        let_through=find_let_through(verdicts),
    )


def _count_paths(paths: Iterable[str]) -> int:
    """Count tracing paths; `facts` is one only where there is no other."""
    found = set(paths)
    return len(found - {FACTS_PATH}) or len(found)


def describe_outcome(outcome: Outcome) -> str:
    """Say how many records ended so, after their number: `3 with graphs`."""
    match outcome:
        case Outcome.GRAPHS:
            return "with graphs"
        case Outcome.TEXTS:
            return "with texts alone"
        case Outcome.NOTHING_CAPTURED:
            return "nothing captured"
        case Outcome.ERROR:
            return "errors"
        case Outcome.UNAVAILABLE:
            return "unavailable"
        case Outcome.CRASH:
            return "crashes"
        case Outcome.TIMEOUT:
            return "timeouts"


def list_drifts(verdicts: Iterable[Verdict]) -> list[Drift]:
    """List the drifts that count: a record that breaks a claim or is not reproducible is not a drift."""
    return [verdict.drift for verdict in verdicts if verdict.drift and verdict.finding is Finding.DRIFTED]
