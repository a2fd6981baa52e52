"""Goldens are held against claims; what a golden does not keep of an exception is left to a capture."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.golden_claims import check_golden_claims
from graph_goldens.gate.project import find_project
from graph_goldens.gate.write import open_writer
from graph_goldens.records import Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.selection import EVERYTHING, Selection

MODULE = """
from graph_goldens import Case, Raises, case


@case
def refused() -> Case:
    return Case(abs, claims=(Raises({exception!r}, {message!r}),))
"""
ERROR = Record(
    "p/refused",
    "export",
    Outcome.ERROR,
    "UserError: cannot export",
    facts={"error": {"type": "torch._dynamo.exc.UserError"}},
)
GRAPHS = Record("p/refused", "export", Outcome.GRAPHS)


@pytest.mark.parametrize(
    ("record", "exception", "message", "code", "held", "left"),
    [
        (ERROR, "UserError", "cannot export", ExitCode.SAME, 1, 0),
        (ERROR, "RuntimeError", "cannot export", ExitCode.SAME, 0, 1),
        (ERROR, "UserError", "a part that was cut", ExitCode.SAME, 0, 1),
        (GRAPHS, "UserError", "cannot export", ExitCode.BROKEN_CLAIM, 0, 0),
    ],
)
def test_a_claim_about_an_exception_is_broken_only_where_a_golden_shows_it(
    tmp_path: Path,
    record: Record,
    exception: str,
    message: str,
    code: ExitCode,
    held: int,
    left: int,
) -> None:
    (tmp_path / "cases" / "p").mkdir(parents=True)
    module = MODULE.format(exception=exception, message=message)
    (tmp_path / "cases" / "p" / "programs.py").write_text(module)
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\nsupported = ["2.13.0"]\n')
    project, version = find_project(tmp_path), Version("2.13.0")
    with open_writer(project, "", print) as writer:
        writer.write(record, version)
    found = check_golden_claims(project, EVERYTHING, [version])
    assert (found.exit_code, found.held, sum(found.computed.values())) == (code, held, left)


@pytest.mark.parametrize(
    ("torch", "code", "elsewhere"),
    [("<2.13", ExitCode.SAME, 1), (">=2.14", ExitCode.BROKEN_CLAIM, 0), (">=2.13", ExitCode.SAME, 0)],
)
def test_a_claim_of_versions_that_are_not_asked_is_broken_only_where_there_are_none(
    tmp_path: Path, torch: str, code: ExitCode, elsewhere: int
) -> None:
    (tmp_path / "cases" / "p").mkdir(parents=True)
    module = MODULE.format(exception="UserError", message="").replace("''", f"'', torch={torch!r}")
    (tmp_path / "cases" / "p" / "programs.py").write_text(module)
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\nsupported = ["2.12.1", "2.13.0"]\n')
    project, version = find_project(tmp_path), Version("2.13.0")
    with open_writer(project, "", print) as writer:
        writer.write(ERROR, Version("2.12.1"))
    found = check_golden_claims(project, EVERYTHING, [version])
    assert (found.exit_code, found.elsewhere) == (code, elsewhere)
    assert found.held == (torch == ">=2.13")


def test_a_claim_of_a_path_that_is_not_asked_does_not_hold_nor_is_it_broken(tmp_path: Path) -> None:
    (tmp_path / "cases" / "p").mkdir(parents=True)
    module = MODULE.format(exception="UserError", message="").replace("''", "'', paths=('make-fx-fake',)")
    (tmp_path / "cases" / "p" / "programs.py").write_text(module)
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\nsupported = ["2.13.0"]\n')
    project, version = find_project(tmp_path), Version("2.13.0")
    with open_writer(project, "", print) as writer:
        writer.write(ERROR, version)
    alone = check_golden_claims(project, Selection((), ("export",)), [version])
    assert (alone.exit_code, alone.held, alone.elsewhere) == (ExitCode.SAME, 0, 1)
    every = check_golden_claims(project, EVERYTHING, [version])
    assert (every.exit_code, every.held, every.elsewhere) == (ExitCode.BROKEN_CLAIM, 0, 0)
