"""What versions resolve to; versions of which there is nothing are refused, and not looked through."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.resolved_goldens import read_step, resolve_goldens
from graph_goldens.gate.write import open_writer
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record
from graph_goldens.runs.selection import EVERYTHING

OLD, NEW = Version("2.12.1"), Version("2.13.0")
KEY = Key("p/case", "export")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\nsupported = ["2.12.1", "2.13.0"]\n')
    found = find_project(tmp_path)
    with open_writer(found, "", print) as writer:
        writer.write(Record(*KEY, Outcome.GRAPHS), OLD)
    return found


def test_a_version_resolves_to_the_newest_golden_that_is_not_newer(project: Project) -> None:
    resolved = resolve_goldens(project, EVERYTHING, [Version("1.0"), NEW])
    assert [(version, entry.version) for version, entry in resolved.held[KEY].items()] == [(NEW, OLD)]


def test_versions_for_which_nothing_holds_are_refused(project: Project) -> None:
    with pytest.raises(UserError, match=r"no golden holds for PyTorch 1\.0, 2\.0; they begin at 2\.12\.1"):
        resolve_goldens(project, EVERYTHING, [Version("1.0"), Version("2.0")])


def test_nothing_is_new_in_a_version_that_nobody_captured(project: Project) -> None:
    assert read_step(project, "2.13") == (OLD, NEW)
    for text, why in (("7", "nobody captured PyTorch 7"), ("2.12", "no version before 2.12.1 is known")):
        with pytest.raises(UserError, match=why):
            read_step(project, text)
