"""Where a person says that captures are to be made, and environments that are worked with at once."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph_goldens.cli.placements import open_placement, run_side_by_side
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.environment_matrix import Failure
from graph_goldens.gate.local_placement import HERE
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.placement import Note, Placement, WantedBuild
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.request import Request
from graph_goldens.gate.result import Result
from graph_goldens.gate.watcher import Watcher
from graph_goldens.runs.run import Run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cases").mkdir()
    return find_project(tmp_path)


@dataclass(frozen=True)
class Elsewhere:
    """A placement of which only the number of environments at once matters."""

    at_once: int
    here: bool = False

    @contextmanager
    def hold_groups(self, project: Project, wanted: WantedBuild, note: Note) -> Iterator[Sequence[OpenGroup]]:
        yield ()


def test_captures_are_made_here_where_nobody_says_otherwise(project: Project) -> None:
    with open_placement("", project, 12, None, print) as placement:
        assert placement is HERE
        assert placement.at_once == 1
        assert placement.here


@pytest.mark.parametrize("on", ["Ray", "ray:", "ray://", "ray://host", "ray://host:port", "10.0.0.1:6379"])
def test_what_names_no_place_is_refused(project: Project, on: str) -> None:
    with (
        pytest.raises(UserError, match="no place for captures; give --on ray, or --on ray://HOST:PORT"),
        open_placement(on, project, 1, None, print),
    ):
        pass


def test_without_the_package_the_command_that_installs_it_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "graph_goldens.machines.ray_machines", raising=False)
    with (
        pytest.raises(
            UserError, match=r"^--on ray needs the package ray: pip install 'graph-goldens\[ray\]'$"
        ),
        open_placement("ray", project, 1, None, print),
    ):
        pass


def make_requests(project: Project, count: int) -> list[Request]:
    placement: Placement = Elsewhere(count)
    return [Request(project, f"python{at}", placement=placement) for at in range(count)]


def test_environments_are_worked_with_at_once_and_told_in_order(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    together = threading.Barrier(3, timeout=60)

    def work(request: Request, watcher: Watcher) -> Result:
        together.wait()  # passes only where all three are here
        watcher.note("waiting")
        return Result(Run({"torch": request.name}), ())

    ended = run_side_by_side(make_requests(project, 3), work)
    assert [each.run.torch for each in ended if isinstance(each, Result)] == ["python0", "python1", "python2"]
    said = capsys.readouterr().err.splitlines()
    assert sorted(said) == ["python0: waiting", "python1: waiting", "python2: waiting"]


def test_one_that_fails_does_not_stop_the_others(project: Project) -> None:
    def work(request: Request, watcher: Watcher) -> Result:
        if request.name == "python1":
            raise ToolError("broken")
        return Result(Run({"torch": request.name}), ())

    first, failed, last = run_side_by_side(make_requests(project, 3), work)
    assert isinstance(first, Result)
    assert failed == Failure("python1", "broken")
    assert isinstance(last, Result)


def test_a_mistake_of_usage_ends_the_command(project: Project) -> None:
    def work(request: Request, watcher: Watcher) -> Result:
        raise UserError("the selection matches nothing")

    with pytest.raises(UserError, match="matches nothing"):
        run_side_by_side(make_requests(project, 2), work)
