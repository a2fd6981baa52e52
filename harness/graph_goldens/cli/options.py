"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        help="Cases, packs, or patterns of either, such as torchbind or 'torchbind/compile_*'; all if none."
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Option("--path", metavar="PATH", help="Tracing path or pattern; may be given again."),
]
Torch = Annotated[
    str,
    typer.Option(
        "--torch",
        metavar="VERSION",
        show_default=False,
        help="PyTorch version; the project's default if not given.",
    ),
]
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
Cases = Annotated[
    Path | None, typer.Option("--cases", metavar="DIR", help="Folder of packs, instead of the project's.")
]
Snapshots = Annotated[
    Path | None,
    typer.Option("--snapshots", metavar="DIR", help="Folder of goldens, instead of the project's."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show everything, not only the first few.")]
Because = Annotated[
    str,
    typer.Option(
        "--because", metavar="REASON", show_default=False, help="Why the new goldens are right; kept in each."
    ),
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
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
