"""A year in a test: thirty nights of a service that is killed now and then, and what each of them tells.

Four nights capture real builds: one wheel, repacked with a changed file and offered in a folder. The others
are runs of the build before under a later version, some with edits. A day passes from night to night.
"""

import datetime
import json
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.cli import known
from graph_goldens.gate import known_matching
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.nights import nightly, service
from graph_goldens.nights.night_state import NIGHTS_KEPT, WEEKS_KEPT, NightState, measure_folder
from graph_goldens.records import Artifact, Record
from graph_goldens.review import triage
from graph_goldens.runs.run import load_run, write_run
from tests.end_to_end.example import REPOSITORY, Ended, Example
from tests.nights.thin_wheels import make_build, make_thin_wheel

CASES = """
import torch

from graph_goldens import Case, case


@case
def loud() -> Case:
    return Case(lambda x: torch.nn.functional.silu(x), args=(torch.ones(2),), paths=("make-fx-fake",))


@case
def other() -> Case:
    return Case(lambda x: x - 1, args=(torch.ones(2),), paths=("make-fx-fake",))


@case
def quiet() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("make-fx-fake",))
"""
SILU = "import torch.nn.functional as F\nF.silu = lambda x, inplace=False: "
BUILDS = {1: "", 10: f"{SILU}x * torch.sigmoid(x)\n", 20: f"{SILU}x / (1 + torch.exp(-x))\n", 30: ""}
FIRST = datetime.date(2026, 10, 1)
HOOK = """
import sys

with open("told.jsonl", "a") as told:
    told.write(sys.stdin.read())
"""


def version_of(night: int) -> str:
    return f"2.16.0.dev{FIRST + datetime.timedelta(days=night - 1):%Y%m%d}"


@dataclass
class Year:
    """A project, its service, and the day on which it is.

    Attributes:
        example: the project.
        wheels: the folder that offers builds, each from its night on.
        built: the builds that will be offered.
        night: which night it is.
        moods: when it dies.
        kills: how often it did.
        took: how many seconds the last captured night took, and the last one of an edited run.
    """

    example: Example
    wheels: Path
    built: Mapping[int, Path]
    night: int = 0
    moods: random.Random = field(default_factory=lambda: random.Random(20261127))
    kills: int = 0
    took: dict[str, float] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.example.root

    @property
    def state(self) -> NightState:
        return NightState(self.root / ".goldens" / "nights")

    @property
    def today(self) -> datetime.date:
        return FIRST + datetime.timedelta(days=self.night - 1)

    @property
    def now(self) -> datetime.datetime:
        return datetime.datetime.combine(self.today, datetime.time(3, 17), datetime.UTC)

    def told(self) -> list[dict[str, Any]]:
        file = self.root / "told.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def look(self, code: int, *options: str, deaths: int = 0) -> dict[str, Any] | None:
        """Look at the next night, after dying some times on the way, and return what was told of it."""
        self.night += 1
        arguments = ["nightly", "--notify", f"{sys.executable} {self.root / 'hook.py'}"]
        arguments += options or self._give_build()
        before = {each["id"] for each in self.told()}
        for _ in range(deaths):
            self._die_in(arguments)
        begun = time.monotonic()
        self.run(*arguments, code=code)
        self.took[arguments[-2]] = time.monotonic() - begun
        fresh = [each for each in self.told() if each["id"] not in before]
        messages = {each["id"]: {**each, "again": False} for each in fresh}
        assert all(messages[each["id"]] == {**each, "again": False} for each in fresh)
        assert [each for each in fresh if each["again"]] == [] or deaths
        assert len(messages) <= 1
        self._demand_bounded()
        return next(iter(messages.values()), None)

    def _give_build(self) -> list[str]:
        """Offer the night's build, or save the run of the one before under this night's version."""
        if self.night in self.built:
            self.built[self.night].rename(self.wheels / self.built[self.night].name)
            return ["--find-links", str(self.wheels)]
        return ["--from-run", str(self.edit_run())]

    def edit_run(self, **targets: str) -> Path:
        """Save the last real run as this night's, with other operators in some cases."""
        run = load_run(self._find_real())
        captures = {
            key: replace(each, record=retarget(each.record, targets.get(key.case.removeprefix("p/"), "")))
            for key, each in run.captures.items()
        }
        environment = {**run.environment, "torch": version_of(self.night), "git": f"{self.night:040x}"}
        file = self.root / "edited.jsonl"
        proved = frozenset(captures)
        write_run(replace(run, environment=environment, captures=captures, proved=proved), file)
        return file

    def look_at_edited(self, code: int, deaths: int = 0, **targets: str) -> dict[str, Any] | None:
        self.night += 1
        file = self.edit_run(**targets)
        self.night -= 1
        return self.look(code, "--from-run", str(file), deaths=deaths)

    def _find_real(self) -> Path:
        """Keep the last real build's run aside: the service forgets it."""
        kept = self.root / "real.jsonl"
        runs = (self.state.find_run(night.number) for night in self.state.list_nights())
        real = [run for run in runs if run and run.version in map(Version, map(version_of, BUILDS))]
        if real:
            write_run(max(real, key=lambda run: run.version), kept)
        return kept

    def _die_in(self, arguments: list[str]) -> None:
        """Begin a night in a process of its own, and kill it somewhere on its way.

        A captured one is begun by the service, which would go on with later nights.
        """
        took = self.took.get(arguments[-2], 1.0)
        forever = ["--every", "1h"] if arguments[-2] == "--find-links" else []
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                os.setpgid(0, 0)
                with Path(os.devnull).open("w") as nowhere:
                    os.dup2(nowhere.fileno(), 1)
                    os.dup2(nowhere.fileno(), 2)
                self.run(arguments[0], *forever, *arguments[1:], code=0)
            os._exit(0)
        time.sleep(self.moods.uniform(0.0, 1.1 * took))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.kills += 1

    def run(self, *arguments: str, code: int) -> Ended:
        return self.example.run_here(*arguments, code=code)

    def triage(self, case: str, *options: str) -> None:
        pending = self.run("pending", "--json", code=0).json["clusters"]
        name = next(each["fingerprint"] for each in pending if f"p/{case}" in each["cases"])
        self.run("triage", name, "--because", "reported", *options, code=0)

    def _demand_bounded(self) -> None:
        """Hold what is kept to what the manual says."""
        nights = list((self.state.root / "nights").iterdir())
        assert len(nights) <= NIGHTS_KEPT + WEEKS_KEPT
        assert measure_folder(self.state.root) < 4 << 20
        envs = [each for each in (self.root / ".goldens" / "envs").iterdir() if not each.name.startswith(".")]
        assert len(envs) <= 2
        runs = list((self.root / ".goldens" / "runs").glob("*.dev*"))
        assert len(runs) <= 2


