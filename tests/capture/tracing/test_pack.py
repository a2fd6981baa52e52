"""Cases with script objects, captured in a worker, are the same as their goldens: `make check` in small."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.records import Capture

PROJECT = find_project(Path(__file__).parents[3])
GOLDENS = open_goldens(PROJECT)
SECONDS = 300.0
CASES = (
    "attribute",  # an object in an attribute
    "custom_obj_list_out",  # objects as results
    "fallthrough_of_operators_that_take_objects",  # has no program, and one record of facts
    "input",  # an object as an input
    "safe_to_trace_with_real",  # cannot be traced again
)
KEYS = sorted({stored.key for stored in GOLDENS.list_stored() if stored.key[0].partition("/")[2] in CASES})


@pytest.fixture(scope="module")
def captures() -> Mapping[Key, Capture]:
    environment = open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print)
    libraries = start_libraries(PROJECT.cases, environment, PROJECT.working)
    with start_worker(
        environment, PROJECT.cases, PROJECT.working, jobs=2, libraries=libraries, hash_seed=7
    ) as worker:
        return {capture.record.key: capture for capture in worker.capture(KEYS, SECONDS)}


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_the_same_as_its_goldens_by_every_tracing_path(
    captures: Mapping[Key, Capture], case: str
) -> None:
    keys = [key for key in KEYS if key[0] == f"torchbind/{case}"]
    assert {key.path for key in keys} in ({FACTS_PATH}, set(PATH_ROWS))
    for key in keys:
        golden = GOLDENS.resolve(*key, PROJECT.default)
        assert golden is not None
        capture = captures[key]
        assert (capture.fault, capture.broken) == (None, ())
        assert capture.record == golden.record
