"""What the page's script reads: a report as tables of numbers and strings."""

from collections.abc import Sequence

from harness.drift import DriftClass, Edit
from harness.records import Json
from harness.reports.page.names import CODES, drift_name, section_names
from harness.reports.page.tables import CHANGES, NOTHING, Tables
from harness.reports.report import Cell, Item, Matrix, Report, Section

CLASSES = tuple(DriftClass)


def page_data(report: Report) -> dict[str, Json]:
    """Encode a report for the script; the numbers that people read stand in the page itself."""
    tables = Tables()
    names = section_names(report.sections)
    drifts: list[Json] = []
    places: dict[tuple[str, str, str], int] = {}
    for number, section in enumerate(report.sections):
        for item in section.items:
            places.setdefault((section.after, *item.drift.key), len(drifts))
            drifts.append(_drift_json(tables, item, number, drift_name(names[number], item.drift.key)))
    return {
        "classes": [_class_json(kind) for kind in CLASSES],
        "changes": [change.value for change in CHANGES],
        "sections": [_section_json(tables, section) for section in report.sections],
        "drifts": drifts,
        "matrix": _matrix_json(tables, report.matrix, places),
        "newest": [
            [tables.string(case), tables.string(path), tables.record(record)]
            for (case, path), record in report.records.items()
        ],
        "programs": [[tables.string(case), tables.text(source)] for case, source in report.programs.items()],
        **tables.as_json(),
    }


def _class_json(kind: DriftClass) -> Json:
    return {"name": kind.value, "severity": kind.severity.value, "code": CODES[kind]}


def _section_json(tables: Tables, section: Section) -> Json:
    return {
        "title": tables.string(section.title),
        "before": tables.string(section.before),
        "after": tables.string(section.after),
        "drifts": sum(section.classes.values()),
    }


def _drift_json(tables: Tables, item: Item, section: int, name: str) -> Json:
    drift = item.drift
    return {
        "name": tables.string(name),
        "section": section,
        "case": tables.string(drift.case),
        "path": tables.string(drift.path),
        "kind": CLASSES.index(drift.kind),
        "label": tables.string(drift.label),
        "fingerprint": tables.string(drift.fingerprint),
        "golden": tables.string(item.golden),
        "because": tables.string(item.because),
        "old": tables.record(drift.golden),
        "new": tables.record(drift.record),
        "graphs": tables.compare(drift.golden, drift.record),
        "edits": [_edit_json(tables, edit) for edit in drift.edits],
    }


def _edit_json(tables: Tables, edit: Edit) -> Json:
    detail = edit.detail.value if edit.detail else ""
    return [
        CLASSES.index(edit.kind),
        tables.string(edit.where),
        tables.string(edit.sentence),
        tables.string(detail),
    ]


def _matrix_json(tables: Tables, matrix: Matrix, places: dict[tuple[str, str, str], int]) -> Json:
    """Encode the matrix; a cell opens the drift of the section whose newer side is its column."""
    return {
        "columns": [tables.string(column) for column in matrix.columns],
        "rows": [
            [
                tables.string(case),
                tables.string(path),
                _cells_json(tables, matrix, (case, path), cells, places),
            ]
            for (case, path), cells in matrix.rows.items()
        ],
    }


def _cells_json(
    tables: Tables,
    matrix: Matrix,
    key: tuple[str, str],
    cells: Sequence[Cell],
    places: dict[tuple[str, str, str], int],
) -> Json:
    return [
        [
            tables.string(cell.letter),
            tables.string(cell.outcome),
            CLASSES.index(cell.kind) if cell.kind else NOTHING,
            places.get((column, *key), NOTHING),
        ]
        for column, cell in zip(matrix.columns, cells, strict=True)
    ]
