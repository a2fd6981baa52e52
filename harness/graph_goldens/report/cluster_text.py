"""Clusters in a terminal: what changed in words, in how many goldens, one difference, and what to type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.clusters import AlsoChanged, Cluster
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.drift.graph_pairing import pair_graphs
from graph_goldens.keys import Key
from graph_goldens.report.drift_text import (
    ALL,
    choose_representative_text,
    format_difference,
    format_drift,
    format_edits,
    format_outcomes,
    print_lines,
    shorten_sentence,
    style_class,
)
from graph_goldens.runs.pending import Pending, PendingCluster, PendingRecord
from graph_goldens.words import format_count, join_some

MOST_CLUSTERS = 8
MOST_LINES = 12
MOST_EDITS = 4
MOST_ALSO = 3
MOST_CASES = 3
_LONGEST_ALSO = 120


@dataclass(frozen=True)
class Commands:
    """What a person may type about clusters.

    Attributes:
        options: what is added to each command, such as `--torch 2.15.0`.
        everything: the command that shows all clusters.
        known: whether clusters are pending, so that commands know them by their fingerprints.
    """

    options: str = ""
    everything: str = "goldens pending"
    known: bool = True

    def show(self, fingerprint: str) -> str:
        """Build the command that shows a cluster in full."""
        return f"goldens pending {fingerprint}{self._options}"

    def accept(self, fingerprint: str, *, reason: bool) -> str:
        """Build the command that accepts a cluster."""
        because = ' --because "…"' if reason else ""
        return f"goldens accept {fingerprint}{self._options}{because}"

    @property
    def _options(self) -> str:
        return f" {self.options}" if self.options else ""


def show_clusters(
    console: Console, clusters: Sequence[Cluster], commands: Commands, *, everything: bool
) -> None:
    """Show the clusters of a check, the worst first; all of them only if that is asked for."""
    shown = clusters if everything else clusters[:MOST_CLUSTERS]
    for cluster in shown:
        print_lines(console, format_cluster(cluster, commands, everything=everything))
        console.print()
    if left := clusters[len(shown) :]:
        goldens = sum(len(cluster.drifts) for cluster in left)
        console.print(
            f"… and {format_count(len(left), 'more cluster')} of {format_count(goldens, 'golden')}: "
            f"[bold]{escape(commands.everything)}[/]",
            soft_wrap=True,
        )
        console.print()


def format_cluster(cluster: Cluster, commands: Commands, *, everything: bool = False) -> Iterator[Text]:
    """Format a cluster of a check: its head, its edits, one difference, what shows all and what accepts."""
    drift = cluster.representative
    head = style_class(cluster.kind, cluster.severity, cluster.label)
    yield _format_head(Text("✗ ", "red") + head, len(cluster.drifts), cluster.fingerprint)
    yield from format_edits(cluster.edits, ALL if everything else MOST_EDITS)
    yield from format_also(cluster, ALL if everything else MOST_ALSO)
    yield from _format_evidence(cluster)
    if everything:
        yield from (_indent(format_key(key)) for key in cluster.keys if key != drift.key)
    elif len(cluster.drifts) > 1:
        yield format_cases(cluster.cases, cluster.paths)
    yield Text.assemble(("  clearest: " if len(cluster.drifts) > 1 else "  ", "dim"), format_key(drift.key))
    text = choose_representative_text(drift, cluster.edits)
    shown = (
        format_difference(text, pair_graphs(drift.golden, drift.record)) if text else format_outcomes(drift)
    )
    yield from _cut([_indent(line) for line in shown], MOST_LINES)
    if commands.known:
        reason = cluster.severity is Severity.SEMANTIC
        yield _format_command("  all of it", commands.show(cluster.fingerprint))
        yield _format_command("  accept", commands.accept(cluster.fingerprint, reason=reason))


def format_also(cluster: Cluster, most: int = MOST_ALSO) -> Iterator[Text]:
    """Say what else changed in some of a cluster's drifts, a line for each change."""
    for each in cluster.also[:most]:
        yield Text.assemble("  ", (describe_also(each, len(cluster.drifts)), "italic"))
    if left := cluster.also[most:]:
        some = " in some of them" if len(cluster.drifts) > 1 else ""
        yield Text(f"  … and {format_count(len(left), 'more change')}{some}", style="dim")