def retarget(record: Record, target: str) -> Record:
    """Let a record's subtraction be another operator."""
    if not target:
        return record
    texts = (Artifact(each.name, each.text.replace("aten.sub.Tensor", target)) for each in record.artifacts)
    return replace(record, artifacts=tuple(texts))


def find_original() -> Path:
    """Find the package `torch` that builds lie over."""
    original = (REPOSITORY / ".goldens" / "envs" / "torch-2.13.0").resolve()
    (torch,) = original.glob("lib/python3*/site-packages/torch")
    return torch


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Year:
    project = tmp_path / "project"
    settings = '[tool.goldens]\nsupported = ["2.15.0"]\ndefault = "2.15.0"\n'
    example = Example(project).write({"pyproject.toml": settings, "cases/p/cases.py": CASES, "hook.py": HOOK})
    wheel = make_thin_wheel(tmp_path / "thin", find_original())
    built = {
        night: make_build(wheel, tmp_path / "built", version_of(night), change)
        for night, change in BUILDS.items()
    }
    (tmp_path / "wheels").mkdir()
    year = Year(example, tmp_path / "wheels", built)
    for module in (known, known_matching, triage):
        monkeypatch.setattr(module, "read_today", lambda: year.today)
    for module in (nightly, service):
        monkeypatch.setattr(module, "read_now", lambda: year.now)
    return year


def begin(year: Year) -> None:
    """Look at the first night, whose graphs nobody accepted yet, and accept them as those of 2.15.0."""
    news = year.look(4)
    assert news is not None
    assert [each["finding"] for each in news["troubles"]] == ["no golden"] * 3
    run = load_run(year._find_real())
    goldens = Goldens(year.root / "snapshots", [Version("2.15.0")])
    for capture in run.captures.values():
        goldens.update(Version("2.15.0"), Golden(capture.record))


def marks(events: list[dict[str, str]]) -> list[str]:
    return [each["case"].removeprefix("p/") for each in events]


def cases_of(news: dict[str, Any] | None, what: str) -> list[str]:
    assert news is not None
    if what == "new":
        return [case.removeprefix("p/") for each in news["new"] for case in each["cases"]]
    if what in ("ending", "over", "settled"):
        return [case.removeprefix("p/") for each in news[what] for case, _ in each["records"]]
    return marks(news[what])


ADD, MUL = "aten.add.Tensor", "aten.mul.Tensor"


