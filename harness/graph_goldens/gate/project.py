"""Where a project's cases, goldens and working folder lie, and which PyTorch versions it supports."""

import keyword
import math
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.case_folders import CaseFolders, join_folders, list_folders
from graph_goldens.cases.root_name import ROOT
from graph_goldens.environments.limits import DEFAULT_MEMORY
from graph_goldens.environments.own_code import NO_OWN_CODE, OwnCode
from graph_goldens.errors import UserError
from graph_goldens.gate.policy_rules import IGNORE, NO_POLICY, SEVERITY, SeverityPolicy
from graph_goldens.gate.project_needs import FIELDS, NO_PROJECT_NEEDS, PACK_FILE, PACKS, ProjectNeeds
from graph_goldens.gate.setting_rows import (
    DEFAULT_TIMEOUT,
    DEFAULT_TORCH,
    IMPORT_FROM,
    MOST_SECONDS,
    SETTINGS,
    TRACING_PATHS,
)
from graph_goldens.late_parts import load_part
from graph_goldens.toml_reading import read_toml
from graph_goldens.versions import OVERLAY_PREFIX, name_overlay, parse_version, read_overlay_version
from graph_goldens.words import suggest_name

_TAKEN = {"graph_goldens", "torch", *sys.stdlib_module_names}
_SIZE = re.compile(r"(\d+(?:\.\d+)?) *(?:([KMGT])i?B?)?", re.IGNORECASE)
_TARGET = re.compile(r"\w+(?:\.\w+)*:\w+(?:\.\w+)*")
_POWERS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}


@dataclass(frozen=True)
class Project:
    """What a command works on.

    Attributes:
        root: the project's folder: that of the nearest `pyproject.toml` with a `[tool.goldens]` table, else
            the current one.
        cases: folder of packs, or several.
        snapshots: folder of goldens.
        working: the working folder, which git ignores; projects may share one.
        default: the PyTorch version that is meant where none is given.
        supported: the PyTorch versions that the goldens serve.
        timeout: seconds that one capture may take.
        jobs: captures at once.
        memory: bytes that one capture may use beyond what its worker has.
        policy: what the project says about the severity of its drifts.
        package: import name of the folder of packs.
        needs: what packs need beside PyTorch.
        own: what of the project's own code is imported beside its case modules.
    """

    root: Path
    cases: CaseFolders
    snapshots: Path
    working: Path
    default: Version
    supported: tuple[Version, ...]
    timeout: float
    jobs: int
    memory: int = DEFAULT_MEMORY
    policy: SeverityPolicy = NO_POLICY
    package: str = ROOT
    needs: ProjectNeeds = NO_PROJECT_NEEDS
    own: OwnCode = NO_OWN_CODE


def find_project(start: Path, cases: Path | None = None, snapshots: Path | None = None) -> Project:
    """Read the settings of the project that a folder belongs to.

    Args:
        start: where to look, upwards, for the project.
        cases: folder of packs, instead of the project's.
        snapshots: folder of goldens, instead of the project's.

    Raises:
        UserError: the settings cannot be read, or the folder of packs is not there.
    """
    root, table = find_nearest_table(start.resolve())
    _demand_known_settings(table)
    place = _read_case_folders(table, root) if cases is None else _demand_case_folder(cases)
    return Project(
        root=root,
        cases=place,
        snapshots=_demand_goldens(snapshots or root / _read_text(table, "snapshots", "snapshots")).resolve(),
        working=(root / _read_text(table, "working", ".goldens")).resolve(),
        default=parse_version(_read_text(table, "default", DEFAULT_TORCH)),
        supported=_read_versions(table),
        timeout=_read_seconds(table),
        jobs=max(1, len(os.sched_getaffinity(0))),
        memory=_read_memory(table),
        policy=_read_policy(table),
        package=_read_package(table),
        needs=_read_needs(table, root, place),
        own=OwnCode(_read_folders(root, table), _read_paths(table)),
    )