def describe_also(also: AlsoChanged, drifts: int) -> str:
    """Say what else changed in how many of some drifts: `in 2 of 9 also operators (literals only): …`."""
    word = "as" if also.leads else "also"
    share = f"in {also.drifts:,} of {drifts:,} {word}" if drifts > 1 else word
    sentence = shorten_sentence(also.change.own[0].sentence, _LONGEST_ALSO)
    return f"{share} {also.change.label}: {sentence} ({also.change.fingerprint})"


def format_cases(cases: Sequence[str], paths: Sequence[str]) -> Text:
    """Say which cases a cluster is of, and in which tracing paths: `2 cases: p/a, p/b · by export`."""
    counted = f"{format_count(len(cases), 'case')}: " if len(cases) > 1 else ""
    shown = join_some(cases, MOST_CASES)
    by = join_some(paths, MOST_CASES)
    return Text.assemble("  ", (counted, "dim"), (shown, "bold"), (f" · by {by}", "dim"))


def _format_evidence(cluster: Cluster) -> Iterator[Text]:
    if evidence := describe_evidence(cluster.drifts):
        yield Text.assemble(("  replayed: ", "dim"), evidence)


def _format_head(label: Text, goldens: int, fingerprint: str) -> Text:
    return Text.assemble(label, f" · {format_count(goldens, 'golden')} · ", (fingerprint, "bold cyan"))


def _indent(line: Text) -> Text:
    return Text("  ") + line


def _cut(lines: Sequence[Text], most: int) -> Iterator[Text]:
    yield from lines[:most]
    if len(lines) > most:
        yield Text(f"      … and {format_count(len(lines) - most, 'more line')}", style="dim")


def show_pending(console: Console, pending: Pending, commands: Commands, *, rejected: bool) -> None:
    """List what is pending, and what was rejected if that is asked for."""
    for cluster in pending.clusters:
        print_lines(console, _list_cluster(cluster))
    for cluster in pending.rejected_clusters if rejected else ():
        print_lines(console, _list_cluster(cluster, rejected=True))
    if pending.clusters:
        console.print()
        accept = commands.accept("CLUSTER", reason=True)
        print_lines(
            console,
            [_format_command("one in full", commands.show("CLUSTER")), _format_command("accept", accept)],
        )
    print_lines(console, _list_remarks(pending, rejected=rejected))


def _format_command(what: str, command: str) -> Text:
    return Text.assemble((f"{what}: ", "dim"), command)


def _list_cluster(cluster: PendingCluster, *, rejected: bool = False) -> Iterator[Text]:
    head = _format_pending_head(cluster)
    if rejected:
        head.append("  rejected", "magenta")
    yield head
    yield from _format_drifted(cluster, cluster.drifts) if cluster.drifts else _format_new(cluster)
    if reason := cluster.records[0].because:
        yield Text(f"  rejected because: {reason}")


def style_pending(cluster: PendingCluster) -> Text:
    """Style what is said of a pending cluster first: the class of its drifts, or that it is new."""
    if cluster.drifts is None:
        return Text("new", "bold yellow")
    return style_class(cluster.drifts.kind, cluster.drifts.severity, cluster.label)


def _format_pending_head(cluster: PendingCluster) -> Text:
    label = style_pending(cluster)
    head = _format_head(label, len(cluster.records), cluster.fingerprint)
    return head + Text(f" · torch {', '.join(cluster.versions)}", "dim")


def _format_drifted(cluster: PendingCluster, drifts: Cluster) -> Iterator[Text]:
    yield from format_edits(drifts.edits, 2)
    yield from format_also(drifts, 2)
    yield format_cases(cluster.cases, cluster.paths)
    yield from format_waiting(cluster)


