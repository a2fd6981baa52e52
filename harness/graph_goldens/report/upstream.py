"""Where a cluster may come from: commits of a clone of PyTorch that touch what defines what changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from graph_goldens.drift.drift import Drift
from graph_goldens.environments.upstream_commits import UpstreamCommit, list_upstream_commits
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.records import Record
from graph_goldens.report.model import Report

MOST_COMMITS = 5
_MOST_NAMES = 8
_SHORTEST_NAME = 3

DEFINITIONS = (
    "aten/src/ATen/native",
    "tools/autograd/derivatives.yaml",
    "torch/_decomp",
    "torch/_higher_order_ops",
    "torch/_meta_registrations.py",
    "torch/_ops.py",
    "torch/_prims",
    "torch/_refs",
    "torch/_subclasses",
)
"""Where PyTorch defines operators, their decompositions, and what is made of them under tracing."""

PASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "symbolic-trace": ("torch/fx",),
        "make-fx": ("torch/fx",),
        "export": ("torch/export", "torch/_export", "torch/_functorch"),
        "aot": ("torch/_functorch",),
        "compile": ("torch/_dynamo", "torch/_functorch"),
        "compile-inductor": ("torch/_inductor",),
    }
)
"""Where the passes of a tracing path lie, by the beginning of its name."""


def find_upstream(report: Report, clone: Path) -> Report:
    """Look for commits between the two builds of each cluster in a clone of PyTorch.

    Raises:
        UserError: the folder is no clone of PyTorch, or lacks a commit.
        ToolError: git fails.
    """
    found: dict[str, Sequence[UpstreamCommit]] = {}
    for spread in report.spreads:
        place = spread.representative
        if step := place.section.source:
            drift = place.item.drift
            names, places = list_changed_operators(drift), list_places(drift)
            commits = list_upstream_commits(clone, step.before_commit, step.after_commit, names, places)
            found[spread.cluster.fingerprint] = commits[:MOST_COMMITS]
    return replace(report, upstream=found)


def list_changed_operators(drift: Drift) -> list[str]:
    """List the names of the operators that one of the two records calls more often than the other."""
    old, new = _count_operators(drift.golden), _count_operators(drift.record)
    changed = Counter({name: abs(old[name] - new[name]) for name in old.keys() | new.keys()})
    names = [name for name, count in sorted(changed.items(), key=lambda each: (-each[1], each[0])) if count]
    return [name for name in names if len(name) >= _SHORTEST_NAME][:_MOST_NAMES]


def list_places(drift: Drift) -> list[str]:
    """List the files and folders that may define what changed: operators, and passes of the tracing path."""
    passes = [place for start, places in PASSES.items() if drift.path.startswith(start) for place in places]
    return list(dict.fromkeys([*DEFINITIONS, *passes]))


def _count_operators(record: Record) -> Counter[str]:
    counts: Counter[str] = Counter()
    for artifact in record.artifacts:
        if artifact.name.endswith(".graph"):
            counts.update(_list_operators(artifact.text))
    return counts


def _list_operators(text: str) -> list[str]:
    try:
        targets = [node.target for node in read_graph(text).nodes if node.op.startswith("call_")]
    except GraphError:
        return []
    return [_name_operator(target) for target in targets]


def _name_operator(target: str) -> str:
    """Name an operator without its namespace and overload: `view` of `torch.ops.aten.view.default`."""
    parts = target.split(".")
    return parts[3] if target.startswith("torch.ops.") and len(parts) > 3 else parts[-1]
