"""New names of a graph's nodes, in one edit."""

import re
from collections.abc import Iterator

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.graphs.node_table import Node
from graph_goldens.words import join_some

_SUFFIX = re.compile(r"(?:_\d+)+$")
_NUMBERS = re.compile(r"\d+")


def find_rename_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find the one edit that says how names changed, where any did."""
    changed = [
        (old, new)
        for old, new in alignment.pairs.items()
        if old != new and alignment.old.by_name[old].op != "output"
    ]
    if changed:
        shown = join_some([f"`%{old}` → `%{new}`" for old, new in changed])
        nodes = alignment.old.by_name
        ways = sorted({_spell_way(nodes[old], new) for old, new in changed})
        yield Edit(DriftClass.RENAMED, where, f"{shown} ({', '.join(ways)})", pattern="; ".join(ways))


def _spell_way(node: Node, new: str) -> str:
    """Say in which way a name changed, without the name."""
    if _SUFFIX.sub("", node.name) == _SUFFIX.sub("", new):
        return "other number suffixes"
    if _NUMBERS.sub("", node.name) == _NUMBERS.sub("", new):
        return "other numbers"
    if node.op == "placeholder":
        return "other names of inputs"
    if node.op == "get_attr":
        return "other names of attributes"
    return "other names of operators' results"
