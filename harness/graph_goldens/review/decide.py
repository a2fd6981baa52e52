"""Accept or reject what is pending: exactly the clusters that are meant, or nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.gate.admission import demand_acceptable, demand_named
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import PENDING, judge
from graph_goldens.gate.policy_rules import SeverityPolicy
from graph_goldens.gate.project import Project
from graph_goldens.gate.write import GoldenWriter, Tell, open_writer
from graph_goldens.goldens.store import GoldenChange, Goldens
from graph_goldens.goldens.update_lock import hold_update_lock
from graph_goldens.review.accepted import AcceptedChange, load_accepted, save_accepted
from graph_goldens.review.find_pending import Choice, choose, find_cluster, find_pending
from graph_goldens.review.rejected import load_rejections, make_rejection, save_rejections
from graph_goldens.review.remembered import Identity, identify
from graph_goldens.runs.pending import Pending, PendingCluster, PendingRecord


@dataclass(frozen=True)
class Accepted:
    """A record that became a golden.

    Attributes:
        record: the record.
        change: what was written.
    """

    record: PendingRecord
    change: GoldenChange


@dataclass(frozen=True)
class Decision:
    """What accepting some clusters did.

    Attributes:
        written: the records that became goldens: each of their changes is accepted now.
        waiting: the records of which some changes are accepted now and others, their open ones, are not.
    """

    written: tuple[Accepted, ...] = ()
    waiting: tuple[PendingRecord, ...] = ()

    @property
    def left(self) -> tuple[str, ...]:
        """Fingerprints of the changes that are waited for, each once."""
        return tuple(dict.fromkeys(c.fingerprint for each in self.waiting for c in each.open_changes))


def accept(project: Project, choice: Choice, because: str, tell: Tell) -> Decision:
    """Accept the changes that lead some clusters, in every pending record that has them.

    A record becomes a golden, the oldest version's first, when each of its changes was accepted; until then
    those that were are remembered, and no golden is written half. Since goldens fall back to those of older
    versions, each record is held against its golden once more before it is written: what no longer differs
    is left alone, and so is what now differs in another way.

    Args:
        project: the project.
        choice: the clusters.
        because: the reason, which each golden holds; a semantic cluster is accepted only with one.
        tell: called with one sentence before waiting for another update.

    Raises:
        UserError: one of the clusters cannot be accepted; nothing is written then.
        ToolError: a golden cannot be written; those written before are whole, and the rest is pending still.
    """
    clusters = _find_chosen(project, choice)
    _demand_named_clusters(clusters, choice)
    return accept_clusters(project, clusters, because, tell)


def _demand_named_clusters(clusters: Sequence[PendingCluster], choice: Choice) -> None:
    """Refuse crashes and timeouts in clusters that are meant as one of a class, and not each by its name."""
    named = [c for c in clusters if any(c.fingerprint.startswith(text.lower()) for text in choice.clusters)]
    keys = {record.key for record in _list_records(named)}
    demand_named((each.record for each in _list_records(clusters)), keys, "name its cluster")


def _find_chosen(project: Project, choice: Choice) -> list[PendingCluster]:
    return choose(find_pending(project, choice.torch), choice)


def accept_clusters(
    project: Project, clusters: Sequence[PendingCluster], because: str, tell: Tell
) -> Decision:
    """Do what `accept` does with clusters that were found before.

    Raises:
        UserError: one of the clusters cannot be accepted, or is pending no longer; nothing is written then.
        ToolError: a golden cannot be written; those written before are whole, and the rest is pending still.
    """
    demand_acceptable(clusters, because)
    names = {cluster.fingerprint for cluster in clusters}
    records = sorted(_list_affected(clusters), key=lambda record: record.version)
    with open_writer(project, because, tell) as writer:
        for record in records:
            if not _is_pending(record, writer.goldens, project.policy):
                raise UserError(_explain_changed(record))
        before = load_accepted(find_home(project))
        complete = [record for record in records if record.is_complete_with(names)]
        waiting = [_add_accepted(record, names) for record in records if not record.is_complete_with(names)]
        written = tuple(_write_complete(writer, project.policy, complete, before))
        _remember(project, before, complete, waiting, because.strip())
        return Decision(written, tuple(waiting))


def accept_record(
    project: Project, cluster: PendingCluster, record: PendingRecord, because: str, tell: Tell
) -> Decision:
    """Accept one record of a cluster with all of its changes; the others of the cluster wait as they did.

    Raises:
        UserError: it cannot be accepted, or is pending no longer; nothing is written then.
        ToolError: the golden cannot be written.
    """
    demand_acceptable([replace(cluster, records=(record,), sharing=())], because)
    with open_writer(project, because, tell) as writer:
        if not _is_pending(record, writer.goldens, project.policy):
            raise UserError(_explain_changed(record))
        before = load_accepted(find_home(project))
        written = tuple(_write_complete(writer, project.policy, [record], before))
        _remember(project, before, [record], [], because.strip())
        return Decision(written)


def _list_affected(clusters: Sequence[PendingCluster]) -> Sequence[PendingRecord]:
    """List the records that have one of the changes, whichever change leads them."""
    every = [*_list_records(clusters), *(record for cluster in clusters for record in cluster.sharing)]
    return list({id(record.capture): record for record in every}.values())


def _add_accepted(record: PendingRecord, names: Collection[str]) -> PendingRecord:
    drift = record.drift
    return replace(record, drift=replace(drift, accepted=drift.accepted | set(names)) if drift else None)


def _write_complete(
    writer: GoldenWriter,
    policy: SeverityPolicy,
    records: Sequence[PendingRecord],
    before: Mapping[Identity, Sequence[AcceptedChange]],
) -> Iterator[Accepted]:
    """Write the records whose changes are all accepted, each with the reasons of all of them."""
    for record in records:
        if _is_pending(record, writer.goldens, policy):
            earlier = (each.because for each in before.get(identify(record.record, record.golden), ()))
            reasons = dict.fromkeys(filter(None, (*earlier, writer.because)))
            own = replace(writer, because="; ".join(reasons))
            yield Accepted(record, own.write(record.record, record.version))


def _remember(
    project: Project,
    before: Mapping[Identity, Sequence[AcceptedChange]],
    complete: Sequence[PendingRecord],
    waiting: Sequence[PendingRecord],
    because: str,
) -> None:
    """Remember what was accepted of the records that wait, and forget what became part of a golden."""
    kept = {each: list(changes) for each, changes in before.items()}
    for record in complete:
        kept.pop(identify(record.record, record.golden), None)
    for record in waiting:
        identity = identify(record.record, record.golden)
        known = kept.setdefault(identity, [])
        for name in sorted(_list_accepted(record) - {each.change for each in known}):
            known.append(AcceptedChange(*identity, name, because))
    save_accepted(find_home(project), (each for changes in kept.values() for each in changes))


def _list_accepted(record: PendingRecord) -> set[str]:
    drift = record.drift
    return {name for c in drift.changes for name in c.fingerprints & drift.accepted} if drift else set()


def _is_pending(record: PendingRecord, goldens: Goldens, policy: SeverityPolicy) -> bool:
    """Tell whether a record still differs from its golden as it did."""
    (verdict,) = judge([record.capture], goldens, record.version, policy)
    same = verdict.drift.fingerprint if verdict.drift else replace(record, drift=None).fingerprint
    return verdict.finding in PENDING and same == record.fingerprint


def _explain_changed(record: PendingRecord) -> str:
    case, path = record.key
    return (
        f"what was looked at is no longer pending for {case} by {path}: its golden changed meanwhile, "
        "so nothing is accepted; `goldens pending` lists what is"
    )


def reject(project: Project, choice: Choice, because: str, tell: Tell) -> list[PendingCluster]:
    """Stop offering clusters until one of their records, or its golden, changes.

    Raises:
        UserError: one of the clusters is not pending; nothing is remembered then.
    """
    return reject_clusters(project, _find_chosen(project, choice), because, tell)


def reject_clusters(
    project: Project, clusters: Sequence[PendingCluster], because: str, tell: Tell
) -> list[PendingCluster]:
    """Do what `reject` does with clusters that were found before."""
    home = find_home(project)
    with hold_update_lock(project.snapshots, project.working, tell):
        known = {each.identity: each for each in load_rejections(home)}
        for record in _list_records(clusters):
            new = make_rejection(record.record, record.golden, because.strip())
            known[new.identity] = new
        save_rejections(home, known.values())
        _forget(home, known)
    return list(clusters)


def _forget(home: Path, rejected: Collection[Identity]) -> None:
    """Forget which changes were accepted in records that are rejected now."""
    accepted = load_accepted(home)
    left = (each for identity, found in accepted.items() if identity not in rejected for each in found)
    if accepted:
        save_accepted(home, left)


def restore(project: Project, names: Sequence[str], torch: Sequence[str], tell: Tell) -> list[PendingCluster]:
    """Offer again what was rejected.

    Raises:
        UserError: one of the clusters was not rejected; nothing is forgotten then.
    """
    with hold_update_lock(project.snapshots, project.working, tell):
        pending = find_pending(project, torch)
        clusters = [_find_rejected(pending, name) for name in names]
        home = find_home(project)
        again = {make_rejection(each.record, each.golden).identity for each in _list_records(clusters)}
        save_rejections(home, (each for each in load_rejections(home) if each.identity not in again))
        return clusters


def _find_rejected(pending: Pending, name: str) -> PendingCluster:
    try:
        return find_cluster(pending.rejected_clusters, name, pending)
    except UserError:
        raise UserError(
            f"no cluster {name} is rejected; `goldens pending --all` lists those that are"
        ) from None


def _list_records(clusters: Sequence[PendingCluster]) -> Iterator[PendingRecord]:
    return (record for cluster in clusters for record in cluster.records)
