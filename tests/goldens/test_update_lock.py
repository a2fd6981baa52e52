import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError
from graph_goldens.goldens.update_lock import hold_update_lock

HOLD = """
import sys, time
from pathlib import Path
from graph_goldens.goldens.update_lock import hold_update_lock
root, working, held, free = map(Path, sys.argv[1:])
with hold_update_lock(root, working, print):
    held.touch()
    while not free.exists():
        time.sleep(0.01)
"""


class Holder:
    """Another process that holds the lock."""

    def __init__(self, folder: Path) -> None:
        self.root, self.working, self.free = folder / "snapshots", folder / ".goldens", folder / "free"
        held = folder / "held"
        command = [sys.executable, "-c", HOLD, *map(str, (self.root, self.working, held, self.free))]
        self.process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 30
        while not held.exists() and time.monotonic() < deadline:
            time.sleep(0.01)


def test_a_second_update_says_that_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    holder = Holder(tmp_path)
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        holder.free.touch()

    with hold_update_lock(holder.root, holder.working, tell):
        assert holder.process.wait(30) == 0
    assert told == [f"another update of {holder.root} is running; waiting until it ends (Ctrl-C gives up)"]


def test_a_killed_update_leaves_nothing_to_clear_away(tmp_path: Path) -> None:
    holder = Holder(tmp_path)
    holder.process.send_signal(signal.SIGKILL)
    holder.process.wait(30)
    told: list[str] = []
    with hold_update_lock(holder.root, holder.working, told.append):
        assert told == []


def test_updates_of_two_folders_do_not_wait_for_each_other_and_one_path_has_one_lock(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        hold_update_lock(tmp_path / "a", tmp_path / "w", told.append),
        hold_update_lock(tmp_path / "b", tmp_path / "w", told.append),
    ):
        pass
    (tmp_path / "link").symlink_to(tmp_path)
    with hold_update_lock(tmp_path / "link" / "a", tmp_path / "w", told.append):
        pass
    assert told == []
    assert len(list((tmp_path / "w").iterdir())) == 2


def test_a_working_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("a file")
    with (
        pytest.raises(ToolError, match="cannot make the lock"),
        hold_update_lock(tmp_path / "a", tmp_path / "w", print),
    ):
        pass
