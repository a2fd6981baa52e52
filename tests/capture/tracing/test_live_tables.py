"""The table read from a golden's graph string is the table of the live graph, for every form of line.

`ALL_TABLES=1` holds the default version's goldens all.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project
from graph_goldens.records import Record

PROJECT = find_project(Path(__file__).parents[3])
SCRIPT = Path(__file__).with_name("capture_tables.py")
GOLDENS = open_goldens(PROJECT)
STORED = GOLDENS.read_all().goldens
_NAME = re.compile(r"%[\w.]+")
_NUMBER = re.compile(r"\d+")
_KEPT = (
    "placeholder get_attr call_function call_method call_module num_users target args kwargs default return "
    "None True False slice inf nan torch dtype layout device memory_format"
)
_WORD = re.compile(rf"\b(?!(?:{_KEPT.replace(' ', '|')})\b)[A-Za-z_]\w*")
_DOTTED = re.compile(r"w(?:\.w)+")
_MORE = re.compile(r"(?:(?:w|-?0|0\.0|%n), )+")


@pytest.mark.parametrize("version", PROJECT.supported, ids=str)
def test_the_table_of_every_graph_is_that_of_its_text(version: Version) -> None:
    """The default version's goldens by each form of line; of others, where made, those first held there."""
    default = version == PROJECT.default
    if not default and not (PROJECT.working / "envs" / f"torch-{version}").is_dir():
        pytest.skip(f"its environment is not made: `goldens check --torch {version}` makes it")
    records = list(_select_telling(_resolved(version)) if default else _own(version))
    answer = _captured(version, records)
    assert answer["differences"] == []
    assert answer["torch"].startswith(str(version))
    assert answer["compared"] == sum(len(_graphs(record)) for record in records)
    assert answer["compared"] > 0


def _resolved(version: Version) -> Iterator[Record]:
    for key in sorted({stored.key for stored in STORED}):
        if golden := GOLDENS.resolve(*key, version):
            yield golden.record


def _select_telling(records: Iterable[Record]) -> Iterator[Record]:
    """Select the records that hold a line whose form no earlier one has."""
    seen: set[str] = set()
    for record in records:
        forms = {_find_form(line) for text in _graphs(record).values() for line in text.splitlines()}
        if not forms <= seen or "ALL_TABLES" in os.environ:
            seen |= forms
            yield record


def _find_form(line: str) -> str:
    """Find what reading goes by: no names, numbers, operators' own words, nor how many there are of them."""
    line = _NUMBER.sub("0", _NAME.sub("%n", line))
    return _MORE.sub("w, ", _DOTTED.sub("w.w", _WORD.sub("w", line)))


def _own(version: Version) -> Iterator[Record]:
    for stored in STORED:
        if stored.version == version and (golden := GOLDENS.resolve(*stored.key, version)):
            yield golden.record


def _graphs(record: Record) -> dict[str, str]:
    return {artifact.name: artifact.text for artifact in record.artifacts if artifact.name.endswith(".graph")}


def _captured(version: Version, records: list[Record]) -> Any:
    environment = open_environment(describe_release(str(version)), PROJECT.working, lambda text: None)
    libraries = start_libraries(PROJECT.cases, environment, PROJECT.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(PROJECT.working, make_worker_path(PROJECT.working), hash_seed=0)
    make_capture_folders(variables)
    lines = [
        json.dumps({"case": record.case, "path": record.path, "graphs": graphs})
        for record in records
        if (graphs := _graphs(record))
    ]
    ended = subprocess.run(
        [str(environment.python), str(SCRIPT), str(PROJECT.cases), *files],
        env=variables,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])
