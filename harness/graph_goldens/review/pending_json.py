"""What is pending as JSON, for programs that accept or reject it."""

from collections.abc import Sequence
from pathlib import Path

from graph_goldens.records import Json
from graph_goldens.report.history_table import encode_change, encode_drift, encode_edit
from graph_goldens.runs.pending import Pending, PendingCluster, PendingRecord


def encode_pending(pending: Pending, root: Path) -> dict[str, Json]:
    """Encode what is pending, what was rejected, and what cannot be accepted.

    Args:
        pending: what was found.
        root: the folder that the goldens' files are named from.
    """
    return {
        "runs": list(pending.runs),
        "clusters": _encode_clusters(pending.clusters, root),
        "rejected": _encode_clusters(pending.rejected_clusters, root),
        "known": _encode_clusters(pending.known_clusters, root),
        "outdated": [_encode_names(record) for record in pending.outdated],
        "unsound": pending.unsound,
    }


def _encode_clusters(clusters: Sequence[PendingCluster], root: Path) -> list[Json]:
    return [encode_cluster(cluster, root) for cluster in clusters]


def encode_cluster(cluster: PendingCluster, root: Path, *, texts: bool = False) -> dict[str, Json]:
    """Encode a cluster with each of its goldens; with all that differs in them only if that is asked for."""
    drifts = cluster.drifts
    return {
        "fingerprint": cluster.fingerprint,
        "class": cluster.class_name,
        "label": cluster.label,
        "severity": cluster.drifts.severity.value if cluster.drifts else None,
        "needs_reason": cluster.needs_reason,
        "proved": cluster.proved,
        "versions": list(cluster.versions),
        "cases": list(cluster.cases),
        "paths": list(cluster.paths),
        "edits": [encode_edit(edit) for edit in drifts.edits] if drifts else [],
        "also": [{**encode_change(each.change), "count": each.drifts} for each in drifts.also]
        if drifts
        else [],
        "goldens": [_encode_record(record, root, texts=texts) for record in cluster.records],
    }


def _encode_record(record: PendingRecord, root: Path, *, texts: bool) -> Json:
    fields: dict[str, Json] = {
        **_encode_names(record),
        "outcome": record.record.outcome.value,
        "reason": record.record.reason,
        "golden": name_file(record.file, root),
        "proved": record.proved,
        "rejected_because": record.because,
        "known_by": [each.name for each in record.known],
        "changes": [change.fingerprint for change in record.open_changes],
        "accepted_changes": _list_accepted(record),
    }
    if texts and record.drift:
        fields["edits"] = encode_drift(record.drift)["edits"]
        fields["texts"] = [
            {"artifact": text.name, "from": text.old, "to": text.new} for text in record.drift.texts
        ]
    return fields


def name_file(file: Path, root: Path) -> str:
    """Name a golden's file from a folder, in full where it lies elsewhere."""
    return str(file.relative_to(root) if file.is_relative_to(root) else file)


def _list_accepted(record: PendingRecord) -> list[Json]:
    """List the changes that were accepted already, while the others wait."""
    left = {change.fingerprint for change in record.open_changes}
    changes = record.drift.changes if record.drift else ()
    return [change.fingerprint for change in changes if change.fingerprint not in left]


def _encode_names(record: PendingRecord) -> dict[str, Json]:
    case, path = record.key
    return {"case": case, "path": path, "torch": record.torch}
