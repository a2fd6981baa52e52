import shlex
import sys
from pathlib import Path

import pytest

from graph_goldens.environments import notify_command
from graph_goldens.environments.notify_command import tell_command
from graph_goldens.errors import ToolError, UserError


def python(program: str) -> str:
    return shlex.join([sys.executable, "-c", program])


def test_a_command_gets_json_on_standard_input_and_no_shell_reads_its_words(tmp_path: Path) -> None:
    program = "import json, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(json.load(sys.stdin)['said'])"
    tell_command(f"{python(program)} '$(touch harmed);x'", {"said": "2 drifts → new"}, tmp_path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "$(touch harmed);x": "2 drifts → new"
    }


def test_a_command_may_ignore_what_it_is_told(tmp_path: Path) -> None:
    tell_command(python("pass"), {"said": "x" * 1_000_000}, tmp_path)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (python("import sys; sys.exit('no such room')"), "exit status 1: no such room"),
        (python("import os; os.kill(os.getpid(), 9)"), "it ended with SIGKILL"),
        (
            "/nowhere/hook",
            "was not told what is new: it ended with exit status 1: /nowhere/hook: No such file",
        ),
    ],
)
def test_a_command_that_fails_is_told_in_one_sentence(tmp_path: Path, command: str, said: str) -> None:
    with pytest.raises(ToolError, match=r"was not told what is new") as failed:
        tell_command(command, {}, tmp_path)
    assert said in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(("command", "said"), [("'open", "is not a command"), (" ", "--notify is empty")])
def test_what_is_no_command_is_refused(tmp_path: Path, command: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        tell_command(command, {}, tmp_path)


def test_a_command_has_limited_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify_command, "NOTIFY_SECONDS", 0.3)
    with pytest.raises(ToolError, match="took more than 0 seconds to be told"):
        tell_command(python("import time; time.sleep(60)"), {}, tmp_path)
