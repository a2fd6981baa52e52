"""What there is to tell of a night: what nobody was told yet, and nothing twice."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from graph_goldens.drift.clusters import Cluster, find_clusters
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.nights.night import DriftMark, NightLook, list_marks, mark_changes
from graph_goldens.nights.night_state import Told, join_marks
from graph_goldens.runs.verdict import Finding, Verdict

_IDENTITY_LENGTH = 16


@dataclass(frozen=True)
class News:
    """What is told of a night.

    Attributes:
        clusters: drifts that nobody was told of, by the changes that lead them.
        troubles: what else is wrong that nobody was told of.
        new: the marks of both.
        back: those of them that were told to be gone before.
        gone: what was told and is gone.
        ending: decisions that end soon.
        over: decisions whose last day has passed while their drift shows.
        settled: decisions of which something no longer shows.
        failure: why the night could not be looked at; empty where it could.
        decisions: names of the decisions above, each with what is told of it.
        number: how many messages there were before.
    """

    clusters: tuple[Cluster, ...] = ()
    troubles: tuple[Verdict, ...] = ()
    new: tuple[DriftMark, ...] = ()
    back: tuple[DriftMark, ...] = ()
    gone: tuple[DriftMark, ...] = ()
    ending: tuple[KnownDrift, ...] = ()
    over: tuple[KnownDrift, ...] = ()
    settled: tuple[KnownDrift, ...] = ()
    failure: str = ""
    decisions: tuple[tuple[str, str], ...] = ()
    number: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.new or self.gone or self.decisions or self.failure)

    @property
    def identity(self) -> str:
        """What names the message: the same each time it is sent, so that a reader can drop a repeat."""
        told = [self.number, self.new, self.back, self.gone, self.decisions, self.failure]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_IDENTITY_LENGTH]


def find_news(look: NightLook, told: Told) -> News:
    """Find what is to be told of a night."""
    standing = look.result.known
    decisions = {
        "ending": standing.ending,
        "over": standing.over,
        "gone": tuple(each.known for each in standing.gone),
    }
    fresh = {kind: _leave_untold(kind, known, told.decisions) for kind, known in decisions.items()}
    over = {(*key, known.change) for known in standing.over for key in known.records}
    known_marks = {*told.drifts, *over}
    new = tuple(mark for mark in look.night.new if mark not in known_marks)
    shown = {*look.night.new, *look.night.known}
    return News(
        clusters=_find_clusters(look.result.verdicts, set(new)),
        troubles=tuple(each for each in look.result.verdicts if each.drift is None and _has_any(each, new)),
        new=new,
        back=tuple(mark for mark in new if mark in set(told.gone)),
        gone=tuple(mark for mark in told.drifts if mark not in shown and look.tells_of(mark)),
        ending=fresh["ending"],
        over=fresh["over"],
        settled=fresh["gone"],
        decisions=tuple((kind, known.name) for kind, found in fresh.items() for known in found),
        number=told.messages,
    )


def _leave_untold(
    kind: str, known: Sequence[KnownDrift], told: Collection[tuple[str, str]]
) -> tuple[KnownDrift, ...]:
    return tuple(each for each in known if (kind, each.name) not in told)


def _has_any(verdict: Verdict, marks: Iterable[DriftMark]) -> bool:
    return not set(list_marks(verdict)).isdisjoint(marks)


def _find_clusters(verdicts: Iterable[Verdict], new: Collection[DriftMark]) -> tuple[Cluster, ...]:
    """Put the drifts that hold something new under their changes, led by what is new in them."""
    drifts = []
    for verdict in verdicts:
        if verdict.drift and verdict.finding is Finding.DRIFTED and _has_any(verdict, new):
            old = frozenset(mark[2] for mark in mark_changes(verdict.drift) if mark not in new)
            drifts.append(replace(verdict.drift, known=verdict.drift.known | old))
    return find_clusters(drifts)


def find_failure_news(failure: str, told: Told) -> News:
    """Find what is to be told of a night that could not be looked at: its failure, once."""
    return News(failure="" if failure == told.failure else failure, number=told.messages)


def remember(told: Told, news: News, look: NightLook | None) -> Told:
    """Return what was told, once these news were told too."""
    if look is None:
        return replace(told, failure=news.failure or told.failure, messages=told.messages + 1)
    shown = {*look.night.new, *look.night.known}
    over = [(*key, known.change) for known in look.result.known.over for key in known.records]
    drifts = join_marks(told.drifts, news.new, [mark for mark in over if mark in shown])
    return Told(
        drifts=tuple(mark for mark in drifts if mark not in set(news.gone)),
        gone=join_marks((mark for mark in told.gone if mark not in set(news.new)), news.gone),
        decisions=tuple(dict.fromkeys((*told.decisions, *news.decisions))),
        messages=told.messages + (not news.empty),
    )
