"""What a command about environments prints of them."""

import json
from pathlib import Path

import pytest

from graph_goldens.cli.capture_options import Shown
from graph_goldens.cli.results import report
from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.gate.environment_matrix import Failure
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.result import Result
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.goldens.format import Golden
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import EVERYTHING
from graph_goldens.runs.verdict import Finding, Verdict

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\ndefault = "2.13.0"\n')
    return find_project(tmp_path)


def test_a_program_reads_why_an_environment_failed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = [Failure("torch-9.0.0", "no index offers it")]
    code = report(failed, project, EVERYTHING, Severity.COSMETIC, Shown(as_json=True))
    assert code is ExitCode.TOOL_FAILED
    assert json.loads(capsys.readouterr().out) == {
        "environment": {"name": "torch-9.0.0"},
        "problem": "no index offers it",
        "exit_code": 70,
    }


def test_a_run_from_elsewhere_is_accepted_by_its_file(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (Record("p/a", "export", Outcome.GRAPHS, facts={"graphs": count}) for count in (1, 2))
    verdict = Verdict(Capture(new), Finding.DRIFTED, Golden(old), compare(old, new))
    result = Result(Run(ENVIRONMENT, {new.key: Capture(new)}), [verdict])
    code = report([result], project, EVERYTHING, Severity.COSMETIC, Shown())
    assert code is ExitCode.SEMANTIC_DRIFT
    assert "goldens update --from-run FILE" in capsys.readouterr().out


def test_what_lacks_its_requirements_is_to_be_mended_and_not_offered_for_acceptance(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    unmet = Record("p/a", "export", Outcome.UNAVAILABLE, UNMET)
    drifted = Record("p/b", "export", Outcome.GRAPHS)
    for records, offered in (((unmet,), ""), ((unmet, drifted), "review it: goldens review\n")):
        verdicts = [Verdict(Capture(record), Finding.MISSING) for record in records]
        run = Run(ENVIRONMENT, {record.key: Capture(record) for record in records})
        report([Result(run, verdicts, saved=True)], project, EVERYTHING, Severity.COSMETIC, Shown())
        said = capsys.readouterr().out
        assert "1 record of packs whose requirements cannot be met beside PyTorch 2.13.0" in said
        assert "accept all of it" not in said
        assert said.endswith(offered or "see `goldens doctor`\n")
