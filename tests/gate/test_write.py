"""Goldens are written in one place, under the lock, and counted by what the store says."""

import ast
from pathlib import Path

from packaging.version import Version

import graph_goldens
from graph_goldens.gate.project import find_project
from graph_goldens.gate.write import open_writer
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import ChangeKind
from graph_goldens.records import Outcome, Record

HARNESS = Path(graph_goldens.__file__).parent
VERSION = Version("2.13.0")
RECORD = Record("p/a", "export", Outcome.GRAPHS, facts={"graphs": 1})


def project(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    return tmp_path


def test_a_record_becomes_the_golden_of_its_version_with_the_reason_without_blanks(tmp_path: Path) -> None:
    with open_writer(find_project(project(tmp_path)), "  as meant\n", print) as writer:
        first, second = writer.write(RECORD, VERSION), writer.write(RECORD, VERSION)
        assert writer.goldens.resolve(*RECORD.key, VERSION) == Golden(RECORD, "as meant")
    assert (first.kind, second.kind) == (ChangeKind.CREATED, ChangeKind.UNCHANGED)


def test_a_second_writer_waits_and_says_so(tmp_path: Path) -> None:
    found = find_project(project(tmp_path))
    said: list[str] = []

    def give_up(sentence: str) -> None:
        said.append(sentence)
        raise InterruptedError

    with open_writer(found, "", print):
        try:
            with open_writer(found, "", give_up):
                pass
        except InterruptedError:
            pass
    assert len(said) == 1
    assert "another update of" in said[0]


def test_nothing_else_hands_records_to_the_store() -> None:
    calls = [
        str(file.relative_to(HARNESS))
        for file in sorted(HARNESS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and ast.unparse(node.func.value).endswith("goldens")
    ]
    assert calls == ["gate/write.py"]


def test_a_check_starts_no_pytest_and_its_flows_fit_a_screen() -> None:
    tree = ast.parse((HARNESS / "gate" / "check.py").read_text())
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    assert {"check", "update"} <= lengths.keys()
    assert max(lengths.values()) <= 25
