"""`goldens review`."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from rich.console import Console, Group
from rich.control import Control
from rich.screen import Screen as Filled
from rich.segment import ControlType
from rich.text import Text

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, print_note
from graph_goldens.cli.project import open_project
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.review.decide import accept_clusters, accept_record, reject_clusters
from graph_goldens.review.decision_text import describe_accepted, describe_answer
from graph_goldens.review.find_pending import find_pending, look_again
from graph_goldens.review.keyboard import END, RESIZED, Keyboard
from graph_goldens.review.screen import Looking, draw, move_view
from graph_goldens.review.triage import TriageReason, read_day, triage_clusters
from graph_goldens.review.undo import DecisionState, read_state, take_back
from graph_goldens.runs.pending import Pending, PendingCluster
from graph_goldens.words import format_count, join_some


def review(*, torch: options.Runs = None, places: options.Places) -> int:
    """Go through what is pending, one cluster at a time: accept, reject or skip it. Needs no PyTorch.

    The same as plain commands: goldens pending, goldens accept, goldens triage, goldens reject.

    Example: goldens review --torch 2.15.0
    """
    project, console = open_project(places), make_output()
    if not (sys.stdin.isatty() and console.is_terminal):
        raise UserError(
            "a review needs a terminal; without one use `goldens pending`, `goldens accept CLUSTER "
            '--because "…"` and `goldens reject CLUSTER`'
        )
    print_note("looking at the saved runs")
    found = find_pending(project, torch or ())
    if not found.clusters:
        console.print("nothing is pending", style="green")
        return 0
    with Keyboard() as keyboard, console.screen():
        session = ReviewSession(project, console, keyboard, found)
        session.go_through()
    console.print(session.tally)
    return 0


@dataclass(frozen=True)
class _Step:
    """A decision that can be taken back: what was decided on, and what there was before and after it."""

    cluster: str
    keys: frozenset[Key]
    before: DecisionState
    after: DecisionState
    pending: Pending
    counts: tuple[int, int, int, int]


@dataclass
class ReviewSession:
    """One review: what is pending, and what was done.

    Attributes:
        project: the project.
        console: the terminal.
        keyboard: its keys.
        pending: what is pending.
        skipped: fingerprints of the clusters that were skipped.
        accepted: how many goldens were written.
        rejected: how many records were rejected.
        known: of how many records a drift was said to be known.
        decided: how many clusters were accepted, rejected or said to be known.
        filter: what clusters must hold to be shown; all are where it is empty.
        chosen: fingerprint of the cluster that is shown first, where a person chose one.
        steps: what was done, the last step last: a decision, or the fingerprint of a skipped cluster.
    """

    project: Project
    console: Console
    keyboard: Keyboard
    pending: Pending
    skipped: set[str] = field(default_factory=set)
    accepted: int = 0
    rejected: int = 0
    known: int = 0
    decided: int = 0
    filter: str = ""
    chosen: str = ""
    steps: list[_Step | str] = field(default_factory=list)

    @property
    def left(self) -> list[PendingCluster]:
        """What is yet to be looked at, the chosen one first."""
        left = (each for each in self.pending.clusters if each.fingerprint not in self.skipped)
        return sorted(left, key=lambda each: each.fingerprint != self.chosen)

    @property
    def shown(self) -> list[PendingCluster]:
        """What of that holds each word that the person asked for, in capitals or not."""
        wanted = self.filter.lower().split()
        return [each for each in self.left if all(word in each.words.lower() for word in wanted)]

    @property
    def tally(self) -> str:
        """A sentence that says what was done."""
        unseen = f", {format_count(len(self.left), 'cluster')} left" if self.left else ""
        known = f", known {self.known}" if self.known else ""
        done = f"accepted {format_count(self.accepted, 'golden')}, rejected {self.rejected}{known}"
        return f"{done}, skipped {format_count(len(self.skipped), 'cluster')}{unseen}"

    def go_through(self) -> None:
        """Show one cluster after the other until each is decided or skipped, or the person leaves."""
        programs = read_program_sources(
            self.project.cases, {each.record.case for each in self.pending.offered}
        )
        message: str | None = ""
        while self.left and message is not None:
            if not self.shown:
                message, self.filter = f"{message}; no more hold {self.filter!r}".removeprefix("; "), ""
            cluster, before = self.shown[0], self.decided + len(self.skipped)
            golden = cluster.records.index(cluster.first)
            looking = Looking(cluster, before + 1, before + len(self.shown), golden, programs=programs)
            message = self._look(replace(looking, message=message))

    def _look(self, looking: Looking) -> str | None:
        """Show a cluster until it is decided, and return what to say about it; None to leave."""
        while True:
            width, height = self.console.size
            screen = draw(looking, width, height)
            self.console.control(Control.home())
            self.console.print(Filled(Group(*screen.lines)), end="")
            key = self.keyboard.read()
            if key in ("q", END):
                return None
            try:
                if decide := _DECISIONS.get(key):
                    return decide(self, looking)
            except UserError as error:
                looking = replace(looking, message=str(error))
                continue
            if key != RESIZED:
                looking = move_view(looking, key, screen)

    def accept(self, clusters: Sequence[PendingCluster]) -> str:
        """Accept clusters, and return what to say about it.

        Raises:
            UserError: they cannot be accepted, or the person gave no reason where one is needed.
        """
        because = self._ask_reason(clusters) if any(cluster.needs_reason for cluster in clusters) else ""
        with self._remember_step(clusters):
            decision = accept_clusters(self.project, clusters, because, self.console.print)
            self.accepted += len(decision.written)
            self._count(clusters)
        return describe_answer(clusters, describe_accepted(decision))

    def accept_one(self, looking: Looking) -> str:
        """Accept the golden that is looked at alone, and return what to say about it.

        Raises:
            UserError: it cannot be accepted, or the person gave no reason where one is needed.
        """
        alone = replace(looking.cluster, records=(looking.record,), sharing=())
        because = self._ask_reason([alone]) if alone.needs_reason else ""
        with self._remember_step([alone]):
            decision = accept_record(
                self.project, looking.cluster, looking.record, because, self.console.print
            )
            self.accepted += len(decision.written)
            self._count([] if len(looking.cluster.records) > 1 else [alone])
        self.chosen = looking.cluster.fingerprint
        return f"accepted {' · '.join(looking.record.key)} alone"

    def reject(self, clusters: Sequence[PendingCluster]) -> str:
        """Reject clusters, and return what to say about it."""
        records = sum(len(cluster.records) for cluster in clusters)
        with self._remember_step(clusters):
            reject_clusters(self.project, clusters, "", self.console.print)
            self.rejected += records
            self._count(clusters)
        return describe_answer(clusters, f"rejected {format_count(records, 'record')}")

    def triage(self, looking: Looking) -> str:
        """Say that a cluster is known, and return what to say about it.

        Raises:
            UserError: the person gave no reason or no date, or it is no drift.
        """
        cluster = looking.cluster
        because = self._ask("known because (empty: not at all): ")
        if not because:
            raise UserError("not known: it needs a reason, which everybody reads")
        until = read_day(self._ask("until which day, such as 2027-01-31 (empty: no end): "))
        reason = TriageReason(because, until=until)
        with self._remember_step([cluster]):
            written = triage_clusters(self.project, [cluster], self.pending, reason, self.console.print)
            self.known += sum(len(each.records) for each in written)
            self._count([cluster])
        return describe_answer([cluster], f"known {format_count(len(cluster.records), 'record')}")

    def skip(self, looking: Looking) -> str:
        """Pass over a cluster for now."""
        self.skipped.add(looking.cluster.fingerprint)
        self.steps.append(looking.cluster.fingerprint)
        return ""

    def undo(self, _: Looking) -> str:
        """Take back the last step, and return what to say about it.

        Raises:
            UserError: there is none, or what it changed was changed again by another command.
        """
        if not self.steps:
            raise UserError("nothing was decided yet")
        step = self.steps[-1]
        if isinstance(step, str):
            self.skipped.discard(step)
            self.chosen = step
        else:
            take_back(self.project, step.keys, step.before, step.after, self.console.print)
            self.pending = step.pending
            self.accepted, self.rejected, self.known, self.decided = step.counts
            self.chosen = step.cluster
        self.steps.pop()
        return "the last step is undone"

    def ask_filter(self, _: Looking) -> str:
        """Ask for a text, and show only the clusters that hold it."""
        self.filter = self._ask("only what holds (empty: all): ")
        return f"only what holds {self.filter!r}" if self.filter else "all clusters"

    def ask_place(self, _: Looking) -> str:
        """List what is left, and go to the cluster whose number is typed.

        Raises:
            UserError: what is typed is no number of the list.
        """
        shown, height = self.shown, max(1, self.console.height - 2)
        lines = [f"{at:>4}  {_word_cluster(each)}" for at, each in enumerate(shown[:height], 1)]
        self.console.control(Control.home())
        self.console.print(Filled(Text("\n".join(lines), no_wrap=True, overflow="ellipsis")), end="")
        typed = self._ask("go to number (empty: stay): ")
        if typed and not (typed.isdecimal() and 1 <= int(typed) <= len(shown)):
            raise UserError(f"there is no number {typed} in the list")
        self.chosen = shown[int(typed) - 1].fingerprint if typed else self.chosen
        return ""

    def list_alike(self, cluster: PendingCluster) -> list[PendingCluster]:
        """List the clusters of the same class that are yet to be looked at."""
        return [each for each in self.shown if each.class_name == cluster.class_name]

    def _count(self, clusters: Sequence[PendingCluster]) -> None:
        self.decided += len(clusters)
        self.pending = look_again(self.project, self.pending)

    @contextmanager
    def _remember_step(self, clusters: Sequence[PendingCluster]) -> Iterator[None]:
        """Remember what a decision changes, so that it can be taken back."""
        records = [record for cluster in clusters for record in (*cluster.records, *cluster.sharing)]
        keys = frozenset(record.key for record in records)
        before, pending = read_state(self.project, keys), self.pending
        counts = (self.accepted, self.rejected, self.known, self.decided)
        yield
        cluster = clusters[0].fingerprint
        self.steps.append(_Step(cluster, keys, before, read_state(self.project, keys), pending, counts))

    def _ask_reason(self, clusters: Sequence[PendingCluster]) -> str:
        goldens = format_count(sum(len(cluster.records) for cluster in clusters), "golden")
        because = self._ask(f"accept {goldens} because (empty: not at all): ")
        if not because:
            raise UserError("not accepted: semantic drift needs a reason")
        return because

    def _ask(self, question: str) -> str:
        self.console.control(Control.move_to(0, self.console.height - 1), Control.show_cursor(True))
        self.console.control(Control((ControlType.ERASE_IN_LINE, 2)))
        typed = self.keyboard.read_line(question)
        self.console.show_cursor(False)
        return typed


def _word_cluster(cluster: PendingCluster) -> str:
    count = format_count(len(cluster.records), "golden")
    return f"{cluster.fingerprint}  {cluster.label} · {count} · {join_some(cluster.cases)}"


_DECISIONS: Mapping[str, Callable[[ReviewSession, Looking], str]] = {
    "a": lambda session, looking: session.accept([looking.cluster]),
    "A": lambda session, looking: session.accept(session.list_alike(looking.cluster)),
    "r": lambda session, looking: session.reject([looking.cluster]),
    "R": lambda session, looking: session.reject(session.list_alike(looking.cluster)),
    "t": ReviewSession.triage,
    "s": ReviewSession.skip,
    "g": ReviewSession.accept_one,
    "u": ReviewSession.undo,
    "l": ReviewSession.ask_place,
    "/": ReviewSession.ask_filter,
}
