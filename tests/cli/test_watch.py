"""A watch checks, waits and checks again until Ctrl-C, whatever is wrong with what is saved meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graph_goldens.cli.watch import keep_checking, keep_touched
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.environment_matrix import Failure
from graph_goldens.gate.result import Result
from graph_goldens.gate.watched_files import WatchedFiles
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
OLD, NEW, BAD = (Record(f"p/{name}", "export", Outcome.GRAPHS) for name in ("old", "new", "bad"))


@dataclass
class Desk:
    """A person who saves something after each check, and then presses Ctrl-C."""

    file: Path
    raises: Sequence[Exception | None]
    asked: list[bool] = field(default_factory=list)
    waited_for: list[frozenset[str]] = field(default_factory=list)

    def check_once(self, *, touched_alone: bool) -> WatchedFiles:
        error = self.raises[len(self.asked)]
        self.asked.append(touched_alone)
        if error:
            raise error
        return WatchedFiles(frozenset([str(self.file.with_name(f"read_{len(self.asked)}"))]))

    def wait(self, watched: WatchedFiles, seen: Mapping[str, str]) -> list[str]:
        assert seen.keys() == watched.files | watched.folders
        self.waited_for.append(frozenset(Path(path).name for path in watched.files))
        if len(self.asked) == len(self.raises):
            raise KeyboardInterrupt
        return [str(self.file)]

    def work(self) -> int:
        return keep_checking(
            self.check_once, WatchedFiles(frozenset([str(self.file)])), self.file.parent, self.wait
        )


def test_it_checks_all_once_and_then_what_is_touched_until_ctrl_c(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(tmp_path / "cases.py", [None, None])
    assert desk.work() == 0
    assert desk.asked == [False, True]
    assert desk.waited_for == [{"cases.py", "read_1"}, {"cases.py", "read_1", "read_2"}]
    said = capsys.readouterr().err
    assert "watching 2 files; Ctrl-C ends it" in said
    assert "saved: cases.py" in said
    assert "interrupted" not in said


def test_what_is_wrong_is_told_and_the_watch_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(tmp_path / "pyproject.toml", [UserError("no setting"), ToolError("no compiler"), None])
    assert desk.work() == 0
    assert desk.asked == [False, True, True]
    said = capsys.readouterr().err
    assert "goldens: no setting" in said
    assert "goldens: no compiler" in said


def test_what_is_saved_while_a_check_runs_is_found_after_it(tmp_path: Path) -> None:
    file, looks = tmp_path / "one.py", []
    file.write_text("1")

    def check_once(*, touched_alone: bool) -> WatchedFiles:
        file.write_text(f"saved while {touched_alone}")
        return WatchedFiles()

    def wait(watched: WatchedFiles, seen: Mapping[str, str]) -> list[str]:
        looks.append(seen != watched.look())
        raise KeyboardInterrupt

    keep_checking(check_once, WatchedFiles(frozenset([str(file)])), tmp_path, wait)
    assert looks == [True]


def test_a_fault_of_the_tool_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        Desk(tmp_path / "one.py", [ZeroDivisionError()]).work()


def make_result(reused: Sequence[Key]) -> Result:
    captures = {each.key: Capture(each) for each in (OLD, NEW, BAD)}
    findings = ((OLD, Finding.SAME), (NEW, Finding.MISSING), (BAD, Finding.MISSING))
    verdicts = [Verdict(Capture(record), finding) for record, finding in findings]
    return Result(Run(ENVIRONMENT, captures, complete=True, reused=frozenset(reused)), verdicts)


def test_only_what_was_captured_now_is_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = keep_touched([make_result([OLD.key, BAD.key])])
    assert isinstance(shown, Result)
    assert [verdict.record for verdict in shown.verdicts] == [NEW]
    assert list(shown.run.captures) == [NEW.key]
    assert "2 records as before, 1 of which fail: `goldens pending`" in capsys.readouterr().err


def test_where_nothing_was_captured_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(keep_touched([make_result([OLD.key, NEW.key, BAD.key])])) == []
    assert "no record depends on what was saved" in capsys.readouterr().err


def test_an_environment_that_fails_is_shown() -> None:
    failure = Failure("torch-2.13.0", "it is gone")
    assert list(keep_touched([failure])) == [failure]
