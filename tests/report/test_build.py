"""Reports of results, of saved runs, of the goldens' history, and of what a change does to them."""

import html
import os
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from packaging.version import Version

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.drift.classes import DriftClass
from graph_goldens.errors import UserError
from graph_goldens.gate.environment_matrix import Ended, Failure
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.result import Result
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.report.build import report_history, report_results, report_runs
from graph_goldens.report.build_change import report_change
from graph_goldens.report.formats.table import FORMAT_ROWS, Format
from graph_goldens.report.model import Gravity, Problem, ProblemKind, Report
from graph_goldens.report.named_runs import find_runs
from graph_goldens.runs.run import Run, save_run
from graph_goldens.runs.selection import Selection

VERSIONS = ["2.8.0", "2.9.1", "2.10.0"]
CASE = """from graph_goldens import Case, case


def added(x):
    return x + x


@case
def flat() -> Case:
    return Case(added)
"""


def make(case: str, path: str, text: str = "a") -> Record:
    return Record(case, path, Outcome.GRAPHS, artifacts=(Artifact("program.signature", f"input {text}"),))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one case; `export` changes at 2.10.0, with a reason, and `late` begins at 2.9.1."""
    root = tmp_path / "project"
    (root / "cases" / "shapes").mkdir(parents=True)
    (root / "cases" / "shapes" / "flat.py").write_text(CASE)
    listed = ", ".join(f'"{version}"' for version in VERSIONS)
    (root / "pyproject.toml").write_text(f'[tool.goldens]\nsupported = [{listed}]\ndefault = "2.10.0"\n')
    project = find_project(root)
    goldens = Goldens(project.snapshots, project.supported)
    goldens.update(Version("2.8.0"), Golden(make("shapes/flat", "export")))
    goldens.update(Version("2.8.0"), Golden(make("shapes/flat", "same")))
    goldens.update(Version("2.10.0"), Golden(make("shapes/flat", "export", "b"), because="2.10 renames it"))
    goldens.update(Version("2.9.1"), Golden(make("shapes/flat", "late")))
    return project


def accept(project: Project, version: str, record: Record, because: str = "") -> None:
    Goldens(project.snapshots, project.supported).update(Version(version), Golden(record, because))


def a_run(*captures: Capture, torch: str = "2.9.1+cpu", complete: bool = False) -> Run:
    environment = {"torch": torch, "python": "3.11.7", "platform": "Linux-x86_64"}
    return Run(environment, {capture.record.key: capture for capture in captures}, complete, 1.0)


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str, Gravity]]:
    return [(problem.finding, problem.path, problem.gravity) for problem in problems]


def pointed(project: Project, report: Report) -> list[str]:
    """The line of each drift's golden at which the report points."""
    return [
        (project.root / item.golden).read_text().splitlines()[item.line - 1]
        for section in report.sections
        for item in section.items
    ]


def test_a_run_is_held_against_the_goldens_as_they_are_now(project: Project) -> None:
    run = a_run(
        Capture(make("shapes/flat", "export", "c")),
        Capture(make("shapes/flat", "same")),
        Capture(make("shapes/flat", "new")),
        Capture(make("shapes/flat", "late", "z"), broken=("graphs is 2",)),
        complete=True,
    )
    report = report_runs(project, [run])
    (section,) = report.sections
    assert report.title == "PyTorch 2.9.1 held against the goldens"
    assert (section.before, section.after, section.accept) == ("golden", "2.9.1", "--torch 2.9.1")
    assert (section.title, section.records) == ("torch 2.9.1+cpu · Python 3.11.7 · Linux-x86_64", 4)
    (item,) = section.items
    assert item.golden == "snapshots/torch-2.8.0/shapes/flat/export.md"
    assert pointed(project, report) == ["input a"]
    assert section.same == (("shapes/flat", "same"),)
    assert told(section.problems) == [
        ("no golden", "new", Gravity.WARNING),
        ("breaks a claim of its case", "late", Gravity.ERROR),
    ]
    assert report.classes == {DriftClass.INTERFACE: 1}
    assert "def added(x):" in report.programs["shapes/flat"]


