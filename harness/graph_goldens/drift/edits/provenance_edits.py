"""What differs between where the nodes of two graphs come from.

Modules and functions are an origin alone. What a program annotates (`torch.fx.traceback.annotate`, read by
passes as `custom`) and what activation checkpointing must keep (`recompute`, read by
torch/_functorch/partitioners.py) are more than that.
"""

from collections.abc import Iterator, Mapping

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.text.wording import contrast
from graph_goldens.graphs.recorded_lines import read_provenance
from graph_goldens.words import format_count

_WORDS = {
    "module": ("module", DriftClass.PROVENANCE),
    "source": ("source", DriftClass.PROVENANCE),
    "torch_fn": ("function", DriftClass.PROVENANCE),
    "custom": ("annotation", DriftClass.OPERATORS),
    "recompute": ("recompute tag", DriftClass.OPERATORS),
}
_NOTHING: Mapping[str, str] = {}


def find_provenance_edits(old: str, new: str, alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find an edit for each way in which nodes that both graphs have come from elsewhere."""
    before, after = read_provenance(old), read_provenance(new)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name, other in alignment.pairs.items():
        left, right = before.get(name, _NOTHING), after.get(other, _NOTHING)
        for kind in _WORDS:
            was, now = left.get(kind, ""), right.get(kind, "")
            if was != now:
                alike.setdefault((kind, was, now), []).append(other)
    for (kind, was, now), nodes in alike.items():
        yield _build_edit(kind, was, now, nodes, where)


def _build_edit(kind: str, was: str, now: str, nodes: list[str], where: str) -> Edit:
    what, severity = _WORDS[kind]
    left, right = contrast(was, now)
    more = f" and {format_count(len(nodes) - 1, 'more node')}" if len(nodes) > 1 else ""
    sentence = f"{what} of `%{nodes[0]}`{more}: {left or 'nothing'} → {right or 'nothing'}"
    change = "another" if was and now else ("- " if was else "+ ").strip()
    return Edit(severity, where, sentence, pattern=f"{change} {what}")
