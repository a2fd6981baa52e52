"""Decide that drift is known: exactly the changes that are meant, in the records that show them."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from packaging.version import Version

from graph_goldens.drift.drift import Change
from graph_goldens.errors import UserError
from graph_goldens.gate.known_matching import read_today
from graph_goldens.gate.project import Project
from graph_goldens.gate.write import GoldenWriter, Tell, open_writer
from graph_goldens.goldens.known_drift import KnownDrift, KnownKind, find_range
from graph_goldens.goldens.known_file import demand_address
from graph_goldens.goldens.known_folder import list_known
from graph_goldens.keys import Key
from graph_goldens.review.find_pending import Choice, choose, find_pending, find_saved_runs
from graph_goldens.runs.pending import Pending, PendingCluster, PendingRecord
from graph_goldens.runs.selection import Selection, select
from graph_goldens.versions import make_public

_Range = tuple[Version, Version | None]


@dataclass(frozen=True)
class TriageReason:
    """What a person says of something that is known.

    Attributes:
        because: why it is known and not accepted.
        issue: the address of an issue upstream; empty where there is none.
        owner: who sees to it; empty where nobody is named.
        until: the last day on which it is known; None where it has no end.
    """

    because: str
    issue: str = ""
    owner: str = ""
    until: datetime.date | None = None

    def demand_complete(self) -> None:
        """Refuse what gives no reason, is over already, or names an issue by no address.

        Raises:
            UserError: it is one of these.
        """
        if not self.because.strip():
            raise UserError('say why it is known and not accepted with --because "…"; everybody reads it')
        if self.until and self.until < read_today():
            raise UserError(f"--until {self.until} has passed; give today ({read_today()}) or a later day")
        demand_address(self.issue)


def read_day(text: str) -> datetime.date | None:
    """Read a day that a person typed; None where the text is empty.

    Raises:
        UserError: it is not a date.
    """
    try:
        return datetime.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise UserError(f"{text!r} is not a date; give one such as 2027-01-31") from None


def triage(project: Project, choice: Choice, reason: TriageReason, tell: Tell) -> list[KnownDrift]:
    """Write that the changes that lead some clusters are known, in every pending record that has them.

    Clusters that were rejected may be meant too, and those that are known: then this decision takes the
    place of the one before.

    Raises:
        UserError: one of the clusters is not pending or is no drift, or the reason is not complete; nothing
            is written then.
        ToolError: a decision cannot be written; those written before are whole.
    """
    pending = find_pending(project, choice.torch)
    both = replace(pending, offered=(*pending.offered, *pending.rejected))
    return triage_clusters(project, choose(both, choice), pending, reason, tell)


def triage_clusters(
    project: Project, clusters: Sequence[PendingCluster], pending: Pending, reason: TriageReason, tell: Tell
) -> list[KnownDrift]:
    """Do what `triage` does with clusters that were found before.

    Raises:
        UserError: a cluster is no drift, or the reason is not complete; nothing is written then.
        ToolError: a decision cannot be written; those written before are whole.
    """
    reason.demand_complete()
    saved = sorted({make_public(Version(torch)) for torch in pending.runs})
    decisions = [each for cluster in clusters for each in _decide(cluster, saved, reason)]
    return _write(project, decisions, tell)


def _decide(cluster: PendingCluster, saved: Sequence[Version], reason: TriageReason) -> Iterator[KnownDrift]:
    """Make a decision for each stretch of saved versions in which records show a cluster's leading change.

    A record that shows a form of it, such as another error instead, is known by that: nothing broader is.
    """
    if cluster.drifts is None:
        raise UserError(
            f"{cluster.fingerprint} is new, so it drifted from nothing; accept it, or mend {cluster.cases[0]}"
        )
    for change, records in _group_by_change(cluster):
        by_range: dict[_Range, list[Key]] = {}
        for key, versions in _group_versions(records).items():
            for stretch in _list_stretches(versions, saved):
                by_range.setdefault(stretch, []).append(key)
        for (first, last), keys in by_range.items():
            decision = _make_decision(KnownKind.DRIFT, keys, first, last, reason)
            says = change.own[0].sentence
            yield replace(decision, change=change.fingerprint, label=change.label, says=says)


def _group_by_change(cluster: PendingCluster) -> Iterable[tuple[Change, Sequence[PendingRecord]]]:
    """Group a cluster's records by the change of theirs that is the leading one, or a form of it."""
    found: dict[str, tuple[Change, list[PendingRecord]]] = {}
    for record in (*cluster.records, *cluster.sharing):
        if record.drift:
            own = record.drift.find_change(cluster.fingerprint)
            found.setdefault(own.fingerprint, (own, []))[1].append(record)
    return found.values()


