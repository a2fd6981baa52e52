"""The options of commands that capture, and the groups that these take them in."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from graph_goldens.cli.options import AsJson, Paths, Selectors
from graph_goldens.drift.classes import Severity
from graph_goldens.gate.project import Project, demand_seconds, parse_size
from graph_goldens.runs.selection import Selection

Torches = Annotated[
    list[str] | None,
    typer.Option(
        "--torch",
        metavar="VERSION",
        help="PyTorch version, `latest`, `nightly`, or `all` that are supported; may be given again.",
    ),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option("--python", metavar="PATH", help="An interpreter that has a PyTorch; nothing is installed."),
]
Wheels = Annotated[
    list[Path] | None, typer.Option("--wheel", metavar="FILE", help="A wheel of PyTorch; may be given again.")
]
IndexUrl = Annotated[
    str,
    typer.Option(
        "--index-url", metavar="URL", show_default=False, help="Index, instead of the configured one."
    ),
]
FindLinks = Annotated[
    list[str] | None, typer.Option("--find-links", metavar="DIR", help="A further folder or page of wheels.")
]
UseCache = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache",
        help="Whether to reuse earlier captures where nothing that they depend on has changed.",
    ),
]
Explain = Annotated[bool, typer.Option("--explain", help="Say why each record is captured, or is not.")]
FromRun = Annotated[
    list[Path] | None,
    typer.Option(
        "--from-run", metavar="FILE", help="A run that was captured elsewhere, instead of capturing."
    ),
]
ShardOf = Annotated[
    str,
    typer.Option(
        "--shard",
        metavar="K/N",
        show_default=False,
        help="Capture the K-th of N parts that take about as long; `goldens merge` joins their runs.",
    ),
]
Durations = Annotated[
    Path | None,
    typer.Option(
        "--durations",
        metavar="FILE",
        help="A run whose times split the parts, the same on all machines; without it medians of the "
        "tracing paths do.",
    ),
]
On = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="PLACE",
        show_default=False,
        help="Where to capture: `ray`, this machine's Ray cluster, or `ray://HOST:PORT`; here if not given.",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show everything, not only the first few.")]
FailOn = Annotated[
    Severity, typer.Option("--fail-on", help="The mildest drift that fails: any drift is at least cosmetic.")
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, show_default=False, help="Captures at once; one for each core if not given."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout", min=0.1, show_default=False, metavar="SECONDS", help="Most seconds for one capture."
    ),
]
Memory = Annotated[
    str,
    typer.Option(
        "--memory",
        show_default=False,
        metavar="SIZE",
        help="Most memory for one capture beyond what its worker has, such as 512M or 4G.",
    ),
]


@dataclass(frozen=True)
class Chosen:
    """The cases and tracing paths that are meant.

    Attributes:
        selectors: names of cases or packs, or patterns of either; all if none.
        path: names or patterns of tracing paths; all if none.
    """

    selectors: Selectors = None
    path: Paths = None

    @property
    def selection(self) -> Selection:
        """The same, as the gate takes it."""
        return Selection(tuple(self.selectors or ()), tuple(self.path or ()))


@dataclass(frozen=True)
class Where:
    """The environments that are meant.

    Attributes:
        torch: versions, `latest`, `nightly`, `all`.
        python: interpreters.
        wheel: wheel files.
        index_url: index to look for PyTorch in.
        find_links: further folders or pages of wheels.
    """

    torch: Torches = None
    python: Pythons = None
    wheel: Wheels = None
    index_url: IndexUrl = ""
    find_links: FindLinks = None


@dataclass(frozen=True)
class Reuse:
    """What is made of earlier captures.

    Attributes:
        cache: whether they are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
    """

    cache: UseCache = True
    explain: Explain = False


@dataclass(frozen=True)
class Sharing:
    """Which part of a check is meant.

    Attributes:
        shard: the part, `2/3`; all if empty.
        durations: a run whose times split the parts.
    """

    shard: ShardOf = ""
    durations: Durations = None


@dataclass(frozen=True)
class LimitOptions:
    """What captures may use, instead of what the project says.

    Attributes:
        jobs: captures at once.
        timeout: seconds for one capture.
        memory: memory for one capture, such as `512M`.
    """

    jobs: Jobs = None
    timeout: Timeout = None
    memory: Memory = ""

    def apply(self, project: Project) -> Project:
        """Let them take the place of what the project says."""
        return replace(
            project,
            jobs=self.jobs or project.jobs,
            timeout=demand_seconds(self.timeout, "--timeout") if self.timeout else project.timeout,
            memory=parse_size(self.memory) if self.memory else project.memory,
        )


@dataclass(frozen=True)
class Shown:
    """How the answer is shown.

    Attributes:
        as_json: as JSON for a program.
        verbose: in full.
    """

    as_json: AsJson = False
    verbose: Verbose = False
