"""`goldens review`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.console import Console, Group
from rich.control import Control
from rich.screen import Screen as Filled
from rich.segment import ControlType

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.project import open_project
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.review.decide import accept_clusters, reject_clusters
from graph_goldens.review.find_pending import find_pending, look_again
from graph_goldens.review.keyboard import END, RESIZED, Keyboard
from graph_goldens.review.screen import Looking, draw, move_view
from graph_goldens.review.triage import TriageReason, read_day, triage_clusters
from graph_goldens.runs.pending import Pending, PendingCluster
from graph_goldens.words import format_count


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
    make_progress_output().print("looking at the saved runs", style="dim")
    found = find_pending(project, torch or ())
    if not found.clusters:
        console.print("nothing is pending", style="green")
        return 0
    with Keyboard() as keyboard, console.screen():
        session = ReviewSession(project, console, keyboard, found)
        session.go_through()
    console.print(session.tally)
    return 0


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

    @property
    def left(self) -> list[PendingCluster]:
        """What is yet to be looked at."""
        return [each for each in self.pending.clusters if each.fingerprint not in self.skipped]

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
            cluster, before = self.left[0], self.decided + len(self.skipped)
            golden = cluster.records.index(cluster.first)
            looking = Looking(cluster, before + 1, before + len(self.left), golden, programs=programs)
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
                    return decide(self, looking.cluster)
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
        decision = accept_clusters(self.project, clusters, because, self.console.print)
        self.accepted += len(decision.written)
        done = f"accepted {format_count(len(decision.written), 'golden')}"
        left = len(decision.waiting)
        return self._record_done(clusters, f"{done}, {left:,} more wait for other changes" if left else done)

    def reject(self, clusters: Sequence[PendingCluster]) -> str:
        """Reject clusters, and return what to say about it."""
        reject_clusters(self.project, clusters, "", self.console.print)
        records = sum(len(cluster.records) for cluster in clusters)
        self.rejected += records
        return self._record_done(clusters, f"rejected {format_count(records, 'record')}")

    def triage(self, cluster: PendingCluster) -> str:
        """Say that a cluster is known, and return what to say about it.

        Raises:
            UserError: the person gave no reason or no date, or it is no drift.
        """
        because = self._ask("known because (empty: not at all): ")
        if not because:
            raise UserError("not known: it needs a reason, which everybody reads")
        until = read_day(self._ask("until which day, such as 2027-01-31 (empty: no end): "))
        reason = TriageReason(because, until=until)
        written = triage_clusters(self.project, [cluster], self.pending, reason, self.console.print)
        self.known += sum(len(each.records) for each in written)
        return self._record_done([cluster], f"known {format_count(len(cluster.records), 'record')}")

    def skip(self, cluster: PendingCluster) -> str:
        """Pass over a cluster for now."""
        self.skipped.add(cluster.fingerprint)
        return ""

    def list_alike(self, cluster: PendingCluster) -> list[PendingCluster]:
        """List the clusters of the same class that are yet to be looked at."""
        return [each for each in self.left if each.class_name == cluster.class_name]

    def _record_done(self, clusters: Sequence[PendingCluster], what: str) -> str:
        self.decided += len(clusters)
        self.pending = look_again(self.project, self.pending)
        return f"{what}: {', '.join(dict.fromkeys(cluster.label for cluster in clusters))}"

    def _ask_reason(self, clusters: Sequence[PendingCluster]) -> str:
        goldens = format_count(sum(len(cluster.records) for cluster in clusters), "golden")
        because = self._ask(f"accept {goldens} because (empty: not at all): ")
        if not because:
            raise UserError("not accepted: semantic drift needs a reason")
        return because

    def _ask(self, question: str) -> str:
        self.console.control(Control.move_to(0, self.console.height - 1), Control.show_cursor(True))
        self.console.control(Control((ControlType.ERASE_IN_LINE, 2)))
        answer = self.keyboard.read_line(question)
        self.console.show_cursor(False)
        return answer


_DECISIONS: Mapping[str, Callable[[ReviewSession, PendingCluster], str]] = {
    "a": lambda session, cluster: session.accept([cluster]),
    "A": lambda session, cluster: session.accept(session.list_alike(cluster)),
    "r": lambda session, cluster: session.reject([cluster]),
    "R": lambda session, cluster: session.reject(session.list_alike(cluster)),
    "t": ReviewSession.triage,
    "s": ReviewSession.skip,
}