def test_a_year_of_nights(year: Year) -> None:
    begin(year)
    news = year.look_at_edited(0, deaths=1)  # night 2: all is as accepted, and so what was told is gone
    assert cases_of(news, "gone") == ["loud", "other", "quiet"]
    for _ in range(2):
        assert year.look_at_edited(0) is None

    news = year.look_at_edited(1, other=ADD)  # night 5: a drift appears
    assert (cases_of(news, "new"), cases_of(news, "gone")) == (["other"], [])
    assert news is not None
    assert f"compare/{4:040x}...{5:040x}" in news["new"][0]["compare"]
    assert year.look_at_edited(1, deaths=2, other=ADD) is None  # night 6: nobody is told twice
    year.triage("other", "--until", "2026-10-12", "--owner", "Ada")
    news = year.look_at_edited(0, other=ADD)  # night 7: known, until night 12
    assert (cases_of(news, "new"), cases_of(news, "ending")) == ([], ["other"])
    news = year.look_at_edited(1, deaths=1, other=MUL)  # night 8: it changes into another one
    assert (cases_of(news, "new"), cases_of(news, "gone")) == (["other"], ["other"])
    assert cases_of(news, "settled") == ["other"]
    news = year.look_at_edited(0, other=ADD)  # night 9: and back into what is known
    assert (cases_of(news, "new"), cases_of(news, "gone")) == ([], ["other"])

    news = year.look(1, deaths=2)  # night 10: a real build, in which another case drifts, and this one not
    assert (cases_of(news, "new"), cases_of(news, "gone")) == (["loud"], [])
    assert news is not None
    assert news["commit"] == load_run(year._find_real()).environment["git"]
    assert year.look_at_edited(1, other=ADD) is None  # night 11
    year.triage("loud")
    assert year.look_at_edited(0, deaths=1, other=ADD) is None  # night 12: the last day of the first decision
    news = year.look_at_edited(1, other=ADD)  # night 13: its day has passed
    assert (cases_of(news, "over"), cases_of(news, "new")) == (["other"], [])
    assert year.look_at_edited(1, deaths=1, other=ADD) is None
    year.triage("other", "--until", "2027-03-31")
    for _ in range(5):  # nights 15 to 19
        assert year.look_at_edited(0, other=ADD) is None

    news = year.look(1, deaths=2)  # night 20: a real build, in which the case drifts otherwise
    assert cases_of(news, "new") == ["loud"]
    assert cases_of(news, "gone") == ["loud", "other"]
    assert sorted(cases_of(news, "settled")) == ["loud", "other"]
    assert year.look_at_edited(1) is None
    year.run("triage", "--prune", code=0)
    assert year.run("known", "--json", code=0).json == []
    news = year.look_at_edited(1, other=ADD)  # night 22: the first drift comes back, and nobody knows it
    assert news is not None
    assert (cases_of(news, "new"), cases_of(news, "back")) == (["other"], ["other"])

    news = look_at_nothing(year)  # night 23: the index offers what cannot be installed
    assert news is not None
    assert "cannot make the environment" in news["failure"]
    assert look_at_nothing(year) is None
    news = year.look_at_edited(1)  # night 25: the drift is gone once more
    assert cases_of(news, "gone") == ["other"]
    for night in range(26, 30):
        assert year.look_at_edited(1, deaths=night % 2) is None
    news = year.look(0, deaths=3)  # night 30: a real build, in which all is as it was
    assert (cases_of(news, "new"), cases_of(news, "gone")) == ([], ["loud"])
    assert year.night == 30
    assert year.kills > 10
    demand_nothing_told_twice(year)


def look_at_nothing(year: Year) -> dict[str, Any] | None:
    """Look at a build that cannot be installed."""
    broken = year.root.parent / "broken"
    broken.mkdir(exist_ok=True)
    name = year.built[30].name.replace(version_of(30), "2.16.0.dev20261023")
    (broken / name).write_bytes(b"no wheel")
    return year.look(2, "--find-links", str(broken))


def demand_nothing_told_twice(year: Year) -> None:
    """Hold all messages together: a change of a record is new again only after it was gone."""
    open_now: set[tuple[str, str]] = set()
    ids = set()
    for message in year.told():
        if message["id"] in ids or "new" not in message:
            continue
        ids.add(message["id"])
        gone = {(each["case"], each["change"]) for each in message["gone"]}
        assert gone <= open_now
        open_now -= gone
        new = {(case, each["fingerprint"]) for each in message["new"] for case in each["cases"]}
        new |= {(each["case"], each["finding"]) for each in message["troubles"]}
        assert not new & open_now
        open_now |= new
        open_now |= {(case, each["change"]) for each in message["over"] for case, _ in each["records"]}
    assert open_now == set()
