"""What a record says beside its graphs is so: held against live graphs, run node by node on real tensors.

The default version here; `python -m tests.bench.live_claims` holds every version's.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import find_project

PROJECT = find_project(Path(__file__).parents[3])
PACKS = Path(__file__).with_name("packs")
SCRIPT = Path(__file__).with_name("capture_live_claims.py")


def hold_claims(version: Version, cases: Path, modules: str = "") -> Any:
    """Hold what records of a folder of cases say against live graphs of a version; return what was found."""
    environment = open_environment(describe_release(str(version)), PROJECT.working, lambda _: None)
    libraries = start_libraries(cases, environment, PROJECT.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(PROJECT.working, make_worker_path(PROJECT.working), hash_seed=0)
    make_capture_folders(variables)
    ended = subprocess.run(
        [str(environment.python), str(SCRIPT), str(cases), *files],
        env={**variables, "MODULES": modules},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def found() -> Any:
    return hold_claims(PROJECT.default, PACKS, "effectful,gradients")


def test_nothing_is_said_wrongly_or_left_unsaid(found: Any) -> None:
    assert found["false"] == []


def test_every_kind_of_effect_was_seen_and_every_kind_of_claim_held(found: Any) -> None:
    counts = found["counts"]
    seen = ("writes seen", "shares seen", "draws seen", "sets seen", "graphs run", "nodes with provenance")
    assert [
        name for name in (*seen, "constants held by value", "symbols bound to a size") if not counts[name]
    ] == []
    assert counts["graphs run"] > 200
