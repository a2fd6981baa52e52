import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.builds import describe_release, describe_wheel
from graph_goldens.environments.environment import Environment, describe
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.environment_places import find_place, list_places
from graph_goldens.environments.environment_removal import (
    remove_environment,
    remove_leftovers,
    use_environment,
)
from graph_goldens.errors import ToolError, UserError
from graph_goldens.locks import hold_lock
from tests.environments.wheels import FILES, make_interpreter, make_wheel

HOLD = """
import sys
from pathlib import Path
from graph_goldens.environments.environment import recall
from graph_goldens.environments.environment_removal import use_environment
folder = Path(sys.argv[1])
with use_environment(recall(folder / "envs" / sys.argv[2] / "bin" / "python", folder), folder):
    print("held", flush=True)
    sys.stdin.read()
"""

Made = Callable[[str], Environment]


@pytest.fixture
def made(folder: Path) -> Made:
    """Make an environment of a name from files, without uv."""

    def make(name: str) -> Environment:
        version = name.removeprefix("torch-")
        files = {**FILES, "version.py": FILES["version.py"].replace("{version!r}", repr(version))}
        return describe(make_interpreter(folder.resolve() / "envs" / name, files), folder.resolve())

    return make


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in list_places(folder))


def quiet(_: str) -> None:
    pass


def test_what_is_being_made_or_removed_is_not_listed(folder: Path) -> None:
    for name in (".torch-2.13.0.making", ".torch-2.9.1.removed"):
        (folder / "envs" / name).mkdir(parents=True)
    assert names(folder) == []


def test_an_environment_is_removed_and_the_others_stay(folder: Path, made: Made) -> None:
    for name in ("torch-2.13.0", "torch-2.9.1"):
        made(name)
    remove_environment("torch-2.13.0", folder, pytest.fail)
    assert names(folder) == ["torch-2.9.1"]
    assert not list((folder / "envs").glob(".*.removed"))


def test_a_removed_environment_is_made_again(tmp_path: Path, folder: Path) -> None:
    build = describe_wheel(make_wheel(tmp_path, "2.13.0"))
    first = open_environment(build, folder, quiet)
    remove_environment(build.name, folder, quiet)
    assert not first.python.exists()
    assert open_environment(build, folder, quiet) == first


@pytest.mark.parametrize("name", ["torch-9", "", ".", "..", "../caches", ".torch-2.13.0.lock", "/"])
def test_what_is_no_environment_is_not_removed(folder: Path, made: Made, name: str) -> None:
    made("torch-2.13.0")
    (folder / "envs" / ".torch-2.13.0.lock").touch()
    before = sorted(folder.rglob("*"))
    with pytest.raises(UserError, match=r"there is no environment .*; there are: torch-2\.13\.0$"):
        remove_environment(name, folder, quiet)
    assert sorted(folder.rglob("*")) == before


def test_an_environment_that_is_linked_to_stays_where_it_is(tmp_path: Path, folder: Path) -> None:
    python = make_interpreter(tmp_path / "elsewhere", {})
    (folder / "envs").mkdir(parents=True)
    (folder / "envs" / "torch-2.13.0").symlink_to(tmp_path / "elsewhere")
    remove_environment("torch-2.13.0", folder, quiet)
    assert names(folder) == []
    assert python.exists()


def test_an_environment_that_a_command_uses_is_not_removed(folder: Path, made: Made) -> None:
    environment = made("torch-2.13.0")
    with ExitStack() as users:
        for _ in range(2):  # commands share it
            users.enter_context(use_environment(environment, folder))
        with pytest.raises(UserError, match=r"torch-2\.13\.0 is in use by another command"):
            remove_environment("torch-2.13.0", folder, quiet)
        assert environment.python.exists()
    remove_environment("torch-2.13.0", folder, quiet)
    assert not environment.python.exists()


def test_a_user_that_was_killed_holds_nothing(folder: Path, made: Made) -> None:
    made("torch-2.13.0")
    command = [sys.executable, "-c", HOLD, str(folder.resolve()), "torch-2.13.0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"held\n"
        with pytest.raises(UserError, match="in use"):
            remove_environment("torch-2.13.0", folder, quiet)
        user.kill()
        user.wait()
        remove_environment("torch-2.13.0", folder, quiet)


def test_who_comes_too_late_to_use_an_environment_is_told(folder: Path, made: Made) -> None:
    environment = made("torch-2.13.0")
    (folder / "envs" / "torch-2.13.0" / "bin" / "python").unlink()
    with pytest.raises(ToolError, match="was just removed"), use_environment(environment, folder):
        pytest.fail("it is not there")


def test_a_failure_while_an_environment_is_used_stays_what_it_is(folder: Path, made: Made) -> None:
    with pytest.raises(OSError, match="of the user"), use_environment(made("torch-2.13.0"), folder):
        raise OSError("of the user")


def test_environments_elsewhere_are_used_without_a_word(tmp_path: Path, folder: Path, made: Made) -> None:
    elsewhere = replace(made("torch-2.13.0"), python=tmp_path / "bin" / "python")
    with use_environment(elsewhere, folder):
        remove_environment("torch-2.13.0", folder, quiet)
    assert names(folder) == []


def test_removing_waits_for_who_makes_it(folder: Path, made: Made) -> None:
    made("torch-2.13.0")
    waits = threading.Event()
    remover = threading.Thread(
        target=remove_environment, args=("torch-2.13.0", folder, lambda _: waits.set())
    )
    with hold_lock(find_place("torch-2.13.0", folder).lock, pytest.fail):
        remover.start()
        assert waits.wait(10)
        assert names(folder) == ["torch-2.13.0"]
    remover.join(10)
    assert names(folder) == []


def test_what_killed_commands_left_is_removed_and_what_is_being_made_is_not(folder: Path) -> None:
    left, removed, busy = find_place("left", folder), find_place("gone", folder), find_place("busy", folder)
    for path in (left.draft, removed.removed, busy.draft):
        (path / "lib").mkdir(parents=True)
    with hold_lock(busy.lock, pytest.fail):
        remove_leftovers(folder)
    assert busy.draft.exists()
    assert not left.draft.exists()
    assert not removed.removed.exists()


def test_leftovers_of_no_folder_are_none(folder: Path) -> None:
    remove_leftovers(folder)
    assert not folder.exists()


def test_a_release_lies_where_it_is_removed_from(folder: Path) -> None:
    assert (
        find_place(describe_release("2.13.0").name, folder).python == folder / "envs/torch-2.13.0/bin/python"
    )
