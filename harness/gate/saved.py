"""Find the runs that a person means: files, and those that earlier commands saved."""

from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from harness.errors import UserError
from harness.gate.gate import goldens_of, home_of
from harness.gate.history import meant_version
from harness.gate.settings import Project
from harness.runs.run import Run, load_run, run_files
from harness.versions import parse_version, public_version

SUFFIX = ".jsonl"


def names_a_run(text: str) -> bool:
    """Whether a word means a run: a file, or a version. No case is called like either."""
    return text.endswith(SUFFIX) or text[:1].isdigit() or Path(text).is_file()


def find_runs(project: Project, named: Sequence[str]) -> list[Run]:
    """Find the runs that are named, each a file or a version; where none is, the last one that was saved.

    Raises:
        UserError: a run does not exist or cannot be read.
    """
    return [load_run(_file(project, text)) for text in named] or [load_run(_last(project))]


def _last(project: Project) -> Path:
    files = run_files(home_of(project))
    if not files:
        raise UserError("no run is saved, so there is nothing to report; make one with `goldens check`")
    return _newest(files)


def _file(project: Project, text: str) -> Path:
    if text.endswith(SUFFIX) or Path(text).is_file():
        return Path(text)
    version = meant_version(text, goldens_of(project))
    files = [file for file in run_files(home_of(project)) if _is_of(file, version)]
    if not files:
        raise UserError(
            f"no run of PyTorch {version} is saved; make one with `goldens check --torch {version}`"
        )
    return _newest(files)


def _is_of(file: Path, version: Version) -> bool:
    """Whether a run is of a version; one without a local part means any build of it."""
    own = parse_version(file.name.removesuffix(SUFFIX).removeprefix("torch-"))
    return own == version or (not version.local and public_version(own) == public_version(version))


def _newest(files: Sequence[Path]) -> Path:
    return max(files, key=lambda file: file.stat().st_mtime_ns)
