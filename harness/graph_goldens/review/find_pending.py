"""Find what is pending: saved runs against the goldens as they are now, and the clusters that are named."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.drift.classes import DriftClass
from graph_goldens.errors import UserError
from graph_goldens.files import read_whole
from graph_goldens.gate.admission import is_outdated
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import PENDING, judge, judge_run, make_pending_record
from graph_goldens.gate.known_matching import KnownDrifts, open_known
from graph_goldens.gate.project import Project
from graph_goldens.gate.replay import add_evidence
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.format import Golden, is_equal_but_for_reason, render
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Capture
from graph_goldens.review.accepted import AcceptedChange, load_accepted
from graph_goldens.review.rejected import load_rejections
from graph_goldens.review.remembered import Identity, identify
from graph_goldens.runs.pending import NEW, Pending, PendingCluster, PendingRecord
from graph_goldens.runs.run import Run, list_runs, load_run
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.versions import means_version, parse_version

LEAST_LETTERS = 4
QUIET = (
    *(Finding.SAME, Finding.OLDER_SOURCE, Finding.IGNORED, Finding.NOT_JUDGED),
    Finding.KNOWN_UNSTABLE,
)
CLASSES = (*(kind.value for kind in DriftClass), NEW)


@dataclass(frozen=True)
class Choice:
    """The clusters that a person means.

    Attributes:
        clusters: fingerprints, or the beginnings of some.
        classes: classes of which all clusters are meant.
        torch: PyTorch versions whose runs are meant; all saved ones when empty.
    """

    clusters: Sequence[str] = ()
    classes: Sequence[str] = ()
    torch: Sequence[str] = ()


class Standing(enum.Enum):
    """What may be done with a record that differs from its golden."""

    OFFERED = "offered"
    REJECTED = "rejected"
    KNOWN = "known"
    OUTDATED = "outdated"
    UNSOUND = "unsound"


@dataclass(frozen=True)
class _Looking:
    """What saved runs are held against.

    Attributes:
        project: the project.
        goldens: the goldens.
        rejected: what was rejected, and why.
        accepted: the changes that were accepted in records whose other changes wait.
        sources: digest of each case's source as it is now, where that is known.
        known: the decisions about known drift, as of today.
    """

    project: Project
    goldens: Goldens
    rejected: Mapping[Identity, str]
    accepted: Mapping[Identity, Sequence[AcceptedChange]]
    sources: Mapping[str, str]
    known: KnownDrifts

    def judge_records(self, run: Run) -> list[Verdict]:
        """Judge the records that differ from their goldens."""
        left = {
            key: capture
            for key, capture in run.captures.items()
            if not self._is_the_same(capture, run.version)
        }
        verdicts = judge_run(replace(run, captures=left), self.goldens, self.project.policy)
        return self.known.mark(add_evidence(verdicts, self.project, run.torch), run.version)

    def judge_again(self, record: PendingRecord) -> Verdict:
        """Judge one record that was looked at before."""
        verdicts = judge([record.capture], self.goldens, record.version, self.project.policy)
        (verdict,) = self.known.mark(verdicts, record.version)
        return verdict

    def _is_the_same(self, capture: Capture, version: Version) -> bool:
        """Check at little cost what holds for most records: that they have the bytes of their goldens."""
        if capture.fault or capture.broken:
            return False
        file = self.goldens.find_file(*capture.record.key, version)
        return file is not None and is_equal_but_for_reason(render(Golden(capture.record)), read_whole(file))

    def find_standing(self, verdict: Verdict) -> Standing:
        """Find what may be done with a record that differs from its golden."""
        record, golden = verdict.record, verdict.golden
        if verdict.finding not in (*PENDING, Finding.KNOWN):
            return Standing.UNSOUND
        if is_outdated(record, self.sources):
            return Standing.OUTDATED
        if verdict.finding is Finding.KNOWN:
            return Standing.KNOWN
        rejected = identify(record, golden.record if golden else None) in self.rejected
        return Standing.REJECTED if rejected else Standing.OFFERED

    def make_pending(self, run: Run, verdict: Verdict) -> PendingRecord:
        """Turn a verdict into what a person decides on."""
        return self.compare_record(make_pending_record(run, verdict, self.goldens), verdict)

    def compare_record(self, found: PendingRecord, verdict: Verdict) -> PendingRecord:
        """Say how a record differs from its golden as it is now, and what was decided about it."""
        golden = verdict.golden.record if verdict.golden else None
        identity = identify(verdict.record, golden)
        accepted = frozenset(each.change for each in self.accepted.get(identity, ()))
        drift = replace(verdict.drift, accepted=accepted) if verdict.drift and accepted else verdict.drift
        because = self.rejected.get(identity, "")
        return replace(found, golden=golden, drift=drift, because=because, known=verdict.known)


def find_pending(project: Project, torch: Sequence[str] = ()) -> Pending:
    """Hold the saved runs against the goldens as they are now.

    Args:
        project: the project.
        torch: the PyTorch versions whose runs are looked at; all that are saved when empty.

    Raises:
        UserError: a run does not exist or cannot be read.
    """
    looking, runs = _start_looking(project), find_saved_runs(project, torch)
    found: dict[Standing, list[PendingRecord]] = {standing: [] for standing in Standing}
    for run in runs:
        for verdict in looking.judge_records(run):
            if verdict.finding not in QUIET:
                found[looking.find_standing(verdict)].append(looking.make_pending(run, verdict))
    return Pending(
        runs=tuple(run.torch for run in runs),
        offered=tuple(found[Standing.OFFERED]),
        rejected=tuple(found[Standing.REJECTED]),
        known=tuple(found[Standing.KNOWN]),
        outdated=tuple(found[Standing.OUTDATED]),
        unsound=len(found[Standing.UNSOUND]),
    )


def look_again(project: Project, pending: Pending) -> Pending:
    """Hold what was offered against the goldens once more, at less cost than looking at whole runs.

    What is rejected, known, outdated or not sound since is counted with what was so before.
    """
    looking = _start_looking(project)
    found: dict[Standing, list[PendingRecord]] = {standing: [] for standing in Standing}
    for each in pending.offered:
        verdict = looking.judge_again(each)
        if verdict.finding not in QUIET:
            found[looking.find_standing(verdict)].append(looking.compare_record(each, verdict))
    return replace(
        pending,
        offered=tuple(found[Standing.OFFERED]),
        rejected=(*pending.rejected, *found[Standing.REJECTED]),
        known=(*pending.known, *found[Standing.KNOWN]),
        outdated=(*pending.outdated, *found[Standing.OUTDATED]),
        unsound=pending.unsound + len(found[Standing.UNSOUND]),
    )


def _start_looking(project: Project) -> _Looking:
    home = find_home(project)
    rejected = {each.identity: each.because for each in load_rejections(home)}
    goldens = FixedGoldens(project.snapshots, project.supported)
    sources = digest_cases(project.cases, project.package)
    return _Looking(project, goldens, rejected, load_accepted(home), sources, open_known(project))


def find_saved_runs(project: Project, torch: Sequence[str] = ()) -> list[Run]:
    """Load the last run of each PyTorch, or of those that are named, oldest version first.

    Raises:
        UserError: no run is saved, or one cannot be read.
    """
    runs = [load_run(file) for file in list_runs(find_home(project))]
    if not runs:
        raise UserError("no run is saved, so nothing can be pending; make one with `goldens check`")
    wanted = [parse_version(text) for text in torch]
    for version in wanted:
        if not any(means_version(version, run.version) for run in runs):
            raise UserError(
                f"no run of PyTorch {version} is saved; make one with `goldens check --torch {version}`"
            )
    chosen = [
        run for run in runs if not wanted or any(means_version(version, run.version) for version in wanted)
    ]
    return sorted(chosen, key=lambda run: run.version)


def choose(pending: Pending, choice: Choice) -> list[PendingCluster]:
    """Choose the clusters that are meant, each once.

    Raises:
        UserError: one is not pending, several are meant where one was, or none is.
    """
    if not choice.clusters and not choice.classes:
        raise UserError(f"say which clusters: give their names, or a class with --all-of; {_SEE}")
    named = [_find_offered(text, pending) for text in choice.clusters]
    of_class = [found for name in choice.classes for found in _select_class(pending.clusters, name)]
    return list({cluster.fingerprint: cluster for cluster in (*named, *of_class)}.values())


_SEE = "`goldens pending` lists them"


def _find_offered(text: str, pending: Pending) -> PendingCluster:
    """Find a pending cluster, or what drifted by a change that leads none because others lead there."""
    names = {cluster.fingerprint for cluster in pending.clusters}
    sharing: dict[str, list[PendingRecord]] = {}
    for record in pending.offered:
        for change in record.open_changes:
            sharing.setdefault(change.fingerprint, []).append(record)
    others = (PendingCluster(name, tuple(found)) for name, found in sharing.items() if name not in names)
    offered = [*pending.clusters, *others]
    names.update(each.fingerprint for each in offered)
    known = (each for each in pending.known_clusters if each.fingerprint not in names)
    return find_cluster((*offered, *known), text, pending)


def find_cluster(clusters: Iterable[PendingCluster], text: str, pending: Pending) -> PendingCluster:
    """Find the cluster whose fingerprint begins with a text.

    Raises:
        UserError: none or several match, or the text is too short to be a name.
    """
    if len(text) < LEAST_LETTERS:
        raise UserError(
            f"{text!r} is too short to name a cluster: give at least {LEAST_LETTERS} letters; {_SEE}"
        )
    found = [cluster for cluster in clusters if cluster.fingerprint.startswith(text.lower())]
    if len(found) > 1:
        names = ", ".join(cluster.fingerprint for cluster in found)
        raise UserError(f"{text!r} names several clusters: {names}; give more of one")
    if not found:
        raise UserError(_explain_no_match(text, pending))
    return found[0]


def _explain_no_match(text: str, pending: Pending) -> str:
    def begins(record: PendingRecord) -> bool:
        changes = record.drift.changes if record.drift else ()
        return any(
            name.startswith(text.lower()) for name in (record.fingerprint, *(c.fingerprint for c in changes))
        )

    if found := next(filter(begins, pending.rejected), None):
        clusters = (each for each in pending.rejected_clusters if found in each.records)
        return f"{text} was rejected; `goldens reject --undo {next(clusters).fingerprint}` offers it again"
    if found := next(filter(begins, pending.outdated), None):
        return (
            f"{text} is of an older revision of {found.record.case}; run "
            f"`goldens check {found.record.case} --torch {found.version.public}` again"
        )
    if found := next(filter(begins, pending.offered), None):
        left = ", ".join(change.fingerprint for change in found.open_changes)
        case, path = found.key
        return f"{text} was accepted already; {case} by {path} waits for {left}, which changed too"
    return f"no cluster {text} is pending, or no longer; {_SEE}"


def _select_class(clusters: Iterable[PendingCluster], name: str) -> list[PendingCluster]:
    if name not in CLASSES:
        raise UserError(f"{name!r} is not a class of drift; the classes are {', '.join(CLASSES)}")
    found = [cluster for cluster in clusters if cluster.class_name == name]
    if not found:
        raise UserError(f"no cluster of the class {name} is pending; {_SEE}")
    return found