def _make_decision(
    kind: KnownKind, keys: Iterable[Key], first: Version, last: Version | None, reason: TriageReason
) -> KnownDrift:
    return KnownDrift(
        kind=kind,
        records=tuple(sorted(set(keys))),
        because=reason.because.strip(),
        first=first,
        last=last,
        issue=reason.issue,
        owner=reason.owner.strip(),
        decided=read_today(),
        until=reason.until,
    )


def _group_versions(records: Iterable[PendingRecord]) -> Mapping[Key, set[Version]]:
    found: dict[Key, set[Version]] = {}
    for record in records:
        found.setdefault(record.key, set()).add(make_public(record.version))
    return found


def _list_stretches(versions: Collection[Version], saved: Sequence[Version]) -> Iterator[_Range]:
    """Yield ranges that hold some versions and no other saved one; a nightly's goes on to its release."""
    found = [(shows, list(group)) for shows, group in groupby(saved, key=versions.__contains__)]
    for shows, stretch in found:
        if shows:
            first, end = find_range(stretch)
            later = any(stretch[-1] < version <= end for version in saved)
            yield first, stretch[-1] if later else end


def triage_unstable(
    project: Project, selection: Selection, torch: Sequence[str], reason: TriageReason, tell: Tell
) -> list[KnownDrift]:
    """Write that records which came out differently in saved runs are not reproducible on purpose.

    Raises:
        UserError: no saved run found one of them not to be reproducible, or the reason is not complete.
        ToolError: the decision cannot be written.
    """
    reason.demand_complete()
    runs = find_saved_runs(project, torch)
    unstable = sorted({key for run in runs for key in run.unstable})
    if not unstable:
        raise UserError(
            "no saved run found a record that is not reproducible; `goldens check` looks for some"
        )
    keys = select(unstable, selection)
    first = min(make_public(run.version) for run in runs if run.unstable.intersection(keys))
    return _write(project, [_make_decision(KnownKind.NOT_REPRODUCIBLE, keys, first, None, reason)], tell)


def _write(project: Project, decisions: Sequence[KnownDrift], tell: Tell) -> list[KnownDrift]:
    """Write decisions, then take from older ones what the new ones say anew."""
    with open_writer(project, "", tell) as writer:
        before = list_known(project.snapshots)
        written = [replace(each, file=writer.write_known(each)) for each in decisions]
        for older in before:
            if all(older.file != each.file for each in written):
                _replace(writer, older, [_subtract(older, written)])
    return written


def _subtract(older: KnownDrift, newer: Sequence[KnownDrift]) -> KnownDrift | None:
    """Take from a decision the records that newer ones say the same of, for versions of its own."""
    said = {
        key
        for each in newer
        if (each.kind, each.change) == (older.kind, older.change) and older.covers(each.first)
        for key in each.records
    }
    left = tuple(key for key in older.records if key not in said)
    return replace(older, records=left) if left else None


def _replace(writer: GoldenWriter, older: KnownDrift, newer: Sequence[KnownDrift | None]) -> bool:
    """Put other decisions into the place of one; what stays as it is is not written again."""
    kept = [each for each in newer if each]
    if kept == [older]:
        return False
    files = [writer.write_known(each) for each in kept]
    if older.file and older.file not in files:
        writer.remove_known(older)
    return True


def rewrite_known(
    project: Project, replaced: Mapping[Path, Sequence[KnownDrift]], tell: Tell
) -> list[KnownDrift]:
    """Put decisions into the places of others, by file, and return those whose places were taken.

    Raises:
        ToolError: a file cannot be written or removed; what was done before stays done.
    """
    with open_writer(project, "", tell) as writer:
        now = [each for each in list_known(project.snapshots) if each.file in replaced]
        return [each for each in now if each.file and _replace(writer, each, replaced[each.file])]
