"""Whatever is unexpected ends a command with 70 and one sentence; a closed pipe ends it quietly."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SHOW = ("show", "torchbind/attribute", "--path", "export")
GOLDENS = [sys.executable, "-m", "graph_goldens.cli"]


def shell(redirection: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command by a shell, with its streams as the redirection says."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *GOLDENS, *(arguments or SHOW)],
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


@pytest.mark.parametrize("arguments", [SHOW, (*SHOW, "--json"), ("history", *SHOW[1:]), ("--help",)])
def test_a_full_disk_is_told_in_a_sentence(arguments: tuple[str, ...]) -> None:
    ended = shell(">/dev/full", *arguments)
    assert ended.returncode == 70
    (line,) = ended.stderr.splitlines()
    assert line.startswith("goldens: cannot use standard output: No space left on device")


def test_a_closed_output_is_told_in_a_sentence() -> None:
    ended = shell(">&-")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (70, 1)
    assert "standard output is closed" in ended.stderr


@pytest.mark.parametrize("redirection", ["2>&-", "<&-", "<&- 2>&-"])
def test_other_closed_streams_do_not_matter(redirection: str) -> None:
    ended = shell(redirection)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "program.graph" in ended.stdout


def test_a_pipe_that_nobody_reads_ends_it_quietly() -> None:
    for arguments in (SHOW, ("history", *SHOW[1:]), ("--help",)):
        reading, writing = os.pipe()
        os.close(reading)
        ended = subprocess.run(
            [*GOLDENS, *arguments], cwd=REPOSITORY, stdout=writing, stderr=subprocess.PIPE, check=False
        )
        os.close(writing)
        assert (ended.returncode, ended.stderr) == (70, b"")


@pytest.mark.parametrize(
    "variables",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_what_cannot_be_encoded_is_replaced(variables: dict[str, str]) -> None:
    ended = shell("", **variables)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("torchbind/attribute ? export\n")


def test_a_fault_of_the_tool_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import graph_goldens.gate.project as project\n"
        "def fail(*_): raise KeyError('a\\nb')\n"
        "project.find_project = fail\n"
    )
    ended = shell("", PYTHONPATH=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (70, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("goldens: this is a fault of the tool, at sitecustomize.py:2: KeyError: ")
    assert "Traceback" in shell("", PYTHONPATH=str(tmp_path), GOLDENS_TRACEBACK="1").stderr


INTERRUPT = "exec('raise KeyboardInterrupt')"
WHERE = {
    "while it is imported": (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        {INTERRUPT} if name == 'graph_goldens.cli.main' else None\n"
        "sys.meta_path.insert(0, Finder())\n"
    ),
    "while it runs": (
        "import graph_goldens.gate.project as project\n"
        f"def fail(*_): {INTERRUPT}\n"
        "project.find_project = fail\n"
    ),
    "while a class is made": (
        "import graph_goldens.gate.project as project\n"
        "class Name:\n"
        f"    def __set_name__(self, *_): {INTERRUPT}\n"
        "def fail(*_): type('Made', (), {'name': Name()})\n"
        "project.find_project = fail\n"
    ),
}


@pytest.mark.parametrize("where", WHERE)
def test_an_interrupt_of_text_that_python_runs_ends_with_130_and_not_by_the_signal(
    tmp_path: Path, where: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WHERE[where])
    command = [*GOLDENS, "list"]
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        command, cwd=REPOSITORY, env=variables, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.startswith("goldens: interrupted; ")


@pytest.mark.parametrize("after", [0.1, 0.15, 0.2, 0.3, 0.5])
def test_an_interrupt_in_the_first_second_shows_no_traceback(after: float) -> None:
    process = subprocess.Popen(
        [*GOLDENS, "list"],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    await_module(process.pid, after)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode == -signal.SIGINT:  # Python itself had not started: a shell calls that 130 too
        assert errors == ""
    else:
        assert (process.returncode, errors.count("Traceback")) == (130, 0), errors


def await_module(process: int, after: float) -> None:
    """Wait until Python itself has started, which no program can make quiet, and a little more."""
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11] == "0":
        time.sleep(0.005)  # until it has used a hundredth of a second
    time.sleep(after)
