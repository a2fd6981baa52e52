"""Which operators occur in the goldens, by tracing path and version. Needs no PyTorch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from packaging.version import Version

from graph_goldens.gate.project import Project
from graph_goldens.gate.resolved_goldens import ResolvedGoldens, ask_index, resolve_goldens
from graph_goldens.goldens.golden_index import GoldenIndex
from graph_goldens.runs.selection import Selection


@dataclass(frozen=True)
class OperatorUse:
    """Where an operator occurs.

    Attributes:
        operator: what is called, as graph strings print it: `torch.ops.aten.add.Tensor`, `pop`.
        kind: how: `call_function`, `call_method` or `call_module`.
        cases: for each version and tracing path the cases in whose graphs it occurs, in order.
    """

    operator: str
    kind: str
    cases: Mapping[Version, Mapping[str, tuple[str, ...]]]

    def count(self, version: Version) -> int:
        """Count the records of a version in which it occurs."""
        return sum(map(len, self.cases.get(version, {}).values()))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The tracing paths in whose graphs it occurs."""
        return tuple(sorted({path for paths in self.cases.values() for path in paths}))


@dataclass(frozen=True)
class OperatorCensus:
    """Which operators occur.

    Attributes:
        versions: the versions, oldest first.
        uses: each operator that occurs under one of them, by name.
        new_in: the version whose new ones these are, with the version before it; None where these are all.
    """

    versions: tuple[Version, ...]
    uses: tuple[OperatorUse, ...]
    new_in: tuple[Version, Version] | None = None


def count_operators(project: Project, selection: Selection, versions: Sequence[Version]) -> OperatorCensus:
    """Find which operators occur in what versions resolve to.

    Raises:
        UserError: there are no goldens, the selection matches nothing, or one cannot be read.
    """
    resolved = resolve_goldens(project, selection, versions)
    return ask_index(project, lambda index: _count(index, resolved))


def keep_new(census: OperatorCensus) -> OperatorCensus:
    """Keep what occurs by a tracing path at the later of two versions and by that path not at the earlier."""
    before, after = census.versions
    kept = []
    for use in census.uses:
        old, now = use.cases.get(before, {}), use.cases.get(after, {})
        new = {path: cases for path, cases in now.items() if path not in old}
        if new:
            kept.append(replace(use, cases={after: new}))
    return OperatorCensus((after,), tuple(kept), (before, after))


def _count(index: GoldenIndex, resolved: ResolvedGoldens) -> OperatorCensus:
    found: dict[str, dict[Version, dict[str, list[str]]]] = {}
    listed: dict[str, list[str]] = {}
    for (case, path), held in resolved.held.items():
        for version, entry in held.items():
            if entry.place not in listed:
                graphs = index.read(entry).graphs
                lines = {line for graph in graphs for line in index.list_operators(graph)}
                listed[entry.place] = sorted(lines)
            for line in listed[entry.place]:
                if " " in line:
                    found.setdefault(line, {}).setdefault(version, {}).setdefault(path, []).append(case)
    uses = [_make_use(line, cases) for line, cases in found.items()]
    return OperatorCensus(resolved.versions, tuple(sorted(uses, key=lambda use: (use.operator, use.kind))))


def _make_use(line: str, cases: Mapping[Version, Mapping[str, Sequence[str]]]) -> OperatorUse:
    kind, _, operator = line.partition(" ")
    return OperatorUse(
        operator,
        kind,
        {
            version: {path: tuple(dict.fromkeys(named)) for path, named in sorted(paths.items())}
            for version, paths in cases.items()
        },
    )