def test_a_run_may_be_looked_at_in_part(project: Project) -> None:
    captures = [Capture(make("shapes/flat", "export", "c")), Capture(make("shapes/flat", "same", "c"))]
    report = report_runs(project, [a_run(*captures)], Selection(("flat",), ("same",)))
    assert [item.drift.path for item in report.sections[0].items] == ["same"]
    with pytest.raises(UserError, match="'flap' matches no case"):
        report_runs(project, [a_run(*captures)], Selection(("flap",)))


def test_what_else_may_be_wrong_is_told(project: Project) -> None:
    (project.snapshots / "torch-2.8.0/shapes/flat/same.md").write_text("<<<<<<< ours\n")
    run = a_run(
        Capture(make("shapes/flat", "same")),
        Capture(make("shapes/flat", "late"), fault=Fault(FaultKind.HARNESS, "the worker died")),
        Capture(make("shapes/flat", "export", "c")),
    )
    unstable = replace(run, unstable=frozenset({Key("shapes/flat", "export")}))
    (section,) = report_runs(project, [unstable]).sections
    assert told(section.problems) == [
        ("unreadable golden", "same", Gravity.FAULT),
        ("not captured", "late", Gravity.FAULT),
        ("not reproducible", "export", Gravity.ERROR),
    ]
    assert section.items == ()


@pytest.mark.parametrize("wanted", Format, ids=lambda each: each.value)
def test_a_case_that_cannot_be_used_is_told_in_every_format(project: Project, wanted: Format) -> None:
    mistakes = (
        Mistake("p/bad.py", "ValueError: no", ("p/bad",), 7),
        Mistake("q/unread.py", "SyntaxError: x"),
    )
    run = replace(a_run(Capture(make("shapes/flat", "export"))), mistakes=mistakes)
    text = unquote(html.unescape(FORMAT_ROWS[wanted].render(report_runs(project, [run]))))
    assert "p/bad.py:7: p/bad cannot be used: ValueError: no" in text
    assert "the case module q/unread.py cannot be used: SyntaxError: x" in text
    assert [problem.case for problem in report_runs(project, [run]).problems] == ["p/bad", "q/unread"]


def test_a_complete_run_tells_of_goldens_whose_case_is_gone_and_a_part_of_one_does_not(
    project: Project,
) -> None:
    capture = Capture(make("shapes/other", "export"))
    whole, part = (a_run(capture, complete=complete) for complete in (True, False))
    assert unused_in(project, whole) == set()  # another PyTorch may still list the case
    for module in (project.root / "cases").rglob("*.py"):
        module.unlink()
    assert "snapshots/torch-2.10.0/shapes/flat/export.md" in unused_in(project, whole)
    assert unused_in(project, part) == set()


def unused_in(project: Project, run: Run) -> set[str]:
    (section,) = report_runs(project, [run]).sections
    return {each.golden for each in section.problems if each.finding == ProblemKind.UNUSED_GOLDEN.value}


def test_several_environments_have_a_section_and_a_column_each(project: Project) -> None:
    runs = [
        a_run(Capture(make("shapes/flat", "export", text)), torch=torch)
        for torch, text in (("2.9.1+cpu", "a"), ("2.9.1+cu128", "c"), ("2.10.0+cpu", "b"))
    ]
    ended: list[Ended] = [Result(runs[0], ()), Failure("torch-nightly", "no index offers it")]
    failed = report_results(project, ended)
    assert [section.after for section in failed.sections] == ["2.9.1", "nightly"]
    assert told(failed.sections[1].problems) == [("environment failed", "", Gravity.FAULT)]
    report = report_runs(project, runs)
    assert report.matrix.columns == ("2.9.1+cpu", "2.9.1+cu128", "2.10.0")
    cells = report.matrix.rows[Key("shapes/flat", "export")]
    assert [cell.kind for cell in cells] == [None, DriftClass.INTERFACE, None]
    assert {cell.outcome for cell in cells} == {"graphs"}


