"""A project in which many cases drifted, each in a way of its own, without any PyTorch."""

from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, save_run
from tests.end_to_end.drifted import NEWEST, VERSIONS
from tests.end_to_end.example import Example
from tests.report.browser_reports import graph, line

HEAD = "import torch\n\nfrom graph_goldens import Case, case\n"
CASE = "\n\n@case\ndef {name}() -> Case:\n    return Case(lambda x: x + {number}, args=(torch.ones(2),))\n"


class ManyDrifted:
    """The project: in each case another operator took the place of the last but one, so each is a cluster."""

    def __init__(self, root: Path, count: int) -> None:
        self.names = [f"case_{number:03}" for number in range(count)]
        text = HEAD + "".join(CASE.format(name=name, number=at) for at, name in enumerate(self.names))
        settings = f'[tool.goldens]\ndefault = "2.13.0"\nsupported = {list(VERSIONS)}\n'
        self.example = Example(root).write({"pyproject.toml": settings, "cases/p/cases.py": text})
        self.home = root / ".goldens"
        self.goldens = Goldens(root / "snapshots", [Version(version) for version in VERSIONS])
        sources = digest_cases(root / "cases")
        self.old = [_record(name, "add.Tensor", sources[f"p/{name}"]) for name in self.names]
        self.new = [
            _record(name, f"op_{at:03}.default", sources[f"p/{name}"]) for at, name in enumerate(self.names)
        ]
        for each in self.old:
            self.goldens.update(Version("2.12.1"), Golden(each))
        self.save()

    def save(self, torch: str = NEWEST) -> None:
        """Write the run of a check."""
        environment = {"torch": torch, "python": "3.11.7", "platform": "Linux-x86_64"}
        run = Run(environment, {each.key: Capture(each) for each in self.new}, complete=True)
        save_run(replace(run, proved=frozenset(run.captures)), self.home)

    def because(self, name: str) -> str | None:
        """The reason that a case's golden gives."""
        golden = self.goldens.resolve(f"p/{name}", "export", Version("2.13.0"))
        return golden.because if golden else None


def _record(case: str, target: str, source: str) -> Record:
    text = graph(
        line("sin", "sin.default", "x"),
        line("last", target, "sin"),
        line("neg", "neg.default", "last"),
        result="neg",
    )
    artifacts = (Artifact("program.graph", text),)
    return Record(f"p/{case}", "export", Outcome.GRAPHS, artifacts=artifacts, source=source)
