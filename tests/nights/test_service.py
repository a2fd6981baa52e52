import datetime
import json
import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.errors import ToolError, UserError
from graph_goldens.nights import service
from graph_goldens.nights.service import NightOutcome, parse_every, serve_nights

BEGIN = datetime.datetime(2026, 10, 1, 3, 17, tzinfo=datetime.UTC)
HEALTHY = runpy.run_path(str(Path(__file__).parents[2] / "deploy" / "is_healthy.py"))["explain_illness"]


class Clock:
    """A clock that only waiting moves, and that stops the service after some waits."""

    def __init__(self, waits: int) -> None:
        self.now = BEGIN
        self.waits = waits
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += datetime.timedelta(seconds=seconds)
        if len(self.slept) >= self.waits:
            raise KeyboardInterrupt


def serve(root: Path, monkeypatch: pytest.MonkeyPatch, looks: Iterator[Any], waits: int) -> list[str]:
    clock, told = Clock(waits), list[str]()
    monkeypatch.setattr(service, "read_now", lambda: clock.now)

    def look() -> NightOutcome:
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, NightOutcome)
        return found

    with pytest.raises(KeyboardInterrupt):
        serve_nights(root, datetime.timedelta(hours=6), look, told.append, clock.sleep)
    assert clock.slept == [6 * 3600.0] * waits
    return told


def read_health(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / "health.json").read_text()))


def test_nights_follow_each_other_and_a_failure_ends_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([NightOutcome("2.16.0.dev1", 1), ToolError("no network\nat all"), UserError("no index")])
    told = serve(tmp_path, monkeypatch, looks, waits=3)
    assert [line.partition(" ")[2] for line in told] == [
        "2.16.0.dev1: ended with 1",
        "no build: no network at all",
        "no build: no index",
    ]
    assert (tmp_path / "nightly.log").read_text().splitlines() == told
    health = read_health(tmp_path)
    assert (health["process"], health["doing"]) == (os.getpid(), "waiting")
    assert (health["problem"], health["exit_code"]) == ("no index", 2)
    assert health["next"] == "2026-10-01T21:17:00+00:00"


def test_health_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(tmp_path, monkeypatch, iter([NightOutcome("2.16.0.dev1", 3)]), waits=1)
    health = read_health(tmp_path)
    due = BEGIN + datetime.timedelta(hours=6)
    assert HEALTHY(health, due) == ""
    assert HEALTHY(health, due + datetime.timedelta(hours=2)).startswith("nothing has been heard since")
    assert HEALTHY({**health, "problem": "no network"}, due) == "no network"
    looking = {**health, "doing": "looking", "next": None}
    assert HEALTHY(looking, BEGIN + datetime.timedelta(hours=11)) == ""
    assert HEALTHY(looking, BEGIN + datetime.timedelta(hours=13))


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LARGEST_LOG", 200)
    nights = (NightOutcome(f"2.16.0.dev{number}", 0) for number in range(40))
    serve(tmp_path, monkeypatch, nights, waits=40)
    files = sorted(tmp_path.glob("nightly.log*"))
    assert [file.name for file in files] == ["nightly.log", "nightly.log.1"]
    assert all(file.stat().st_size < 300 for file in files)


@pytest.mark.parametrize(("text", "seconds"), [("6h", 21600), ("30m", 1800), ("1d", 86400), (" 2s ", 2)])
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert parse_every(text) == datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "6", "h", "0h", "-1h", "1.5h", "9999999d", "6 hours"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(UserError, match="is not a length of time; give one such as 6h"):
        parse_every(text)
