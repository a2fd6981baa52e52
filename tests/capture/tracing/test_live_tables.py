"""The table read from a golden's graph string is the table of the live graph, for every golden."""

import json
import subprocess
from collections.abc import Iterator
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


@pytest.mark.parametrize("version", PROJECT.supported, ids=str)
def test_the_table_of_every_graph_is_that_of_its_text(version: Version) -> None:
    """The default version's goldens all; of the others, where made, those that first held there."""
    default = version == PROJECT.default
    if not default and not (PROJECT.working / "envs" / f"torch-{version}").is_dir():
        pytest.skip(f"its environment is not made: `goldens check --torch {version}` makes it")
    records = list(_resolved(version) if default else _own(version))
    answer = _captured(version, records)
    assert answer["differences"] == []
    assert answer["torch"].startswith(str(version))
    assert answer["compared"] == sum(len(_graphs(record)) for record in records)
    assert answer["compared"] > 0


def _resolved(version: Version) -> Iterator[Record]:
    for key in sorted({stored.key for stored in STORED}):
        if golden := GOLDENS.resolve(*key, version):
            yield golden.record


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