def find_nearest_table(start: Path) -> tuple[Path, Mapping[str, object]]:
    """Find the nearest `[tool.goldens]` upwards; where there is none, the folder itself and an empty table.

    Raises:
        UserError: a `pyproject.toml` on the way cannot be read.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and (table := read_table(file)) is not None:
            return folder, table
    return start, {}


def read_table(file: Path) -> Mapping[str, object] | None:
    """Read the `[tool.goldens]` of a `pyproject.toml`; None where it has none.

    Raises:
        UserError: the file cannot be read, or what it says there is no table.
    """
    tools = read_toml(file).get("tool", {})
    table = tools.get("goldens") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UserError(f"{file}: [tool.goldens] is not a table")
    return table


def _demand_known_settings(table: Mapping[str, object]) -> None:
    for name in table.keys() - set(SETTINGS):
        raise UserError(f"`{name}` in [tool.goldens] is no setting; {suggest_name(name, SETTINGS)}")


def _demand_goldens(folder: Path) -> Path:
    """Refuse a folder of goldens that is none, or that holds an overlay that nothing resolves to."""
    if not folder.exists():
        return folder
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder of goldens; move it, or give another with --snapshots DIR")
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 (quicker, and every command does it)
        if name.startswith(OVERLAY_PREFIX) and read_overlay_version(name) is None:
            raise UserError(f"{folder / name} is not named after a whole version; {_suggest_name(name)}")
    return folder


def _read_case_folders(table: Mapping[str, object], root: Path) -> CaseFolders:
    """Read the folder of packs, or several; a pack that is in two of them could be either."""
    value = table.get("cases", "cases")
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(each, str) for each in names):
        raise UserError(
            '`cases` in [tool.goldens] is neither a folder nor a list such as ["cases", "more/cases"]'
        )
    folders = list(dict.fromkeys(_demand_case_folder(root / name) for name in names))
    if len(folders) > 1:
        load_part("several folders of packs")(folders)
    return join_folders(folders)


def _demand_case_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise UserError(
            f"{folder} is not a folder of cases; give one with --cases DIR, or begin with `goldens init`"
        )
    return folder.resolve()


def _suggest_name(name: str) -> str:
    try:
        return f"rename it to {name_overlay(parse_version(name.removeprefix(OVERLAY_PREFIX)))}"
    except UserError:
        return f"rename it to one such as {OVERLAY_PREFIX}2.13.0, or remove it"


def _read_text(table: Mapping[str, object], name: str, otherwise: str) -> str:
    value = table.get(name, otherwise)
    if not isinstance(value, str):
        raise UserError(f"`{name}` in [tool.goldens] is not a text")
    return value


def _read_package(table: Mapping[str, object]) -> str:
    name = _read_text(table, "package", ROOT)
    if not name.isidentifier() or keyword.iskeyword(name) or name in _TAKEN:
        raise UserError(f"`package` in [tool.goldens] is no name for a package of yours: {name!r}")
    return name


def _read_versions(table: Mapping[str, object]) -> tuple[Version, ...]:
    value = table.get("supported", [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):  # 2.10 is 2.1
        raise UserError('`supported` in [tool.goldens] is not a list of versions such as ["2.13.0"]')
    return tuple(sorted(map(parse_version, value)))


def _read_seconds(table: Mapping[str, object]) -> float:
    value = table.get("timeout", DEFAULT_TIMEOUT)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise UserError("`timeout` in [tool.goldens] is not a number of seconds above 0")
    return demand_seconds(value, "`timeout` in [tool.goldens]")


def demand_seconds(value: float, name: str) -> float:
    """Refuse a limit that no clock can wait for: no number, or more than a year.

    Raises:
        UserError: it is one.
    """
    if not value <= MOST_SECONDS:
        raise UserError(f"{name} is not a number of seconds of at most a year: {value}")
    return float(value)


def parse_size(text: str) -> int:
    """Read an amount of memory, such as `512M`, `1.5 GiB` or a number of bytes.

    Raises:
        UserError: the text is not an amount of memory.
    """
    found = _SIZE.fullmatch(text.strip())
    size = float(found[1]) * 2 ** _POWERS[(found[2] or "").upper()] if found else 0
    if not 1 <= size < math.inf:
        raise UserError(f"{text!r} is not an amount of memory; give one such as 512M or 4G")
    return int(size)


def _read_policy(table: Mapping[str, object]) -> SeverityPolicy:
    if not table.keys() & {SEVERITY, IGNORE}:
        return NO_POLICY
    policy: SeverityPolicy = load_part("a project's own severities")(table)
    return policy


def _read_needs(table: Mapping[str, object], root: Path, cases: CaseFolders) -> ProjectNeeds:
    if table.keys().isdisjoint((*FIELDS, PACKS)) and not any(
        file for folder in list_folders(cases) for file in folder.glob(f"*/{PACK_FILE}")
    ):
        return NO_PROJECT_NEEDS
    needs: ProjectNeeds = load_part("what packs need")(table, root, cases)
    return needs


def _read_folders(root: Path, table: Mapping[str, object]) -> tuple[Path, ...]:
    value = table.get(IMPORT_FROM, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UserError(f'`{IMPORT_FROM}` in [tool.goldens] is not a list of folders such as ["src"]')
    folders = tuple((root / item).resolve() for item in value)
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"`{IMPORT_FROM}` in [tool.goldens] names {folder}, which is no folder")
    return folders


def _read_paths(table: Mapping[str, object]) -> dict[str, str]:
    value = table.get(TRACING_PATHS, {})
    if not isinstance(value, dict):
        raise UserError(f"[tool.goldens.{TRACING_PATHS}] is not a table")
    for name, target in value.items():
        if not isinstance(target, str) or not _TARGET.fullmatch(target):
            raise UserError(
                f'`{name}` in [tool.goldens.{TRACING_PATHS}] names no function such as "package:function"'
            )
    return dict(value)


def _read_memory(table: Mapping[str, object]) -> int:
    value = table.get("memory", DEFAULT_MEMORY)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise UserError('`memory` in [tool.goldens] is not an amount of memory such as "4G"')
    return parse_size(str(value))