def format_waiting(cluster: PendingCluster) -> Iterator[Text]:
    """Say what accepting a cluster does not write, since other changes wait in the same goldens."""
    known = sum(bool(each.drift and each.drift.accepted) for each in cluster.records)
    if known:
        count = format_count(known, "golden")
        yield Text(f"  of {count} other changes were accepted already", "dim")
    if cluster.sharing:
        count = format_count(len(cluster.sharing), "golden")
        yield Text(f"  changed too in {count} of other clusters, where accepting it counts as well", "dim")


def _format_new(cluster: PendingCluster) -> Iterator[Text]:
    outcomes = ", ".join(dict.fromkeys(each.record.outcome.value for each in cluster.records))
    yield Text.assemble("  ", (cluster.first.record.case, "bold"), f": first goldens ({outcomes})")


def describe_nothing_pending(pending: Pending) -> str:
    """Say that nothing is pending in the runs that were looked at."""
    return f"nothing is pending in {_describe_runs(pending)}"


def _describe_runs(pending: Pending) -> str:
    return f"{format_count(len(pending.runs), 'saved run')} of torch {', '.join(pending.runs)}"


def _list_remarks(pending: Pending, *, rejected: bool) -> Iterator[Text]:
    if not pending.clusters:
        yield Text(describe_nothing_pending(pending), "green")
    else:
        goldens, runs = format_count(len(pending.offered), "golden"), _describe_runs(pending)
        yield Text(
            f"{format_count(len(pending.clusters), 'cluster')} of {goldens} pending in {runs}",
            "bold",
        )
    if pending.rejected_clusters and not rejected:
        count = format_count(len(pending.rejected_clusters), "rejected cluster")
        yield Text.assemble(count, ": ", ("goldens pending --all", "bold"), " shows what was rejected")
    if pending.known_clusters:
        count = format_count(len(pending.known_clusters), "known cluster")
        yield Text.assemble(
            count, ", which fail no check: ", ("goldens known", "bold"), " lists the decisions"
        )
    if pending.outdated:
        versions = dict.fromkeys(str(each.version.public) for each in pending.outdated)
        again = " ".join(f"--torch {version}" for version in versions)
        count = format_count(len(pending.outdated), "record")
        yield Text.assemble(
            f"{count} of cases that were edited since: ", (f"goldens check {again}", "bold"), " looks again"
        )
    if pending.unsound:
        count = format_count(pending.unsound, "record")
        yield Text(f"{count} that cannot be accepted as they are; `goldens check` says why")


def show_pending_cluster(console: Console, cluster: PendingCluster, commands: Commands) -> None:
    """Show a cluster in full: each of its goldens, and how it differs."""
    console.print(_format_pending_head(cluster), soft_wrap=True)
    if cluster.drifts:
        print_lines(console, (*format_edits(cluster.drifts.edits, ALL), *format_also(cluster.drifts, ALL)))
        print_lines(console, _format_evidence(cluster.drifts))
        print_lines(console, (format_cases(cluster.cases, cluster.paths), *format_waiting(cluster)))
    for record in cluster.records:
        console.print()
        print_lines(console, format_pending_record(record))
    console.print()
    accept = commands.accept(cluster.fingerprint, reason=cluster.needs_reason)
    print_lines(console, [_format_command("accept", accept)])


def format_pending_record(record: PendingRecord) -> Iterator[Text]:
    """Format one pending record: what it is of, and all that differs, or what a new record holds."""
    unproved = "" if record.proved else "  not proved reproducible"
    yield Text.assemble(format_key(record.key), (f"  torch {record.torch}", "dim"), (unproved, "yellow"))
    yield from format_drift(record.drift, most_lines=ALL) if record.drift else format_record(record)


def format_record(record: PendingRecord) -> Iterator[Text]:
    """List what a new record holds: its outcome, and its artifacts' names."""
    yield Text(f"  {': '.join(filter(None, (record.record.outcome.value, record.record.reason)))}")
    for artifact in record.record.artifacts:
        yield Text(f"  {artifact.name}: {format_count(artifact.text.count(chr(10)) + 1, 'line')}")


def format_key(key: Key) -> Text:
    """Name a case and a tracing path as every surface does."""
    return Text.assemble((key[0], "bold"), " · ", (key[1], "bold"))
