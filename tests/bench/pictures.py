"""Make the README's pictures anew, of real goldens: docs/drift.svg of a terminal, docs/report.png of a page.

`python -m tests.bench.pictures` (`make pictures`): in a copy of the project that holds no golden newer than
2.12.1, PyTorch 2.13.0 is checked and what drifted is accepted; then a browser shows that drift in a report.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.versions import read_overlay_version
from tests.report.browser import find_chromium, start_browser

BEFORE, AFTER = "2.12.1", "2.13.0"
CASE, PATH = "torchbind/compile_obj_torchbind_op_with_autocast", "aot-inference"
REASON = "2.13 asserts the dtype, device and layout of what autocast casts"
COLUMNS, SIZE = 132, (1440, 1300)
_LEAST_NAME = 4
_COPIED = ("pyproject.toml", "cases", "snapshots")


def main() -> int:
    """Make both pictures."""
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        _draw_terminal(_copy_project(root, Path(folder)), root / "docs" / "drift.svg")
        return _draw_page(root, Path(folder) / "report.html", root / "docs" / "report.png")


def _copy_project(root: Path, folder: Path) -> Path:
    """Copy cases and goldens up to the older version; environments are the project's own."""
    for name in _COPIED:
        source = root / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder)
    for overlay in list((folder / "snapshots").iterdir()):
        version = read_overlay_version(overlay.name)
        if version and version > Version(BEFORE):
            shutil.rmtree(overlay)
    (folder / ".goldens").mkdir()
    (folder / ".goldens" / "envs").symlink_to((root / ".goldens" / "envs").resolve())
    return folder


def _draw_terminal(project: Path, file: Path) -> None:
    """Draw what a check says, and what accepting says, as a person sees both."""
    check = ["check", CASE, "--path", PATH, "--torch", AFTER]
    told = _run(project, check)
    name = _read_name(told)
    accept = ["accept", name, "--because", REASON]
    console = Console(width=COLUMNS, record=True, file=StringIO(), force_terminal=True)
    for arguments, output in ((check, told), (accept, _run(project, accept))):
        console.print(
            Text.assemble(("$ ", "dim"), (f"goldens {' '.join(map(_quote, arguments))}", "bold dim"))
        )
        console.print(Text.from_ansi(output.rstrip()), overflow="fold")
        console.print()
    file.write_text(console.export_svg(title="goldens", unique_id="drift"), encoding="utf-8")


def _run(project: Path, arguments: Sequence[str]) -> str:
    command = [str(Path(sys.executable).with_name("goldens")), *arguments]
    variables = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    ended = subprocess.run(
        command, cwd=project, env=variables, text=True, check=False, stdout=subprocess.PIPE
    )
    assert ended.returncode in (0, 1), (arguments, ended.returncode)
    return ended.stdout


def _read_name(told: str) -> str:
    """Read the beginning of the cluster's name, as a person types it."""
    (line,) = (line for line in Text.from_ansi(told).plain.splitlines() if "accept: goldens accept " in line)
    return line.split("goldens accept ")[1].split()[0][:_LEAST_NAME]


def _quote(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument


def _draw_page(root: Path, report: Path, file: Path) -> int:
    program = find_chromium()
    if program is None:
        print("there is no Chromium here, so the page was not drawn", file=sys.stderr)
        return 1
    _run(root, ["report", "--history", CASE, "--output", str(report)])
    place = f"#drift={AFTER}/{CASE}/{PATH}"
    with (
        start_browser(program) as browser,
        browser.open(report, place, width=SIZE[0], height=SIZE[1]) as page,
    ):
        page.until("document.querySelectorAll('.pane svg .node').length > 0")
        page.view.screenshot(path=str(file))
        problems = [*page.problems, *(f"the page asked for {request}" for request in page.requests)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
