"""A check that a page starts: its log, its progress, and how it ends, in words."""

import os
import threading
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.live.answers import CheckAnswer
from graph_goldens.live.check_runs import MOST_LINES, CheckRunner, CheckState
from tests.live.live_browser import wait_until

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(("note", "begin", "total", "case")), inner)
    ),
)


def test_events_become_progress_and_lines() -> None:
    state = CheckState(1, "goldens check").add_event({"begin": "capturing", "total": 2})
    event = {"case": "p/a", "path": "export", "outcome": "graphs", "seconds": 1.25}
    state = state.add_event(event).add_event({"note": "a worker ended"}).add_event({**event, "case": "p/b"})
    assert (state.what, state.done, state.total) == ("capturing", 2, 2)
    assert state.lines == (
        "capturing: 2 records",
        "1/2  p/a · export  graphs, 1.2 s",
        "a worker ended",
        "2/2  p/b · export  graphs, 1.2 s",
    )


@given(JSON)
def test_what_is_no_event_changes_nothing_or_is_a_line(event: object) -> None:
    state = CheckState(1).add_event(event)
    assert state.running
    assert all(line.isprintable() for line in state.lines)


def test_a_long_log_forgets_its_beginning_and_says_where_it_begins() -> None:
    state = CheckState(1)
    for at in range(MOST_LINES + 3):
        state = state.add_line(f"line {at}")
    assert (state.dropped, state.lines[0]) == (3, "line 3")
    assert state.encode()["first"] == 3
    assert state.encode(MOST_LINES + 1)["lines"] == [f"line {MOST_LINES + 1}", f"line {MOST_LINES + 2}"]
    assert state.encode(MOST_LINES + 99)["lines"] == []


@pytest.mark.parametrize(
    ("code", "stopped", "words"),
    [
        (0, False, "all as the goldens say (0)"),
        (1, False, "semantic drift (1)"),
        (7, False, "known drift is gone (7)"),
        (-9, False, "it ended with SIGKILL"),
        (-9, True, "stopped; what was captured is kept"),
        (None, False, ""),
    ],
)
def test_an_end_is_told_in_words(code: int | None, stopped: bool, words: str) -> None:
    assert CheckState(1, code=code, stopped=stopped).ending == words


def run(root: Path, answer: CheckAnswer) -> CheckState:
    runner = CheckRunner(root, (), lambda state: None, lambda: None)
    runner.start(answer)
    with pytest.raises(UserError, match="a check is running already"):
        runner.start(answer)
    wait_until(lambda: not runner.state.running, "it ends")
    return runner.state


def test_it_is_the_ordinary_command_in_the_projects_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "FORCE_COLOR", "1")
    (tmp_path / "rich.py").write_text("raise SystemExit('a file of the project was imported')\n")
    state = run(tmp_path, CheckAnswer(cases=("--json",), versions=("2.13.0",)))
    assert state.code == 2
    assert state.command == "goldens check --torch=2.13.0 -- --json"
    assert "is not a folder of cases; give one with --cases DIR" in state.lines[-1]
    assert "\x1b" not in "".join(state.lines)


@pytest.mark.parametrize(
    "answer", [CheckAnswer(cases=(" ",)), CheckAnswer(paths=("",)), CheckAnswer(versions=("",))]
)
def test_an_empty_word_is_refused(tmp_path: Path, answer: CheckAnswer) -> None:
    runner = CheckRunner(tmp_path, (), lambda state: None, lambda: None)
    with pytest.raises(UserError, match="an empty word names no case"):
        runner.start(answer)
    assert not runner.state.running


def test_it_has_ended_even_where_what_it_found_cannot_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, told = RecursionError("a fault of the tool"), Queue[object]()
    monkeypatch.setattr(threading, "excepthook", lambda hook: told.put(hook.exc_value))

    def fail() -> None:
        raise fault

    runner = CheckRunner(tmp_path, (), lambda state: None, fail)
    runner.start(CheckAnswer())
    assert told.get(timeout=60) is fault
    assert not runner.state.running
    assert runner.state.code == 2
