"""What failed last is asked for again: drifted, missing and faulty records, and cases that cannot be used."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.errors import UserError
from graph_goldens.gate.home import find_home
from graph_goldens.gate.last_failed import find_last_failed
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.write import open_writer
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, save_run
from graph_goldens.runs.selection import Selection, select

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
SAME, DRIFTED, NEW = (Record(f"p/{name}", "export", Outcome.GRAPHS) for name in ("same", "drifted", "new"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cases").mkdir()
    found = find_project(tmp_path)
    accept(found, SAME, DRIFTED)
    return found


def accept(project: Project, *records: Record) -> None:
    with open_writer(project, "", print) as writer:
        for record in records:
            writer.write(record, Version("2.13.0"))


def save(project: Project, torch: str = "2.13.0+cpu", mistakes: tuple[Mistake, ...] = ()) -> None:
    other = replace(DRIFTED, artifacts=(Artifact("module.code", "x = 1\n"),))
    captures = {each.key: Capture(each) for each in (SAME, other, NEW)}
    save_run(Run({**ENVIRONMENT, "torch": torch}, captures, mistakes=mistakes), find_home(project))


def test_drifted_and_missing_records_and_unusable_cases_failed(project: Project) -> None:
    save(project, mistakes=(Mistake("p/bad.py", "it raises", ("p/bad",)),))
    assert find_last_failed(project) == {DRIFTED.key, NEW.key, Key("p/bad", "")}
    assert find_last_failed(project, [Version("2.13.0")]) == find_last_failed(project)


def test_what_was_accepted_meanwhile_failed_no_longer(project: Project) -> None:
    save(project)
    accept(project, NEW)
    assert find_last_failed(project) == {DRIFTED.key}


def test_without_a_run_nothing_is_known(project: Project) -> None:
    save(project, "2.12.1+cpu")
    with pytest.raises(UserError, match="run `goldens check`"):
        find_last_failed(project, [Version("2.13.0")])


def test_a_selection_of_keys_leaves_all_others_out() -> None:
    keys = [SAME.key, DRIFTED.key, Key("p/bad", "export"), Key("p/bad", "export-strict")]
    chosen = Selection(keys=frozenset({DRIFTED.key, Key("p/bad", "")}))
    assert select(keys, chosen) == keys[1:]
    assert not chosen.everything
    with pytest.raises(UserError, match="none of what failed last"):
        select([SAME.key], chosen)
