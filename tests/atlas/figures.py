"""The figures of the atlas as Markdown: of one step between versions, of all, and operators by version."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from packaging.version import Version

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.clusters import Cluster
from graph_goldens.gate.operator_census import OperatorCensus, OperatorUse
from graph_goldens.report.formats.code_spans import format_code
from graph_goldens.report.phrases import describe_classes
from graph_goldens.words import format_count, join_some, shorten_text
from tests.atlas.census import AtlasCensus, AtlasStep, count_by_pack, list_steady

REGISTRY = "torch.ops."
MOST_CASES = 1
MOST_PATHS = 2
LONGEST_HEAD = 160


def write_step(step: AtlasStep) -> str:
    """Write the figures of one page: what was compared, the clusters, the operators that came and went."""
    return "\n".join((*_write_counts(step), "", *_write_clusters(step.section.clusters), *_write_moves(step)))


def _write_counts(step: AtlasStep) -> Iterator[str]:
    section = step.section
    cases = [item.drift.case for item in section.items]
    paths = Counter(item.drift.path for item in section.items)
    yield f"| {step.before} → {step.after} | |"
    yield "| --- | --- |"
    yield f"| records compared | {section.records:,} |"
    yield f"| drifts | {len(section.items):,}, of which {section.severities[Severity.SEMANTIC]:,} semantic |"
    yield f"| by class | {describe_classes(section.classes)} |"
    yield f"| by pack | {_join_counts(count_by_pack(cases).items())} |"
    yield f"| by tracing path | {_join_counts(sorted(paths.items(), key=lambda pair: (-pair[1], pair[0])))} |"
    yield f"| clusters | {len(section.clusters):,} |"


def _join_counts(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"`{name}` {count:,}" for name, count in counts)


def _write_clusters(clusters: Sequence[Cluster]) -> Iterator[str]:
    """Write a row for each cluster: those that matter, then those that do not."""
    for severity in reversed(Severity):
        chosen = [cluster for cluster in clusters if cluster.severity is severity]
        if chosen:
            yield f"{format_count(len(chosen), f'{severity.value} cluster')}:"
            yield ""
            yield "| class | what changed | records | where |"
            yield "| --- | --- | ---: | --- |"
            yield from map(_write_cluster, chosen)
            yield ""


def _write_cluster(cluster: Cluster) -> str:
    head = format_code(shorten_text(cluster.edits[0].sentence, LONGEST_HEAD), in_table=True)
    more = len(cluster.edits) - 1
    otherwise = sum(each.drifts for each in cluster.also if each.leads)
    also = f" and {format_count(more, 'edit')} more" if more else ""
    also += f", in {otherwise:,} with another end" if otherwise else ""
    where = f"{_join_names(cluster.cases, MOST_CASES)}<br>by {_join_names(cluster.paths, MOST_PATHS)}"
    return f"| {cluster.label} | {head}{also} | {len(cluster.drifts):,} | {where} |"


def _join_names(names: Sequence[str], most: int) -> str:
    return join_some([format_code(name, in_table=True) for name in names], most)


def _write_moves(step: AtlasStep) -> Iterator[str]:
    yield from _write_operators(
        f"New operators, which no graph of {step.before} holds", step.come, step.after
    )
    yield ""
    yield from _write_operators(
        f"Operators that are gone, which no graph of {step.after} holds", step.gone, step.before
    )


def _write_operators(what: str, uses: Sequence[OperatorUse], version: Version) -> Iterator[str]:
    """Write a line for each operator, with the records of a version that hold it."""
    yield f"{what}: {len(uses)}." if uses else f"{what}: none."
    for use in uses:
        if use is uses[0]:
            yield ""
        paths = _join_names(list(use.cases[version]), MOST_PATHS)
        yield f"- {_name_operator(use)}, in {format_count(use.count(version), 'record')} by {paths}"


def _name_operator(use: OperatorUse) -> str:
    """Name an operator, without what all of the registry begin with; of a method or a module say so."""
    kind = use.kind.removeprefix("call_")
    note = "" if kind == "function" else f" ({kind})"
    return f"{format_code(use.operator.removeprefix(REGISTRY), in_table=True)}{note}"


def write_steps(census: AtlasCensus) -> str:
    """Write the figures of the index: a row for each step, and its page."""
    lines = [
        f"Over {format_count(census.steps[0].section.records, 'record')} of the packs "
        f"{', '.join(f'`{pack}`' for pack in census.packs)}.",
        "",
        "| version | drifts | semantic | clusters | of which by class of the leading change | operators |",
        "| --- | ---: | ---: | ---: | --- | ---: |",
    ]
    return "\n".join((*lines, *map(_write_step_row, census.steps)))


def _write_step_row(step: AtlasStep) -> str:
    section = step.section
    kinds = Counter(cluster.kind for cluster in section.clusters)
    classes = describe_classes({kind: kinds[kind] for kind in sorted(kinds, reverse=True)})
    return (
        f"| [{step.after}]({name_page(step.after)}) | {len(section.items):,} "
        f"| {section.severities[Severity.SEMANTIC]:,} | {len(section.clusters):,} | {classes} "
        f"| +{len(step.come)} −{len(step.gone)} |"
    )


def name_page(version: Version) -> str:
    """Name the file of a version's page."""
    return f"{version}.md"


def write_operators(census: OperatorCensus) -> str:
    """Write the table of operators by version: those of the registry, Python's, and those in each version."""
    steady = list_steady(census)
    moving = [use for use in census.uses if use not in steady]
    of_registry = [use for use in moving if use.operator.startswith(REGISTRY)]
    others = [use for use in moving if use not in of_registry]
    tables = (
        *_write_table("operator of `torch.ops`", of_registry, census),
        "",
        *_write_table("function, method or module", others, census),
    )
    return "\n".join((*tables, "", *_fold_away(steady)))


def _write_table(what: str, uses: Sequence[OperatorUse], census: OperatorCensus) -> Iterator[str]:
    yield f"| {what} | {' | '.join(f'{each.major}.{each.minor}' for each in census.versions)} |"
    yield f"| --- | {' | '.join('---:' for _ in census.versions)} |"
    yield from (_write_use(use, census) for use in uses)


def _fold_away(steady: Sequence[OperatorUse]) -> Iterator[str]:
    yield f"<details><summary>{format_count(len(steady), 'operator')} in every version</summary>"
    yield ""
    yield ", ".join(map(_name_operator, steady))
    yield ""
    yield "</details>"


def _write_use(use: OperatorUse, census: OperatorCensus) -> str:
    counts = (use.count(version) for version in census.versions)
    cells = " | ".join(f"{count:,}" if count else "·" for count in counts)
    return f"| {_name_operator(use)} | {cells} |"
