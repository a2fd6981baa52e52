"""What the page's script reads: a report as tables of numbers and strings."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.keys import Key
from graph_goldens.records import Json
from graph_goldens.report.model import Cell, Item, Matrix, Report, Section
from graph_goldens.report.page.graph_tables import CHANGES, NOTHING, Tables
from graph_goldens.report.page.page_links import CODES, name_drift, name_sections

CLASSES = tuple(DriftClass)
SEVERITIES = tuple(Severity)


@dataclass(frozen=True)
class PageData:
    """What the page's script reads of a report.

    Attributes:
        report: what it needs to open: drifts, their sections, the matrix.
        texts: the texts of all records, which it reads once somebody looks at one.
    """

    report: dict[str, Json]
    texts: dict[str, Json]


def build_page_data(report: Report) -> PageData:
    """Encode a report for the script; the numbers that people read stand in the page itself."""
    tables = Tables()
    names = name_sections(report.sections)
    drifts: list[Json] = []
    places: dict[tuple[str, str, str], int] = {}
    for number, section in enumerate(report.sections):
        for item in (*section.items, *section.known):
            places.setdefault((section.after, *item.drift.key), len(drifts))
            name = name_drift(names[number], item.drift.key)
            cluster = section.cluster_names[id(item.drift)]
            drifts.append(encode_drift(tables, item, number, name, cluster))
    opening: dict[str, Json] = {
        "classes": [encode_class(kind) for kind in CLASSES],
        "severities": [severity.value for severity in SEVERITIES],
        "changes": [change.value for change in CHANGES],
        "sections": [encode_section(tables, section) for section in report.sections],
        "drifts": drifts,
        "matrix": _encode_matrix(tables, report.matrix, places),
        "newest": [
            [tables.add_string(case), tables.add_string(path), tables.add_record(record)]
            for (case, path), record in report.records.items()
        ],
        "programs": [
            [tables.add_string(case), tables.add_text(source)] for case, source in report.programs.items()
        ],
        "strings": list(tables.strings),
    }
    return PageData(opening, tables.encode_texts())


def encode_class(kind: DriftClass) -> Json:
    """Encode a class: its name, and what it is called where there is room for two letters."""
    return {"name": kind.value, "code": CODES[kind]}


def encode_section(tables: Tables, section: Section) -> Json:
    """Encode what differs in one environment, or from one version to the next, without its drifts."""
    return {
        "title": tables.add_string(section.title),
        "before": tables.add_string(section.before),
        "after": tables.add_string(section.after),
        "source": tables.add_string(section.source.link if section.source else ""),
        "drifts": sum(section.classes.values()) + len(section.known),
    }


def encode_drift(tables: Tables, item: Item, section: int, name: str, cluster: str) -> Json:
    """Encode a drift, with all that its two records hold.

    Args:
        tables: the tables, which get the records.
        item: the drift.
        section: which section it stands in, from 0.
        name: what a link to it ends in.
        cluster: its cluster's name in the section.
    """
    drift = item.drift
    return {
        "name": tables.add_string(name),
        "section": section,
        "case": tables.add_string(drift.case),
        "path": tables.add_string(drift.path),
        "kind": CLASSES.index(drift.kind),
        "severity": SEVERITIES.index(drift.severity),
        "label": tables.add_string(drift.label),
        "cluster": tables.add_string(cluster),
        "golden": tables.add_string(item.golden),
        "because": tables.add_string(item.because),
        "evidence": tables.add_string(describe_evidence([drift])),
        "old": tables.add_record(drift.golden),
        "new": tables.add_record(drift.record),
        "graphs": tables.compare(drift.golden, drift.record),
        "edits": [_encode_edit(tables, edit) for edit in drift.edits],
    }


def _encode_edit(tables: Tables, edit: Edit) -> Json:
    detail = edit.detail.value if edit.detail else ""
    return [
        CLASSES.index(edit.kind),
        SEVERITIES.index(edit.severity),
        tables.add_string(edit.where),
        tables.add_string(edit.sentence),
        tables.add_string(detail),
    ]


def _encode_matrix(tables: Tables, matrix: Matrix, places: dict[tuple[str, str, str], int]) -> Json:
    """Encode the matrix; a cell opens the drift of the section whose newer side is its column."""
    return {
        "columns": [tables.add_string(column) for column in matrix.columns],
        "rows": [
            [
                tables.add_string(case),
                tables.add_string(path),
                _encode_cells(tables, matrix, Key(case, path), cells, places),
            ]
            for (case, path), cells in matrix.rows.items()
        ],
    }


def _encode_cells(
    tables: Tables,
    matrix: Matrix,
    key: Key,
    cells: Sequence[Cell],
    places: dict[tuple[str, str, str], int],
) -> Json:
    return [
        [
            tables.add_string(cell.letter),
            tables.add_string(cell.outcome),
            CLASSES.index(cell.kind) if cell.kind else NOTHING,
            SEVERITIES.index(cell.severity) if cell.severity else NOTHING,
            places.get((column, *key), NOTHING),
        ]
        for column, cell in zip(matrix.columns, cells, strict=True)
    ]
