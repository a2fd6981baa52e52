"""What the live page reads of a pending cluster: the tables of a report, and its records one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.records import Json
from graph_goldens.report.cluster_text import Commands, describe_also
from graph_goldens.report.model import Item, Section
from graph_goldens.report.page.data import CLASSES, SEVERITIES, encode_class, encode_drift, encode_section
from graph_goldens.report.page.graph_tables import CHANGES, NOTHING, Tables
from graph_goldens.report.page.overview import ClusterView, GoldenLink
from graph_goldens.report.page.page_links import build_link
from graph_goldens.report.page.render_page import make_environment
from graph_goldens.runs.pending import PendingCluster, PendingRecord
from graph_goldens.words import join_some, make_visible

_MOST_VERSIONS = 3


def encode_pending_cluster(
    cluster: PendingCluster, programs: Mapping[str, str], files: Sequence[str]
) -> dict[str, Json]:
    """Encode a cluster for the live page.

    Args:
        cluster: the cluster.
        programs: the source of each case's program, where it was found.
        files: for each of its records the file of its golden, as people name it.

    Returns:
        Its card as HTML, the tables that `takeReport` reads, and `goldens`: its records in order.
    """
    tables = Tables()
    sections = [Section(torch, "golden", torch) for torch in cluster.versions]
    drifts: list[Json] = []
    goldens = [
        _encode_golden(tables, cluster, each, file, drifts)
        for each, file in zip(cluster.records, files, strict=True)
    ]
    cases = set(cluster.cases)
    return {
        "name": cluster.fingerprint,
        "card": render_card(cluster),
        "goldens": goldens,
        "classes": [encode_class(kind) for kind in CLASSES],
        "severities": [severity.value for severity in SEVERITIES],
        "changes": [change.value for change in CHANGES],
        "sections": [encode_section(tables, section) for section in sections],
        "drifts": drifts,
        "matrix": {"columns": [], "rows": []},
        "newest": [],
        "programs": [
            [tables.add_string(case), tables.add_text(source)]
            for case, source in programs.items()
            if case in cases
        ],
        "strings": list(tables.strings),
        "texts": tables.encode_texts(),
    }


def _encode_golden(
    tables: Tables, cluster: PendingCluster, record: PendingRecord, file: str, drifts: list[Json]
) -> Json:
    case, path = record.key
    place, old = NOTHING, None
    if record.drift:
        section = cluster.versions.index(record.torch)
        item = Item(record.drift, file)
        place, old = len(drifts), tables.add_record(record.drift.golden)
        name = _name_golden(cluster, record)
        drifts.append(encode_drift(tables, item, section, name, cluster.fingerprint))
    return {
        "name": make_visible(_name_golden(cluster, record)),
        "case": make_visible(case),
        "path": make_visible(path),
        "torch": record.torch,
        "file": make_visible(file),
        "proved": record.proved,
        "needs_reason": replace(cluster, records=(record,), sharing=()).needs_reason,
        "drift": place,
        "old": old,
        "new": tables.add_record(record.record),
        "more": _says_more(cluster, record),
    }


def _says_more(cluster: PendingCluster, record: PendingRecord) -> bool:
    """Whether a record's edits say anything that its cluster's card does not."""
    if not (record.drift and cluster.drifts):
        return False
    return [edit.sentence for edit in record.drift.edits] != [each.sentence for each in cluster.drifts.edits]


def _name_golden(cluster: PendingCluster, record: PendingRecord) -> str:
    return f"golden={cluster.fingerprint}/{record.torch}/{record.record.case}/{record.key.path}"


def render_card(cluster: PendingCluster) -> str:
    """Render what a cluster says in words, as a report shows it, as HTML."""
    template = make_environment().get_template("pending_card.html.j2")
    versions = join_some(cluster.versions, _MOST_VERSIONS)
    section = Section(versions, "golden", versions)
    links = tuple(_link_golden(cluster, each) for each in cluster.records)
    commands = Commands()
    return template.render(
        view=_view_cluster(cluster, links, commands) if cluster.drifts else None,
        section=section,
        cluster=cluster,
        links=links,
        name=f"cluster={cluster.fingerprint}",
        accept=commands.accept(cluster.fingerprint, reason=False),
    )


def _link_golden(cluster: PendingCluster, record: PendingRecord) -> GoldenLink:
    several = len(cluster.versions) > 1
    path = f"{record.key.path} · torch {record.torch}" if several else record.key.path
    return GoldenLink(record.record.case, path, build_link(_name_golden(cluster, record)))


def _view_cluster(
    cluster: PendingCluster, links: tuple[GoldenLink, ...], commands: Commands
) -> ClusterView | None:
    drifts = cluster.drifts
    if drifts is None:
        return None
    return ClusterView(
        cluster=drifts,
        name=f"cluster={cluster.fingerprint}",
        goldens=links,
        evidence=describe_evidence(drifts.drifts),
        also_changed=tuple(describe_also(each, len(drifts.drifts)) for each in drifts.also),
        clearest=build_link(_name_golden(cluster, cluster.first)),
        also={},
        show=commands.show(cluster.fingerprint),
        accept=commands.accept(cluster.fingerprint, reason=cluster.needs_reason),
    )
