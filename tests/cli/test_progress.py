"""Progress as events: JSON texts that a program tells from what is for people."""

import io
import json

import pytest
from rich.console import Console

from graph_goldens.cli.progress import open_watcher
from graph_goldens.records import Capture, Outcome, Record


def test_events_are_json_texts_one_to_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with open_watcher(Console(file=io.StringIO()), events=True) as watcher:
        watcher.note("making torch-2.13.0\nwith \x1b[31mcolours\u202e")
        watcher.begin("torch 2.13.0", 1)
        watcher.advance(Capture(Record("p/a", "export", Outcome.ERROR, "no"), seconds=0.12345))
    lines = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert all(line.startswith("\x1e") and line[1:].isprintable() for line in lines)
    assert [json.loads(line[1:]) for line in lines] == [
        {"note": "making torch-2.13.0\nwith \x1b[31mcolours\u202e"},
        {"begin": "torch 2.13.0", "total": 1},
        {"case": "p/a", "path": "export", "outcome": "error", "seconds": 0.123},
    ]


def test_without_events_a_person_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    file = io.StringIO()
    with open_watcher(Console(file=file), events=False) as watcher:
        watcher.note("making torch-2.13.0")
    assert (file.getvalue(), capsys.readouterr().err) == ("making torch-2.13.0\n", "")
