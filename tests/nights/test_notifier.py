import json
import sys
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError
from graph_goldens.nights.news import News
from graph_goldens.nights.night_messages import encode_failure
from graph_goldens.nights.night_state import NightState
from graph_goldens.nights.notifier import Notifier

HOOK = """
import sys

with open("told.jsonl", "a") as told:
    told.write(sys.stdin.read())
sys.exit(int(open("ends_with").read()))
"""


class Hook:
    """A command that notes what it hears, and ends as it is told to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "hook.py").write_text(HOOK)
        self.end_with(0)
        self.notifier = Notifier(NightState(root / "state"), f"{sys.executable} hook.py", root)

    def end_with(self, code: int) -> None:
        (self.root / "ends_with").write_text(str(code))

    def heard(self) -> list[tuple[str, str, bool]]:
        file = self.root / "told.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(each["failure"], each["id"], each["again"]) for each in map(json.loads, lines)]


@pytest.fixture
def hook(tmp_path: Path) -> Hook:
    return Hook(tmp_path)


def test_a_failure_is_told_once_until_another_one(hook: Hook) -> None:
    for problem in ("no room", "no room", "no network", "no room"):
        hook.notifier.tell_failure("2.16.0.dev1", problem)
    assert [each[0] for each in hook.heard()] == ["no room", "no network", "no room"]
    assert len({each[1] for each in hook.heard()}) == 3


def test_what_could_not_be_told_waits_and_is_told_again_before_anything_else(hook: Hook) -> None:
    hook.end_with(3)
    with pytest.raises(ToolError, match=r"was not told what is new: it ended with exit status 3"):
        hook.notifier.tell_failure("2.16.0.dev1", "first")
    hook.notifier.tell_failure("2.16.0.dev1", "first")  # it counts as told, and waits
    with pytest.raises(ToolError):
        hook.notifier.tell_failure("2.16.0.dev1", "second")
    hook.end_with(0)
    hook.notifier.tell_failure("2.16.0.dev1", "second")
    said, ids, again = zip(*hook.heard(), strict=True)
    assert said == ("first", "first", "first", "second")
    assert again == (False, True, True, False)
    assert len(set(ids)) == 2


def test_without_a_command_what_is_written_counts_as_told(tmp_path: Path) -> None:
    notifier = Notifier(NightState(tmp_path), "", tmp_path)
    news = News(failure="no room")
    assert notifier.tell(news, encode_failure(news, ""), None) is False
    assert notifier.load_told().failure == "no room"
    assert notifier.state.load_outbox() is None
