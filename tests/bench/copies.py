"""A project whose cases are a pack's, several times over, with goldens for all of them."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from graph_goldens.gate.project import Project
from graph_goldens.goldens.format import Golden, render
from graph_goldens.goldens.reader import parse

PACK = "torchbind"


def make_copies(project: Project, folder: Path, times: int, supported: Sequence[str] = ()) -> Path:
    """Make a project in a folder: the pack, and beside it copies of the modules that define its cases.

    The copies use the pack's own objects, operators and library, which can be defined only once.

    Args:
        project: the project that has the pack, its goldens and environments.
        folder: where the new one is made.
        times: how often the cases are there.
        supported: the PyTorch versions that it supports; the default one alone where there are none.
    """
    cases, snapshots = folder / "cases", folder / "snapshots"
    shutil.copytree(project.root / "cases" / PACK, cases / PACK, ignore=shutil.ignore_patterns("__pycache__"))
    for overlay in sorted(project.snapshots.glob(f"*/{PACK}")):
        shutil.copytree(overlay, snapshots / overlay.relative_to(project.snapshots))
    modules = [module.stem for module in _case_modules(cases / PACK)]
    for number in range(2, times + 1):
        _copy_cases(cases / PACK, cases / f"copy{number}")
        for file in sorted(project.snapshots.glob(f"*/{PACK}/*/*.md")):
            _copy_golden(file, snapshots / file.relative_to(project.snapshots), f"copy{number}", modules)
    versions = json.dumps([*supported] or [str(project.default)])
    settings = f'[tool.goldens]\nworking = "{project.working}"\nsupported = {versions}\n'
    (folder / "pyproject.toml").write_text(f'{settings}default = "{project.default}"\n')
    return folder


def _copy_cases(pack: Path, copy: Path) -> None:
    copy.mkdir(parents=True)
    for module in _case_modules(pack):
        shutil.copy(module, copy)


def _case_modules(pack: Path) -> Iterator[Path]:
    return (module for module in sorted(pack.glob("*.py")) if "\n@case\n" in module.read_text())


def _copy_golden(file: Path, place: Path, pack: str, modules: Sequence[str]) -> None:
    golden = parse(file.read_bytes(), str(file))
    record = replace(
        golden.record,
        case=golden.record.case.replace(f"{PACK}/", f"{pack}/", 1),
        reason=_with_modules_of(golden.record.reason, pack, modules),
        facts=json.loads(_with_modules_of(json.dumps(golden.record.facts), pack, modules)),
        artifacts=tuple(
            replace(artifact, text=_with_modules_of(artifact.text, pack, modules))
            for artifact in golden.record.artifacts
        ),
    )
    copy = place.parents[2] / pack / place.parent.name / place.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(render(Golden(record, golden.because)))


def _with_modules_of(text: str, pack: str, modules: Sequence[str]) -> str:
    """Name the copies of those modules that are copied; others are the pack's own."""
    for module in modules:
        text = text.replace(f"cases.{PACK}.{module}.", f"cases.{pack}.{module}.")
    return text
