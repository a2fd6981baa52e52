"""A review that several pages hold at once: each answer is of what was seen, or is refused."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock

from graph_goldens.errors import ToolError, UserError
from graph_goldens.file_marks import mark_stat
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.live.answers import ClusterAnswer, GoldenAnswer, SeenCluster, TriageAnswer, UndoAnswer
from graph_goldens.live.seen_state import StaleAnswerError, digest_cluster
from graph_goldens.review.decide import Decision, accept_clusters, accept_record, reject_clusters
from graph_goldens.review.decision_text import describe_accepted, describe_answer, propose_commit
from graph_goldens.review.find_pending import find_pending, look_again
from graph_goldens.review.triage import TriageReason, read_day, triage_clusters
from graph_goldens.review.undo import DecisionState, read_state, take_back
from graph_goldens.runs.nothing_pending import digest_files
from graph_goldens.runs.pending import Pending, PendingCluster, PendingRecord
from graph_goldens.runs.run import list_runs
from graph_goldens.words import format_count

MOST_STEPS = 500
_NO_RUN = "no run is saved, so nothing can be pending; start a check"


@dataclass(frozen=True)
class AnswerOutcome:
    """What an answer did.

    Attributes:
        said: a sentence that says it.
        step: what names it to take it back; no two servers use the same.
        commit: the command that commits what was written; empty where nothing was, or there is no git.
    """

    said: str
    step: str
    commit: str = ""


@dataclass(frozen=True)
class PendingState:
    """What is pending at one moment.

    Attributes:
        revision: a number that grows whenever anything else is pending.
        pending: what is pending.
        seen: for each of its clusters, by name, the digest of its state.
        problem: why nothing is pending although nothing was looked at; empty where it was.
    """

    revision: int
    pending: Pending
    seen: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True)
class _Step:
    """An answer that can be taken back."""

    keys: frozenset[Key]
    before: DecisionState
    after: DecisionState
    said: str


Tell = Callable[[str], None]
Publish = Callable[[PendingState, str, str], None]
"""Hears of what is pending now, of what was said about it, and which page brought it about."""


class LiveReview:
    """What is pending, and what is done about it, one answer at a time."""

    def __init__(self, project: Project, publish: Publish, tell: Tell) -> None:
        """Look at nothing yet.

        Args:
            project: the project.
            publish: hears of each change.
            tell: hears one sentence where an answer waits for another command.
        """
        self.project = project
        self._publish = publish
        self._tell = tell
        self._lock = RLock()
        self._steps: dict[str, _Step] = {}
        self._files = self._polled = ""
        self._state = PendingState(0, Pending(()), {})

    @property
    def state(self) -> PendingState:
        """What was pending when anything last changed."""
        return self._state

    def look(self) -> PendingState:
        """Look at the saved runs anew where a file of what is pending hangs on was changed.

        What cannot be read is what the state says then.
        """
        with self._lock:
            if self._files != (now := self._digest_files()):
                self._files = now
                self._look_anew()
            return self._state

    def watch(self) -> None:
        """Look anew where files changed and have not changed again since the last call."""
        now, before = self._digest_files(), self._polled
        self._polled = now
        if now == before and now != self._files:
            self.look()

    def _look_anew(self, said: str = "", by: str = "") -> None:
        try:
            self._take(self._find(), said, by)
        except (UserError, ToolError) as error:
            self._take(Pending(()), said, by, str(error))

    def _digest_files(self) -> str:
        return digest_files(find_home(self.project), self.project.snapshots)

    def _mark_runs(self) -> list[str]:
        return [mark_stat(str(file)) for file in list_runs(find_home(self.project))]

    def _find(self) -> Pending:
        return find_pending(self.project) if list_runs(find_home(self.project)) else Pending(())

    def _take(self, pending: Pending, said: str, by: str, problem: str = "") -> None:
        """Make something what is pending, and tell everybody where it was not."""
        seen = {cluster.fingerprint: digest_cluster(cluster) for cluster in pending.clusters}
        problem = problem or ("" if pending.runs else _NO_RUN)
        before = self._state
        if (seen, problem, pending.runs, said) == (before.seen, before.problem, before.pending.runs, ""):
            self._state = replace(before, pending=pending)
            return
        self._state = PendingState(before.revision + 1, pending, seen, problem)
        self._publish(self._state, said, by)

    def accept(self, answer: ClusterAnswer) -> AnswerOutcome:
        """Accept clusters.

        Raises:
            StaleAnswerError: one of them is not as it was seen.
            UserError: one cannot be accepted; nothing is written then.
            ToolError: a golden cannot be written.
        """
        with self._hold_seen(answer.clusters) as clusters, self._remember(clusters, answer.by) as done:
            decision = accept_clusters(self.project, clusters, answer.because, self._tell)
            done.said = describe_answer(clusters, describe_accepted(decision))
            done.commit = self._propose_commit(decision, answer.because)
        return done.outcome

    def accept_one(self, answer: GoldenAnswer) -> AnswerOutcome:
        """Accept one golden of a cluster alone.

        Raises:
            StaleAnswerError: its cluster is not as it was seen.
            UserError: it cannot be accepted; nothing is written then.
            ToolError: the golden cannot be written.
        """
        with self._hold_seen([answer.cluster]) as (cluster,):
            record = _find_record(cluster, answer)
            alone = replace(cluster, records=(record,), sharing=())
            with self._remember([alone], answer.by) as done:
                decision = accept_record(self.project, cluster, record, answer.because, self._tell)
                done.said = f"accepted {' · '.join(record.key)} alone"
                done.commit = self._propose_commit(decision, answer.because)
        return done.outcome

    def reject(self, answer: ClusterAnswer) -> AnswerOutcome:
        """Reject clusters.

        Raises:
            StaleAnswerError: one of them is not as it was seen.
            ToolError: it cannot be remembered.
        """
        with self._hold_seen(answer.clusters) as clusters, self._remember(clusters, answer.by) as done:
            reject_clusters(self.project, clusters, answer.because, self._tell)
            done.said = describe_answer(clusters, f"rejected {_count_records(clusters)}")
        return done.outcome

    def triage(self, answer: TriageAnswer) -> AnswerOutcome:
        """Say that clusters are known.

        Raises:
            StaleAnswerError: one of them is not as it was seen.
            UserError: the reason is not complete, or one of them is no drift; nothing is written then.
            ToolError: a decision cannot be written.
        """
        reason = TriageReason(answer.because, answer.issue, answer.owner, read_day(answer.until))
        with self._hold_seen(answer.clusters) as clusters, self._remember(clusters, answer.by) as done:
            triage_clusters(self.project, clusters, self._state.pending, reason, self._tell)
            until = f" until {reason.until}" if reason.until else ""
            done.said = describe_answer(clusters, f"known {_count_records(clusters)}{until}")
        return done.outcome

    def undo(self, answer: UndoAnswer) -> str:
        """Take an answer back, and return what to say about it.

        Raises:
            UserError: it was given before this server was started, or what it changed was changed since.
            ToolError: a file cannot be written.
        """
        with self._lock:
            step = self._steps.get(answer.step)
            if step is None:
                raise StaleAnswerError(
                    "that answer was taken back already, or given before the server was started; "
                    "`git diff` shows what it wrote, `goldens reject --undo` offers again what was rejected"
                )
            try:
                take_back(self.project, step.keys, step.before, step.after, self._tell)
            except UserError as error:
                raise StaleAnswerError(str(error)) from None
            del self._steps[answer.step]
            said = f"undone: {step.said}"
            self._files = self._digest_files()
            self._look_anew(said, answer.by)
            return said

    @contextmanager
    def _hold_seen(self, seen: Sequence[SeenCluster]) -> Iterator[list[PendingCluster]]:
        """Hold the lock, and yield the clusters that are meant where each is as it was seen."""
        with self._lock:
            known = {cluster.fingerprint: cluster for cluster in self._state.pending.clusters}
            chosen = [self._look_once_more(known.get(each.name), each) for each in dict.fromkeys(seen)]
            if not chosen:
                raise UserError("the answer names no cluster")
            yield chosen

    def _look_once_more(self, cluster: PendingCluster | None, seen: SeenCluster) -> PendingCluster:
        """Hold a cluster against the goldens as they are at this moment."""
        if cluster is not None and digest_cluster(cluster) == seen.saw:
            both = (*cluster.records, *cluster.sharing)
            now = look_again(self.project, replace(self._state.pending, offered=both)).offered
            own = {(each.torch, each.key) for each in cluster.records}
            found = replace(
                cluster,
                records=tuple(each for each in now if (each.torch, each.key) in own),
                sharing=tuple(each for each in now if (each.torch, each.key) not in own),
            )
            if found.records and digest_cluster(found) == seen.saw:
                return found
        self._files = ""
        self.look()
        raise StaleAnswerError(
            f"{cluster.label if cluster else 'the cluster'} {seen.name[:16]} is not as it was shown to you: "
            "somebody answered meanwhile, so nothing was done; it is shown as it is now"
        )

    @contextmanager
    def _remember(self, clusters: Sequence[PendingCluster], by: str) -> Iterator["_Done"]:
        """Remember what a decision changes, and look at what is pending after it."""
        records = [each for cluster in clusters for each in (*cluster.records, *cluster.sharing)]
        keys = frozenset(each.key for each in records)
        before, done = read_state(self.project, keys), _Done()
        looked, runs = self._files == self._digest_files(), self._mark_runs()
        yield done
        done.step = secrets.token_hex(8)
        self._steps[done.step] = _Step(keys, before, read_state(self.project, keys), done.said)
        for old in list(self._steps)[:-MOST_STEPS]:
            del self._steps[old]
        alone = looked and runs == self._mark_runs()
        self._files = self._digest_files() if alone else ""  # what another command saved is yet to be seen
        self._take(look_again(self.project, self._state.pending), done.said, by)

    def _propose_commit(self, decision: Decision, because: str) -> str:
        return propose_commit(decision, self.project.root, self.project.snapshots, because)


@dataclass
class _Done:
    """What a decision did, as it becomes known."""

    said: str = ""
    commit: str = ""
    step: str = ""

    @property
    def outcome(self) -> AnswerOutcome:
        return AnswerOutcome(self.said, self.step, self.commit)


def _find_record(cluster: PendingCluster, answer: GoldenAnswer) -> PendingRecord:
    wanted = (answer.torch, answer.case, answer.path)
    for each in cluster.records:
        if (each.torch, *each.key) == wanted:
            return each
    raise UserError(f"{answer.case} by {answer.path} of torch {answer.torch} is not in that cluster")


def _count_records(clusters: Sequence[PendingCluster]) -> str:
    return format_count(sum(len(cluster.records) for cluster in clusters), "record")
