"""Layers that nobody used for long go, those in use and environments with a PyTorch stay."""

import errno
import os
import time
from pathlib import Path

import pytest

from graph_goldens.environments.environment import describe
from graph_goldens.environments.environment_places import find_place, list_places
from graph_goldens.environments.environment_removal import use_environment
from graph_goldens.environments.layer_removal import MOST_LAYERS, RESOLVED, drop_old_layers
from tests.environments.wheels import FILES, make_interpreter

DAY = 24 * 3600.0


@pytest.fixture
def working(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def make(working: Path, name: str, days: float) -> None:
    """Make what is an environment by its folder, last used some days ago."""
    place = find_place(name, working)
    place.path.mkdir(parents=True)
    place.users.touch()
    for path in (place.users, place.path):
        os.utime(path, times=(0, time.time() - days * DAY))


def list_names(working: Path) -> list[str]:
    return [place.name for place in list_places(working)]


def test_layers_unused_for_a_month_go_and_environments_with_a_pytorch_stay(working: Path) -> None:
    for name, days in {"torch-2.13.0": 90, "torch-2.13.0-with-old": 31, "torch-2.13.0-with-new": 29}.items():
        make(working, name, days)
    told: list[str] = []
    drop_old_layers(working, told.append)
    assert list_names(working) == ["torch-2.13.0", "torch-2.13.0-with-new"]
    assert told == ["removed torch-2.13.0-with-old, which was not used for long; it is made again when it is"]


def test_only_so_many_stay_those_that_were_used_last(working: Path) -> None:
    for number in range(MOST_LAYERS + 2):
        make(working, f"torch-2.13.0-with-{number:02}", number / 100)
    drop_old_layers(working, lambda _: None)
    assert list_names(working) == [f"torch-2.13.0-with-{number:02}" for number in range(MOST_LAYERS)]


def test_one_that_is_in_use_stays_and_using_it_counts(working: Path) -> None:
    make(working, "torch-2.13.0-with-used", 90)
    place = find_place("torch-2.13.0-with-used", working)
    environment = describe(make_interpreter(place.path, FILES), working)
    os.utime(place.path, times=(0, 0))
    with use_environment(environment, working):
        os.utime(place.users, times=(0, 0))
        drop_old_layers(working, lambda _: None)
    assert list_names(working) == ["torch-2.13.0-with-used"]
    with use_environment(environment, working):
        pass
    drop_old_layers(working, lambda _: None)
    assert list_names(working) == ["torch-2.13.0-with-used"]


def test_one_that_cannot_be_removed_is_told_and_keeps_no_other_from_going(
    working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, days in {"torch-2.13.0-with-held": 60, "torch-2.13.0-with-old": 90}.items():
        make(working, name, days)
    rename = Path.rename

    def refuse_held(self: Path, target: Path) -> Path:
        if self.name.endswith("held"):
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_held)
    told: list[str] = []
    drop_old_layers(working, told.append)
    assert list_names(working) == ["torch-2.13.0-with-held"]
    assert told[0].startswith("a layer that was not used for long stays: cannot remove the environment torch")
    assert told[1].startswith("removed torch-2.13.0-with-old, ")


def test_how_requirements_were_resolved_is_forgotten_where_nobody_asked_for_long(working: Path) -> None:
    folder = working / RESOLVED
    folder.mkdir()
    for name, days in {"old.json": 31, "new.json": 29}.items():
        (folder / name).write_text("{}")
        os.utime(folder / name, times=(0, time.time() - days * DAY))
    drop_old_layers(working, lambda _: None)
    assert [file.name for file in folder.iterdir()] == ["new.json"]


def test_what_is_known_of_requirements_and_cannot_be_removed_fails_nothing(working: Path) -> None:
    stuck = working / RESOLVED / "old.json"
    stuck.mkdir(parents=True)  # no user, root included, can unlink a folder
    os.utime(stuck, times=(0, 0))
    drop_old_layers(working, lambda _: None)
    assert stuck.exists()
