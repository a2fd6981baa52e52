"""The options that commands share, each written once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

OneCase = Annotated[
    str, typer.Argument(metavar="CASE", help="The case's full name, such as torchbind/attribute.")
]
Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CASE",
        show_default=False,
        help="Cases, packs, or patterns of either, such as torchbind or 'torchbind/compile_*'; all if none.",
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Option("--path", metavar="PATH", help="Tracing path or pattern; may be given again."),
]
Python = Annotated[
    str,
    typer.Option(
        "--python",
        metavar="PATH",
        show_default=False,
        help="An interpreter that has a PyTorch, instead of --torch; nothing is installed.",
    ),
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
HeldVersions = Annotated[
    list[str] | None,
    typer.Option(
        "--torch",
        metavar="VERSION",
        show_default=False,
        help="PyTorch version, or `all` that are supported or have goldens; may be given again. The "
        "project's default if not given.",
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
Because = Annotated[
    str,
    typer.Option(
        "--because", metavar="REASON", show_default=False, help="Why the new goldens are right; kept in each."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]

Clusters = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CLUSTER", show_default=False, help="Names of clusters, or the beginnings of some."
    ),
]
Runs = Annotated[
    list[str] | None,
    typer.Option("--torch", metavar="VERSION", help="Only the run of this PyTorch; may be given again."),
]


@dataclass(frozen=True)
class Places:
    """Where the project's files lie.

    Attributes:
        cases: folder of packs, instead of the project's.
        snapshots: folder of goldens, instead of the project's.
    """

    cases: Cases = None
    snapshots: Snapshots = None
