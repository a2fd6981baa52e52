"""What the files in `deploy/` run is there, and the unit is one that systemd reads."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app

REPOSITORY = Path(__file__).parents[1]
DEPLOY = REPOSITORY / "deploy"
UNIT = (DEPLOY / "goldens-nightly.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [UNIT, CONTAINER], ids=["unit", "container"])
def test_the_service_is_run_with_options_that_are_there(text: str) -> None:
    (command,) = re.findall(r"goldens nightly (--every(?:.*\\\n)*.*)", text)
    options = set(re.findall(r"--[a-z-]+", command))
    shown = CliRunner().invoke(app, ["nightly", "--help"], env={"COLUMNS": "200"}).output
    assert {"--every", "--bisect", "--state", "--index-url", "--notify"} == options
    assert [option for option in options if option not in shown] == []


def test_files_that_they_name_are_there() -> None:
    named = [name.rstrip(".") for name in re.findall(r"(?:deploy|docs|\.github)/[\w.-]+", UNIT + CONTAINER)]
    assert {"docs/nights.md", ".github/requirements.txt", "deploy/is_healthy.py"} <= set(named)
    assert [name for name in named if not (REPOSITORY / name).exists()] == []


def test_the_units_settings_stand_in_sections_once() -> None:
    assert re.findall(r"^\[(\w+)\]$", UNIT, re.MULTILINE) == ["Unit", "Service", "Install"]
    settings = re.findall(r"^([A-Z]\w+)=", UNIT, re.MULTILINE)
    assert len(settings) == len(set(settings))
    assert "Restart=always" in UNIT


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_reads_the_unit() -> None:
    ended = subprocess.run(
        ["systemd-analyze", "verify", str(DEPLOY / "goldens-nightly.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unknown" not in ended.stderr


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (json.dumps({"doing": "looking", "since": "2999-01-01T00:00:00+00:00", "problem": ""}), 0, ""),
        (json.dumps({"doing": "waiting", "since": "x", "problem": "no network"}), 1, "no network"),
        ("{", 1, "the health of the service cannot be read"),
        (None, 1, "the health of the service cannot be read"),
    ],
)
def test_health_is_told_by_how_the_script_ends(
    tmp_path: Path, content: str | None, code: int, said: str
) -> None:
    file = tmp_path / "health.json"
    if content is not None:
        file.write_text(content)
    ended = subprocess.run(
        [sys.executable, str(DEPLOY / "is_healthy.py"), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code
    assert said in ended.stderr
