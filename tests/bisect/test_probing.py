"""A version gives its record or why there is none, and environments go again where that is wanted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.bisect import probing
from graph_goldens.bisect.bisection import Untestable
from graph_goldens.bisect.probing import Prober
from graph_goldens.bisect.version_range import Range
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.records import Capture, Fault, FaultKind
from graph_goldens.runs.selection import Selection
from tests.bisect.test_search import KEY, record_of


class Silent:
    """Hears everything and says nothing."""

    def note(self, text: str) -> None: ...
    def begin(self, what: str, total: int) -> None: ...
    def advance(self, capture: Capture) -> None: ...


@dataclass
class Machine:
    """What is made, captured and removed in place of real environments."""

    answers: Mapping[str, object]
    made: list[str]
    removed: list[str]

    def open(self, build: Any, folder: Path) -> str:
        if isinstance(build, str):
            return build
        if isinstance(answer := self.answers[build.name], ToolError):
            raise answer
        (folder / "envs" / build.name / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "envs" / build.name / "bin" / "python").touch()
        self.made.append(build.name)
        return str(build.name)

    def run(self, environment: str) -> Any:
        answer = self.answers[environment]
        if isinstance(answer, Exception):
            raise answer
        captures: list[Any] = answer if isinstance(answer, list) else [answer]
        found = {capture.record.key: capture for capture in captures}
        return SimpleNamespace(captures=found, environment={"git": f"commit of {environment}"})


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine({}, [], [])

    @contextmanager
    def hold(request: Request, _: object) -> Iterator[Any]:
        assert request.reuse
        assert request.selection == Selection(
            (KEY[0],), (KEY[1],)
        )  # by which packs that are left out are told
        environment = machine.open(request.build, request.project.working)
        yield SimpleNamespace(run=lambda selection: machine.run(environment))

    monkeypatch.setattr(probing, "hold_environment", hold)
    monkeypatch.setattr(probing, "remove_environment", lambda name, *_: machine.removed.append(name))
    monkeypatch.setattr(probing, "LEAST_ROOM", 0)
    return machine


def prober(project: Project, keep: bool = True) -> Prober:
    selection = Selection((KEY[0],), (KEY[1],))
    return Prober(project, selection, Range(), Silent(), keep=keep)


def test_a_version_gives_its_record_or_why_there_is_none(project: Project, machine: Machine) -> None:
    machine.answers = {
        "torch-2.8.0": Capture(record_of("a")),
        "torch-2.9.0": ToolError("no such wheel"),
        "torch-2.9.1": UserError("the case module x.py cannot be used"),
        "torch-2.13.0": Capture(record_of("b"), fault=Fault(FaultKind.HARNESS, "the harness failed")),
    }
    probe = prober(project)
    assert [probe(Version(name.removeprefix("torch-"))) for name in machine.answers] == [
        record_of("a"),
        Untestable("no such wheel"),
        Untestable("the case module x.py cannot be used"),
        Untestable("the harness failed"),
    ]
    assert machine.removed == []
    assert probe.find_commit(Version("2.8.0")) == "commit of torch-2.8.0"
    assert probe.find_commit(Version("2.9.0")) == ""


def test_an_interpreter_stands_for_the_version_that_it_has(project: Project, machine: Machine) -> None:
    machine.answers = {"/their/python": Capture(record_of("a"))}
    wanted = Range(interpreters={Version("2.9.1+cpu"): "/their/python"})
    probe = Prober(project, Selection((KEY[0],), (KEY[1],)), wanted, Silent(), keep=False)
    assert probe(Version("2.9.1+cpu")) == record_of("a")
    assert (machine.made, machine.removed) == ([], [])


def test_a_selection_that_means_nothing_or_several_records_is_the_users_error(
    project: Project, machine: Machine
) -> None:
    other = replace(record_of("a"), path="export-strict")
    machine.answers = {
        "torch-2.8.0": UserError("'atribute' matches no case"),
        "torch-2.9.1": [Capture(record_of("a")), Capture(other)],
    }
    with pytest.raises(UserError, match=r"^with PyTorch 2\.8\.0: 'atribute' matches no case"):
        prober(project)(Version("2.8.0"))
    with pytest.raises(UserError, match=r"this means torchbind/attribute · export, .* export-strict, …"):
        prober(project)(Version("2.9.1"))


def test_environments_that_were_made_go_again_where_that_is_wanted(
    project: Project, machine: Machine
) -> None:
    machine.answers = dict.fromkeys(("torch-2.8.0", "torch-2.9.1"), Capture(record_of("a")))
    prober(project)(Version("2.8.0"))
    probe = prober(project, keep=False)
    probe(Version("2.8.0"))
    probe(Version("2.9.1"))
    assert machine.removed == ["torch-2.9.1"]


def test_too_little_room_stops_the_search_before_anything_is_made(
    project: Project, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.answers = dict.fromkeys(("torch-2.8.0", "torch-2.9.1"), Capture(record_of("a")))
    prober(project)(Version("2.8.0"))
    monkeypatch.setattr(probing, "LEAST_ROOM", 1 << 80)
    assert prober(project)(Version("2.8.0")) == record_of("a")
    with pytest.raises(ToolError, match=r"^only .* GiB are free, too little to make another environment"):
        prober(project)(Version("2.9.1"))
    assert machine.made == ["torch-2.8.0", "torch-2.8.0"]


def test_a_version_of_a_package_is_captured_beside_the_projects_pytorch(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    @contextmanager
    def hold(request: Request, _: object) -> Iterator[Any]:
        asked.append(request)
        captured = Capture(record_of("a"))
        run = SimpleNamespace(captures={captured.record.key: captured}, environment={})
        yield SimpleNamespace(run=lambda selection: run)

    monkeypatch.setattr(probing, "hold_environment", hold)
    monkeypatch.setattr(probing, "LEAST_ROOM", 0)
    probe = Prober(project, Selection((KEY[0],), (KEY[1],)), Range(package="tiny"), Silent())
    assert probe(Version("1.1")) == record_of("a")
    (request,) = asked
    assert request.project.needs.own.requires == ("tiny==1.1",)
    assert getattr(request.build, "name", "") == "torch-2.13.0"
