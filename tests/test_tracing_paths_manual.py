"""The manual of own tracing paths: each line of its tables is run as the body of one, for real."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.end_to_end.example import Example, make_alone

REPOSITORY = Path(__file__).parents[1]
MANUAL = (REPOSITORY / "docs" / "tracing-paths.md").read_text(encoding="utf-8")
ALWAYS = ("graphs", "inputs", "outputs")
CASES = """
import torch
from graph_goldens import Case, case


@case
def summed() -> Case:
    return Case(lambda x: (x + x).relu(), args=(torch.ones(2, 3),), paths=PATHS)
"""
HEAD = """
import re

import torch
from torch.export import Dim

from graph_goldens import TextKind, Default, Tracing, text_rule, tracing_path


@text_rule(example=("scale=0.5", "scale=<number>"))
def hide_scales(text: str) -> str:
    return re.sub(r"scale=[0-9.]+", "scale=<number>", text)
"""


def read_rows(mark: str) -> list[list[str]]:
    """Read the rows of the table behind a mark: the code of the first cell, and the texts of the others."""
    table = MANUAL.partition(f"<!-- {mark} -->\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()[2:]]


def write_paths(rows: list[list[str]]) -> Iterator[str]:
    yield HEAD
    for number, (code, *_) in enumerate(rows):
        yield f"\n\n@tracing_path\ndef row_{number}(tracing: Tracing) -> None:\n    {code.strip('`')}\n"


def make_project(root: Path, rows: list[list[str]]) -> Example:
    names = [f"row-{number}" for number in range(len(rows))]
    files = {"p/paths.py": "".join(write_paths(rows)), "p/sums.py": CASES.replace("PATHS", repr(names))}
    return make_alone(root, files)


def list_names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_line_of_what_is_recorded_records_that(tmp_path: Path) -> None:
    rows = read_rows("recorded")
    assert len(rows) >= 20
    project = make_project(tmp_path, rows)
    project.run("update", code=0)
    shown = {each["path"]: each for each in project.run("show", "summed", "--json", code=0).json}
    found = [describe(code, shown[f"row-{number}"]) for number, (code, *_) in enumerate(rows)]
    assert found == [[code, list_names(artifacts), list_names(facts)] for code, artifacts, facts in rows]


def describe(code: str, record: dict[str, Any]) -> list[object]:
    kinds = {name.rpartition(".")[2] for name in record["artifacts"]}
    recorded = "graphs" if "code" in kinds else "texts" if kinds else "nothing captured"
    assert record["outcome"] == recorded, (code, record)
    return [code, list(record["artifacts"]), [name for name in record["facts"] if name not in ALWAYS]]


def test_every_mistake_of_the_table_is_told_in_these_words(tmp_path: Path) -> None:
    rows = read_rows("mistakes")
    assert len(rows) >= 11
    said = " ".join(make_project(tmp_path, rows).run("check", "--verbose", code=2).output.split())
    for number, (_, sentence) in enumerate(rows):
        assert f"the tracing path row-{number} cannot be used: {sentence}" in said


def test_the_examples_of_paths_and_rules_are_python() -> None:
    for code in re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL):
        compile(code, "docs/tracing-paths.md", "exec")