def test_an_environment_that_did_not_capture_a_record_has_an_empty_cell(project: Project) -> None:
    old, new = make("shapes/flat", "export"), make("shapes/flat", "export", "c")
    runs = [
        a_run(Capture(old), Capture(make("shapes/flat", "late", "c"))),
        a_run(Capture(new), torch="2.10.0"),
    ]
    report = report_runs(project, runs)
    assert [cell.outcome for cell in report.matrix.rows[Key("shapes/flat", "late")]] == ["graphs", ""]


def test_many_environments_are_counted_in_the_title(project: Project) -> None:
    failures = [Failure(f"torch-2.{minor}.0", "no wheel") for minor in range(4)]
    title = "4 PyTorch versions from 2.0.0 to 2.3.0 held against the goldens"
    assert report_results(project, failures).title == title


def test_a_history_has_a_section_for_each_step_and_a_cell_for_each_version(project: Project) -> None:
    report = report_history(project)
    assert report.title == "How PyTorch's graphs changed from 2.8.0 to 2.10.0"
    assert [(each.before, each.after, each.records) for each in report.sections] == [
        ("2.8.0", "2.9.1", 3),
        ("2.9.1", "2.10.0", 3),
    ]
    assert told(report.sections[0].problems) == [("new golden", "late", Gravity.NOTE)]
    (item,) = report.sections[1].items
    assert (item.because, item.golden) == (
        "2.10 renames it",
        "snapshots/torch-2.10.0/shapes/flat/export.md",
    )
    assert pointed(project, report) == ["input b"]
    assert {section.accept for section in report.sections} == {None}
    letters = {key[1]: "".join(cell.letter or "-" for cell in row) for key, row in report.matrix.rows.items()}
    assert letters == {"export": "AAB", "same": "AAA", "late": "-AA"}
    assert report.matrix.rows[Key("shapes/flat", "export")][2].kind is DriftClass.INTERFACE
    assert report.records[Key("shapes/flat", "export")].artifacts[0].text == "input b"


def test_a_history_of_nothing_is_refused(tmp_path: Path, project: Project) -> None:
    with pytest.raises(UserError, match="there are no goldens in"):
        report_history(replace(project, snapshots=tmp_path / "none"))
    with pytest.raises(UserError, match="matches no case"):
        report_history(project, Selection(("nothing",)))


def test_goldens_that_are_removed_while_they_are_listed_are_left_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Goldens(project.snapshots, project.supported).list_stored()
    monkeypatch.setattr(Goldens, "list_stored", lambda self: listed)
    gone = [each for each in listed if each.key.path == "late"]
    for stored in gone:
        stored.file.unlink()
    assert {key.path for key in report_history(project).records} == {
        each.key.path for each in listed if each not in gone
    }
    for stored in listed:
        stored.file.unlink(missing_ok=True)
    with pytest.raises(UserError, match="were removed while they were read; ask again"):
        report_history(project)


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Path:
    """The goldens as they are before a test changes them."""
    shutil.copytree(project.snapshots, tmp_path / "base" / "snapshots")
    return tmp_path / "base"


def test_what_one_file_changes_for_several_versions_is_told_once(project: Project, base: Path) -> None:
    accept(project, "2.8.0", make("shapes/flat", "same", "other"), because="the case was wrong")
    accept(project, "2.9.1", make("shapes/flat", "same", "other"), because="the case was wrong")
    accept(project, "2.10.0", make("shapes/flat", "same", "other"), because="the case was wrong")
    for against in (base, base / "snapshots"):
        report = report_change(project, against)
        assert [section.title for section in report.sections] == ["goldens of torch-2.8.0"]
        (item,) = report.sections[0].items
        assert item.golden == "snapshots/torch-2.8.0/shapes/flat/same.md"
        assert item.because == "the case was wrong"
        assert pointed(project, report) == ["input other"]
        assert report.sections[0].accept is None


