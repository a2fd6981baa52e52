"""The state of nights in a branch: fetched, put back as one commit, and never written over."""

import datetime
import json
import subprocess
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError, UserError
from graph_goldens.nights.night import Night
from graph_goldens.nights.night_state import NightState, Told
from graph_goldens.nights.state_branch import StateBranch
from tests.end_to_end.example import make_example

NAME = "goldens-nights"
NIGHT = Night(1, "2.16.0", "", "", datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC), 0)
PLAIN = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *PLAIN, "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    return tmp_path / "remote"


def make_clone(remote: Path, name: str) -> Path:
    git(remote.parent, "clone", "--quiet", str(remote), name)
    return remote.parent / name


def tell(clone: Path, messages: int, name: str = NAME) -> Told:
    """Spend a night in a clone, and return what was told before."""
    state = NightState(clone / "nights")
    with StateBranch(clone, name).hold(state, "A night"):
        told = state.load_told()
        state.save_told(Told(messages=messages))
        (state.root / "nightly.log").write_text("of this machine")
        return told


def fail_after_telling(clone: Path) -> None:
    state = NightState(clone / "nights")
    with StateBranch(clone, NAME).hold(state, "A night"):
        state.save_told(Told(messages=4))
        raise UserError("no such build")


def fail_while_another_tells(clone: Path, other: Path, failure: BaseException) -> None:
    with StateBranch(clone, NAME).hold(NightState(clone / "nights"), "A night"):
        tell(other, 2)
        raise failure


def test_what_one_machine_told_another_one_knows(remote: Path) -> None:
    one, other = make_clone(remote, "one"), make_clone(remote, "other")
    assert tell(one, 1) == Told()
    assert tell(other, 2) == Told(messages=1)
    assert tell(one, 3) == Told(messages=2)


def test_the_branch_is_one_commit_of_the_state_alone(remote: Path) -> None:
    one = make_clone(remote, "one")
    for messages in range(3):
        tell(one, messages)
    assert git(remote, "rev-list", "--count", NAME).strip() == "1"
    assert git(remote, "ls-tree", "-r", "--name-only", NAME).split() == ["told.json"]
    assert git(one, "status", "--porcelain").split() == ["??", "nights/"]


def test_folders_may_have_spaces_in_their_names(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "my project")
    tell(tmp_path / "my project", 1)
    assert tell(tmp_path / "my project", 2) == Told(messages=1)


def test_a_repository_s_line_ends_are_not_those_of_the_state(remote: Path) -> None:
    tell(make_clone(remote, "one"), 1)
    other = make_clone(remote, "other")
    (other / ".gitattributes").write_text("* text eol=crlf\n")
    git(other, "config", "core.autocrlf", "true")
    state = NightState(other / "nights")
    with StateBranch(other, NAME).hold(state, "A night"):
        assert b"\r" not in (state.root / "told.json").read_bytes()


def test_what_git_warns_of_is_no_answer(remote: Path, tmp_path: Path) -> None:
    one, server = make_clone(remote, "one"), tmp_path / "warning-server"
    server.write_text(
        '#!/bin/sh\necho "Warning: added a host to the known ones" >&2\nexec git-upload-pack "$@"\n'
    )
    server.chmod(0o755)
    git(one, "config", "remote.origin.uploadpack", str(server))
    assert tell(one, 1) == Told()
    assert tell(one, 2) == Told(messages=1)


def test_a_repository_without_a_remote_keeps_the_branch_itself(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "alone")
    tell(tmp_path / "alone", 1)
    assert tell(tmp_path / "alone", 2) == Told(messages=1)
    assert git(tmp_path / "alone", "rev-list", "--count", NAME).strip() == "1"


def test_what_a_killed_process_had_told_is_not_forgotten(remote: Path) -> None:
    one = make_clone(remote, "one")
    tell(one, 1)
    NightState(one / "nights").save_told(Told(messages=2))
    assert tell(one, 3) == Told(messages=2)


def test_of_two_machines_at_once_the_later_one_says_so(remote: Path) -> None:
    one, other = make_clone(remote, "one"), make_clone(remote, "other")
    tell(one, 1)
    with (
        pytest.raises(ToolError, match="could not go into the branch goldens-nights: "),
        StateBranch(one, NAME).hold(NightState(one / "nights"), "A night"),
    ):
        tell(other, 2)
    assert tell(one, 3) == Told(messages=2)


def test_nights_of_a_folder_that_never_were_in_the_branch_are_not_cleared(remote: Path) -> None:
    tell(make_clone(remote, "one"), 1)
    other = make_clone(remote, "other")
    state = NightState(other / "nights")
    state.finish(NIGHT)
    with pytest.raises(UserError, match="holds nights that never were in the branch goldens-nights"):
        tell(other, 2)
    assert state.list_nights() == [NIGHT]
    assert tell(make_clone(remote, "third"), 3) == Told(messages=1)


def test_a_process_that_was_killed_once_its_state_was_in_the_branch_goes_on(
    remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, move = make_clone(remote, "one"), StateBranch._move

    def move_and_die(self: StateBranch, before: str, commit: str) -> None:
        move(self, before, commit)
        raise KeyboardInterrupt

    NightState(one / "nights").finish(NIGHT)
    monkeypatch.setattr(StateBranch, "_move", move_and_die)
    with pytest.raises(KeyboardInterrupt):
        tell(one, 1)
    monkeypatch.undo()
    assert tell(one, 2) == Told(messages=1)


@pytest.mark.parametrize("failure", [UserError("no such build"), KeyboardInterrupt("Ctrl-C")])
def test_of_a_night_that_failed_and_whose_state_cannot_go_back_both_are_told(
    remote: Path, failure: BaseException
) -> None:
    one, other = make_clone(remote, "one"), make_clone(remote, "other")
    interrupted = isinstance(failure, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt if interrupted else ToolError) as told:
        fail_while_another_tells(one, other, failure)
    both = "no such build; and the state of nights could not go into the branch goldens-nights: "
    assert str(told.value).startswith("Ctrl-C" if interrupted else both)


def test_a_failure_that_was_told_is_in_the_branch_so_that_the_next_machine_tells_it_no_more(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "--quiet")
    example = make_example(tmp_path, {"small/cases.py": ""})
    options = ("--state-branch", NAME, "--state", str(tmp_path / "nights"))
    example.run_here("nightly", *options, "--from-run", "none.jsonl", code=2)
    told = json.loads(git(tmp_path, "show", f"{NAME}:told.json"))
    assert "none.jsonl" in told["failure"]
    assert told["messages"] == 1


def test_the_state_goes_back_from_a_night_that_failed(remote: Path) -> None:
    one = make_clone(remote, "one")
    with pytest.raises(UserError, match="no such build"):
        fail_after_telling(one)
    assert tell(make_clone(remote, "other"), 5) == Told(messages=4)


def test_a_folder_without_a_repository_and_a_name_that_is_none_are_told(tmp_path: Path, remote: Path) -> None:
    with pytest.raises(UserError, match="is in no git repository"):
        tell(tmp_path, 1)
    with pytest.raises(UserError, match="cannot name a branch"):
        tell(make_clone(remote, "one"), 1, "a..b")
