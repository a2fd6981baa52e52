"""What is pending, as the live page lists it."""

from graph_goldens.live.live_review import PendingState
from graph_goldens.records import Json
from graph_goldens.report.drift_text import shorten_sentence
from graph_goldens.report.page.page_links import CODES
from graph_goldens.runs.pending import PendingCluster
from graph_goldens.words import join_some, make_visible

_LONGEST = 160
_MOST_CASES = 2


def encode_state(state: PendingState) -> dict[str, Json]:
    """Encode what is pending, the worst cluster first, each with the digest that an answer names."""
    pending = state.pending
    return {
        "revision": state.revision,
        "problem": make_visible(state.problem),
        "runs": list(pending.runs),
        "clusters": [_encode_row(cluster, state.seen[cluster.fingerprint]) for cluster in pending.clusters],
        "rejected": len(pending.rejected),
        "known": len(pending.known),
        "outdated": len(pending.outdated),
        "unsound": pending.unsound,
    }


def _encode_row(cluster: PendingCluster, saw: str) -> Json:
    severity = cluster.drifts.severity.value if cluster.drifts else ""
    return {
        "name": cluster.fingerprint,
        "saw": saw,
        "class": cluster.class_name,
        "code": CODES[cluster.kind] if cluster.kind else "+",
        "severity": severity,
        "label": cluster.label,
        "needs_reason": cluster.needs_reason,
        "sentence": _say(cluster),
        "goldens": len(cluster.records),
        "cases": make_visible(join_some(cluster.cases, _MOST_CASES)),
        "words": make_visible(cluster.words),
    }


def _say(cluster: PendingCluster) -> str:
    edits = cluster.drifts.edits if cluster.drifts else ()
    return shorten_sentence(edits[0].sentence, _LONGEST) if edits else "no golden yet"