def test_a_new_overlay_is_a_section_of_its_own(project: Project, base: Path) -> None:
    accept(project, "2.10.0", make("shapes/flat", "late", "c"))
    accept(project, "2.11.0", make("shapes/flat", "export", "d"))
    report = report_change(project, base)
    assert [(each.after, [item.drift.path for item in each.items]) for each in report.sections] == [
        ("2.10.0", ["late"]),
        ("2.11.0", ["export"]),
    ]
    # What 2.11.0 resolved to before was accepted at 2.10.0.
    assert report.sections[1].items[0].drift.golden.artifacts[0].text == "input b"


def test_an_overlay_that_is_gone_is_told_where_it_was(project: Project, base: Path) -> None:
    (project.snapshots / "torch-2.10.0/shapes/flat/export.md").unlink()
    (section,) = report_change(project, base).sections
    assert (section.after, section.items[0].golden) == (
        "2.10.0",
        "snapshots/torch-2.8.0/shapes/flat/export.md",
    )
    assert section.items[0].drift.record.artifacts[0].text == "input a"


def test_goldens_that_are_new_or_gone_are_told(project: Project, base: Path) -> None:
    accept(project, "2.9.1", make("shapes/flat", "fresh"), because="a new path")
    (project.snapshots / "torch-2.8.0/shapes/flat/same.md").unlink()
    report = report_change(project, base)
    found = {problem.finding: problem for problem in report.problems}
    assert set(found) == {"new golden", "removed golden"}
    assert found["new golden"].sentence == "graphs for 2.9.1 to 2.10.0; because: a new path"
    assert found["removed golden"].sentence == "there is none for 2.8.0 to 2.10.0 any more"
    assert found["removed golden"].golden == "snapshots/torch-2.8.0/shapes/flat/same.md"
    assert report.classes == {}


def test_no_change_and_a_change_of_the_source_alone_are_nothing_to_tell(project: Project, base: Path) -> None:
    assert report_change(project, base).sections == ()
    accept(project, "2.8.0", replace(make("shapes/flat", "same"), source="0123456789abcdef"))
    assert report_change(project, base).sections == ()


def test_a_base_that_holds_no_goldens_is_refused_unless_it_is_empty(project: Project, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    every = report_change(project, tmp_path / "before").problems
    assert {problem.finding for problem in every} == {"new golden"}
    for wrong in (project.root / "cases", tmp_path / "not there"):
        with pytest.raises(UserError, match="holds no goldens; give the base's folder of goldens"):
            report_change(project, wrong)


def keep(project: Project, torch: str, moment: int) -> None:
    file = save_run(a_run(Capture(make("shapes/flat", "same")), torch=torch), find_home(project))
    os.utime(file, (moment, moment))


def test_a_run_is_meant_by_its_file_or_version_and_else_the_last_one(
    project: Project, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="no run is saved, so there is nothing to report"):
        find_runs(project, ())
    for moment, torch in enumerate(("2.10.0+cpu", "2.10.0+cu128", "2.9.1+cpu")):
        keep(project, torch, moment)
    assert [run.torch for run in find_runs(project, ())] == ["2.9.1+cpu"]
    assert [run.torch for run in find_runs(project, ("2.10.0",))] == ["2.10.0+cu128"]
    assert [run.torch for run in find_runs(project, ("2.10",))] == ["2.10.0+cu128"]
    assert [run.torch for run in find_runs(project, ("2.10.0+cpu", "2.9.1"))] == ["2.10.0+cpu", "2.9.1+cpu"]
    file = shutil.copy(find_home(project) / "runs" / "torch-2.9.1+cpu.jsonl", tmp_path / "elsewhere.jsonl")
    assert [run.torch for run in find_runs(project, (str(file),))] == ["2.9.1+cpu"]
    with pytest.raises(UserError, match=r"no run of PyTorch 2\.8\.0 is saved"):
        find_runs(project, ("2.8.0",))
