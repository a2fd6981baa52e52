"""A measurement: let each Python that is started note its lines, then gather what was noted."""

import json
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import source_hash
from pathlib import Path

from coverage import CoverageData

from graph_goldens.environments.worker_path import make_worker_path
from tests.counting import noting

_STARTER = "count_lines.pth"


@dataclass(frozen=True)
class Module:
    """One module of the harness.

    Attributes:
        name: its full name.
        file: its file.
        first: where its lines begin among those of all modules.
        lines: how many it has.
        digest: the hash of its source.
    """

    name: str
    file: Path
    first: int
    lines: int
    digest: str


def modules_of(package: Path) -> list[Module]:
    """Give the modules of a package, one after the other."""
    found: list[Module] = []
    first = 0
    for file in sorted(package.rglob("*.py")):
        source = file.read_bytes()
        lines = len(source.splitlines())
        found.append(Module(_name(package, file), file, first, lines, source_hash(source).hex()))
        first += lines + 1  # lines are numbered from 1
    return found


@contextmanager
def counting_lines(folder: Path, modules: list[Module], starters: list[Path]) -> Iterator[None]:
    """Let all Pythons note the lines that they run, until the block ends.

    Args:
        folder: the measurement's; made anew.
        modules: what is measured.
        starters: files that Pythons run when they start, written for as long as the block lasts.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "code").mkdir(parents=True)
    (folder / "lines").write_bytes(bytes(sum(module.lines + 1 for module in modules)))
    table = {module.name: [module.first, module.digest] for module in modules}
    (folder / "modules.json").write_text(json.dumps(table))
    script = shutil.copy(noting.__file__, folder)
    start = f"import os, runpy; os.path.exists({script!r}) and runpy.run_path({script!r})['install']()\n"
    try:
        for starter in starters:
            starter.parent.mkdir(parents=True, exist_ok=True)
            starter.write_text(start)
        yield
    finally:
        for starter in starters:
            starter.unlink(missing_ok=True)


def starters_of(working: Path) -> list[Path]:
    """Give the files that this environment's Python and the workers of a working folder start with."""
    return [Path(sysconfig.get_path("purelib")) / _STARTER, make_worker_path(working) / "sitecustomize.py"]


def noted(folder: Path, modules: list[Module]) -> dict[str, set[int]]:
    """Give the lines of each file that were run."""
    lines = (folder / "lines").read_bytes()
    return {
        str(module.file): {
            number for number in range(1, module.lines + 1) if lines[module.first + number] == noting.MARK
        }
        for module in modules
    }


def save(noted: dict[str, set[int]], file: Path) -> None:
    """Write what was run as coverage's own data."""
    file.unlink(missing_ok=True)
    data = CoverageData(str(file))
    data.add_lines(noted)
    data.touch_files(noted)
    data.write()


def _name(package: Path, file: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
