"""`goldens list` and `goldens show`."""

import json
from collections.abc import Sequence

from packaging.version import Version
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from graph_goldens.cli import options
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import make_output, make_progress_output, make_request, open_project
from graph_goldens.gate.held_goldens import ListedGolden, find_goldens
from graph_goldens.gate.inventory import list_all
from graph_goldens.gate.places import open_goldens
from graph_goldens.records import Json
from graph_goldens.versions import parse_version
from graph_goldens.words import make_visible


def list_cases(
    selectors: options.Selectors = None,
    torch: options.Torch = "",
    as_json: options.AsJson = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """List the cases, where each is written, and the tracing paths that it goes through.

    Example: goldens list 'torchbind/compile_*'
    """
    request = make_request(open_project(cases, snapshots), torch, selectors, None)
    with ProgressWatcher(make_progress_output()) as watcher:
        listed = list_all(request, watcher)
    console = make_output()
    if as_json:
        rows = [
            {"case": each.case, "paths": list(each.paths), "file": each.file, "line": each.line}
            for each in listed
        ]
        console.out(json.dumps(rows, indent=1))
        return 0
    table = Table(box=None, pad_edge=False)
    for heading in ("case", "written in", "tracing paths"):
        table.add_column(heading, overflow="fold")
    for each in listed:
        table.add_row(each.case, f"{each.file}:{each.line}", str(len(each.paths)))
    console.print(table)
    console.print(f"{len(listed)} cases")
    return 0


def show(
    case: str,
    path: options.Paths = None,
    torch: options.Torch = "",
    as_json: options.AsJson = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """Show the goldens of a case, as they hold for a PyTorch version. Needs no PyTorch.

    Example: goldens show torchbind/attribute --path export
    """
    project = open_project(cases, snapshots)
    version = parse_version(torch) if torch else project.default
    found = find_goldens(open_goldens(project), case, path or (), version)
    console = make_output()
    if as_json:
        console.out(json.dumps(_encode_found(found, version, bool(path)), indent=1, ensure_ascii=False))
        return 0
    for listed in found:
        _show_golden(console, listed)
    return 0


def _encode_found(found: Sequence[ListedGolden], version: Version, by_path: bool) -> Json:
    shown = [_encode_golden(listed, version) for listed in found]
    if by_path and len(shown) == 1:
        return shown[0]
    return list(shown)


def _encode_golden(listed: ListedGolden, version: Version) -> Json:
    record = listed.golden.record
    return {
        "case": record.case,
        "path": record.path,
        "torch": str(version),
        "outcome": record.outcome.value,
        "reason": record.reason,
        "facts": dict(record.facts),
        "artifacts": {artifact.name: artifact.text for artifact in record.artifacts},
        "rules": record.rules,
        "source": record.source,
        "because": listed.golden.because,
        "file": str(listed.file),
    }


def _show_golden(console: Console, listed: ListedGolden) -> None:
    record = listed.golden.record
    console.rule(Text.assemble((record.case, "bold"), " · ", (record.path, "bold")), align="left")
    console.print(Text(str(listed.file), style="dim"), soft_wrap=True)
    if listed.golden.because:
        console.print(Text(f"because: {make_visible(listed.golden.because)}"))
    console.print(Text(record.outcome.value, style="bold green" if not record.reason else "bold red"))
    if record.reason:
        console.print(Text(_escape_lines(record.reason)))
    for name, value in record.facts.items():
        console.print(Text.assemble((f"  {make_visible(name)}: ", "cyan"), json.dumps(value)))
    for artifact in record.artifacts:
        console.print(Text(f"\n{make_visible(artifact.name)}", style="bold"))
        language = "python" if artifact.name.endswith(".code") else "text"
        console.print(
            Syntax(_escape_lines(artifact.text), language, background_color="default", word_wrap=True)
        )
    console.print()


def _escape_lines(text: str) -> str:
    """Replace characters that would steer a terminal: a golden may come from a stranger."""
    return "\n".join(map(make_visible, text.split("\n")))
