"""The words that every report has in common: counts, what a class says, and the command that accepts."""

from collections.abc import Mapping

from graph_goldens.drift.classes import CLASS_ROWS, DriftClass, Severity
from graph_goldens.drift.clusters import Cluster
from graph_goldens.report.model import Report, Spread
from graph_goldens.words import format_count

MEANINGS: Mapping[DriftClass, str] = {kind: row.meaning for kind, row in CLASS_ROWS.items()}


def describe_classes(classes: Mapping[DriftClass, int]) -> str:
    """Say how many drifts there are of each class, the worst first: `operators 10, renamed 2`."""
    return ", ".join(f"{kind.value} {count:,}" for kind, count in classes.items())


def describe_weight(cluster: Cluster) -> str:
    """Say a cluster's class, and that it does not matter where the project, or its class, says so."""
    return cluster.label if cluster.severity is Severity.SEMANTIC else f"{cluster.label} · cosmetic"


def describe_report(report: Report) -> str:
    """Say what was found in one line, and what else is to be known of it."""
    return "; ".join([describe_found(report), *report.remarks])


def describe_found(report: Report) -> str:
    """Say what was found: `12 drifts in 3 clusters: operators 10, renamed 2`."""
    drifts = sum(report.classes.values())
    clusters = format_count(len(report.spreads), "cluster")
    found = f"{format_count(drifts, 'drift')} in {clusters}: {describe_classes(report.classes)}"
    others = f", {format_count(len(report.problems), 'other finding')}" if report.problems else ""
    found = found if drifts else "No new drift" if report.buckets.get("known") else "No drift"
    return found + describe_buckets(report.buckets) + others


def describe_buckets(buckets: Mapping[str, int]) -> str:
    """Say how many drifts are known and accepted beside the new ones: `, 3 known, 41 accepted`."""
    return "".join(f", {buckets[name]:,} {name}" for name in ("known", "accepted") if buckets.get(name))


def build_accept_command(spread: Spread) -> str:
    """Build the command that accepts a cluster; empty where the goldens already hold it."""
    options = [section.accept for section in spread.sections if section.accept is not None]
    if not options:
        return ""
    torch = f" {options[0]}" if len(options) == 1 and options[0] else ""
    reason = ' --because "…"' if spread.cluster.severity is Severity.SEMANTIC else ""
    return f"goldens accept {spread.cluster.fingerprint}{torch}{reason}"
