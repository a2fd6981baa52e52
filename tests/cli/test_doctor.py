"""What is missing is told beside what is there."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.goldens]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CXX", "true")
    return tmp_path


def told(code: int) -> list[str]:
    ended = CliRunner().invoke(app, ["doctor"])
    assert ended.exit_code == code
    return ended.output.splitlines()


def test_a_sound_project_has_a_mark_at_each_line(project: Path) -> None:
    (project / ".goldens" / "envs" / "torch-2.13.0").mkdir(parents=True)
    lines = told(0)
    assert [line[0] for line in lines] == ["✓"] * 8
    assert lines[3] == "✓ environments: torch-2.13.0"
    assert lines[4].startswith("✓ cases: not imported, as the environment torch-2.13.0 is not made yet")
    assert lines[5] == "✓ goldens: 0 can be read"
    assert lines[6] == "✓ known drift: 0 decisions can be read"
    assert lines[7].startswith("✓ live page: starlette ")


def test_what_is_missing_is_told_and_the_rest_is_looked_at(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 30))
    broken = project / "snapshots" / "torch-2.13.0" / "p" / "c" / "export.md"
    broken.parent.mkdir(parents=True)
    broken.write_text("no golden")
    (broken.parent / "export-strict.md").write_text("no golden either")
    lines = told(70)
    assert lines[1] == "✗ C++ compiler: CXX names no program: no-such-compiler; set it to a C++ compiler"
    assert lines[2] == "✗ disk: 1 GiB are free, and an environment may need 8"
    assert lines[3] == "✓ environments: none made yet"
    assert lines[5].startswith("✗ goldens: ")
    assert lines[5].endswith("(and 1 more)")


def test_what_a_broken_golden_holds_is_no_markup_and_steers_no_terminal(project: Path) -> None:
    broken = project / "snapshots" / "torch-2.13.0" / "p" / "c" / "export.md"
    broken.parent.mkdir(parents=True)
    broken.write_text("# [/red] [bold]x[/] · \x1b[2J\x9b\u202e[link=http://x]y\n" + "z" * 200_000)
    lines = told(70)
    assert lines[5].startswith("✗ goldens: ")
    assert len(lines[5]) < 1_000
    assert all(line.isprintable() for line in lines)
