"""A project in which goldens drifted, without any PyTorch: goldens and saved runs are written directly."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, save_run
from tests.end_to_end.example import Ended, Example

CASES = """
import torch

from graph_goldens import Case, case


@case
def first() -> Case:
    return Case(lambda x: x + x, args=(torch.ones(2),))


@case
def second() -> Case:
    return Case(lambda x: x - x, args=(torch.ones(2),))


@case
def third() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),))


@case
def fourth() -> Case:
    return Case(lambda x: x.cos(), args=(torch.ones(2),))
"""
VERSIONS = ("2.12.1", "2.13.0")
NEWEST = "2.13.0+cpu"
ADD, SUB = "torch.ops.aten.add.Tensor", "torch.ops.aten.sub.Tensor"


def graph(target: str, name: str = "add") -> str:
    """The graph string of a program that calls one operator."""
    return "\n".join(
        [
            "graph():",
            "    %x : [num_users=1] = placeholder[target=x]",
            f"    %{name} : [num_users=1] = call_function[target={target}](args = (%x, 2), kwargs = {{}})",
            f"    return ({name},)",
        ]
    )


def record(case: str, text: str, source: str = "") -> Record:
    """A record of one graph."""
    artifacts = (Artifact("program.graph", text),)
    return Record(f"p/{case}", "export", Outcome.GRAPHS, artifacts=artifacts, source=source)


class Drifted:
    """The project, its goldens as they are, and what its runs gave instead.

    In `p/first` and `p/second` an operator became another one: one cluster. In `p/third` a node was renamed:
    another. `p/fourth` is new.
    """

    def __init__(self, root: Path) -> None:
        settings = f'[tool.goldens]\ndefault = "2.13.0"\nsupported = {list(VERSIONS)}\n'
        self.example = Example(root).write({"pyproject.toml": settings, "cases/p/cases.py": CASES})
        self.goldens = Goldens(root / "snapshots", [Version(version) for version in VERSIONS])
        self.sources = digest_cases(root / "cases")
        for case in ("first", "second", "third"):
            self.goldens.update(Version("2.12.1"), Golden(self.record(case, graph(ADD))))
        self.new = [
            self.record("first", graph(SUB)),
            self.record("second", graph(SUB)),
            self.record("third", graph(ADD, "add_1")),
            self.record("fourth", graph(ADD)),
        ]
        self.save(self.new)

    def run(self, *arguments: str, code: int) -> Ended:
        """Run the command in this process."""
        return self.example.run_here(*arguments, code=code)

    @property
    def home(self) -> Path:
        return self.example.root / ".goldens"

    def record(self, case: str, text: str) -> Record:
        return record(case, text, self.sources[f"p/{case}"])

    def save(self, records: Iterable[Record], torch: str = NEWEST, *, proved: bool = True) -> Path:
        return self.save_captures([Capture(each) for each in records], torch, proved=proved)

    def save_captures(self, captures: Iterable[Capture], torch: str = NEWEST, *, proved: bool = True) -> Path:
        """Write a run as a check of all cases would."""
        environment = {"torch": torch, "python": "3.11.7", "platform": "Linux-x86_64"}
        run = Run(environment, {each.record.key: each for each in captures}, complete=True)
        return save_run(replace(run, proved=frozenset(run.captures) if proved else frozenset()), self.home)

    def name(self, case: str) -> str:
        """The name of the cluster that a case's record is in."""
        clusters = self.run("pending", "--json", code=0).json["clusters"]
        return next(
            str(cluster["fingerprint"])
            for cluster in clusters
            if any(golden["case"] == f"p/{case}" for golden in cluster["goldens"])
        )

    def because(self, case: str, version: str = "2.13.0") -> str | None:
        """The reason that a case's golden gives, None where there is no golden."""
        golden = self.goldens.resolve(f"p/{case}", "export", Version(version))
        return golden.because if golden else None

    def holds(self, record: Record, version: str = "2.13.0") -> bool:
        """Whether a record is what a version resolves to."""
        golden = self.goldens.resolve(*record.key, Version(version))
        return golden is not None and golden.record == record
