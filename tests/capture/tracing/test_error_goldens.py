"""Each kind of error that the packs' goldens hold: a plain PyTorch script fails alike."""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from graph_goldens.capture.normalise.rules import ERROR, normalise
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record

PROJECT = find_project(Path(__file__).parents[3])
SCRIPTS = Path(__file__).with_name("plain_scripts.py")
WRAPPED = {
    ("BackendCompilerFailed", "compile-inductor"): "InductorError",
    # Inductor wraps what its passes raise in an error of its own (torch/_inductor/exc.py); what any other
    # backend raises, as ours that records its graphs, Dynamo wraps (torch/_dynamo/exc.py)
}
"""Where a plain script's error has another type than the golden's, by the golden's type and tracing path."""
BEFORE_INDUCTOR = (
    "scan might be aliasing the input or the output!",
    "Found a custom (non-ATen) operator whose output has alias annotations",
)
"""What AOTAutograd raises, by how it begins, before Inductor compiles anything: Dynamo wraps that."""
RUN_AS_GRAPHS = {Key("recurrent/lstm_that_is_allowed", "compile-inductor"): "compile-aot-eager"}
"""Where Inductor's graphs and what it lowers them to fail in other words: the script that runs graphs."""
COUNTED_ANEW = {Key("subclasses/dtensor_that_is_gathered", "make-fx-symbolic")}
"""Whose message tells numbers of symbols and of objects."""
_COUNTED = re.compile(r"\b[su]\d+\b|<id \d+>|\b\d{12,}\b")
_BEFORE = re.compile(r"(?:\w+(?:Error|Exception): +|backend='\w+' raised:\s+\w+: +)+")


def list_error_goldens() -> list[Record]:
    """The packs' records that are errors, as they hold for the default version."""
    goldens = open_goldens(PROJECT)
    keys = sorted({stored.key for stored in goldens.list_stored()})
    resolved = (goldens.resolve(*key, PROJECT.default) for key in keys)
    records = (golden.record for golden in resolved if golden)
    return [each for each in records if each.outcome is Outcome.ERROR]


def describe(record: Record) -> tuple[str, str, str, str]:
    """What makes an error one of its own: type, Dynamo's kind, what it says first, and the tracing path."""
    error = record.facts.get("error")
    kind = str(error.get("kind", "")) if isinstance(error, dict) else ""
    return find_type(record), kind, find_first_sentence(find_type(record), record.reason), record.path


def find_type(record: Record) -> str:
    """The type's name, with which every reason begins; a type without a message is all of it."""
    return record.reason.partition("\n")[0].partition(":")[0]


def find_first_sentence(kind: str, message: str) -> str:
    """What is wrong in itself: without the names of types, and of backends, that precede it."""
    message = "" if message == kind else message.removeprefix(f"{kind}: ")
    before = _BEFORE.match(message)
    said = message[before.end() if before else 0 :]
    return said.partition("\n")[0].partition(". ")[0].strip()


def find_message(key: Key, text: str) -> str:
    """Find what a message says: where it tells numbers that a capture counts anew, without them."""
    return _COUNTED.sub("#", text) if key in COUNTED_ANEW else text


def run_scripts(records: Iterable[Record]) -> Mapping[Key, tuple[str, str]]:
    """What each plain script raised: the type's name, and what it says first."""
    environment = open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print)
    libraries = start_libraries(PROJECT.cases, environment, PROJECT.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(PROJECT.working, make_worker_path(PROJECT.working), hash_seed=0)
    make_capture_folders(variables)
    ended = subprocess.run(
        [str(environment.python), str(SCRIPTS), str(PROJECT.cases), *files],
        env=variables,
        input="\n".join(json.dumps([*record.key, RUN_AS_GRAPHS.get(record.key)]) for record in records),
        capture_output=True,
        text=True,
        check=True,
        timeout=1800,
    )
    lines = (json.loads(line) for line in ended.stdout.splitlines() if line.startswith("["))
    return {
        Key(case, path): (raised, find_first_sentence(raised, normalise(message, ERROR)))
        for case, path, raised, message in lines
    }


ERRORS = {describe(record): record for record in list_error_goldens()}
"""One record for each error of its own."""


@pytest.fixture(scope="module")
def raised() -> Mapping[Key, tuple[str, str]]:
    return run_scripts(ERRORS.values())


def test_the_goldens_hold_errors_of_many_kinds() -> None:
    assert len(ERRORS) >= 100
    assert len({record.path for record in ERRORS.values()}) >= 15


def test_a_plain_script_raises_an_error_of_the_same_type(raised: Mapping[Key, tuple[str, str]]) -> None:
    unlike = {
        record.key: (expected, found)
        for record in ERRORS.values()
        if (expected := find_expected_type(record)) != (found := raised[record.key][0])
    }
    assert unlike == {}


def find_expected_type(record: Record) -> str:
    named, _, said, path = describe(record)
    return named if said.startswith(BEFORE_INDUCTOR) else WRAPPED.get((named, path), named)


def test_a_plain_script_says_the_same_first(raised: Mapping[Key, tuple[str, str]]) -> None:
    unlike = {
        record.key: (expected, found)
        for record in ERRORS.values()
        if (expected := find_message(record.key, describe(record)[2]))
        != (found := find_message(record.key, raised[record.key][1]))
    }
    assert unlike == {}


def test_what_a_script_raises_otherwise_is_in_the_goldens() -> None:
    assert {record.key for record in ERRORS.values()} >= RUN_AS_GRAPHS.keys() | COUNTED_ANEW
    assert {(find_type(record), record.path) for record in ERRORS.values()} >= WRAPPED.keys()
    said = [describe(record)[2] for record in ERRORS.values() if record.path == "compile-inductor"]
    assert [each for each in BEFORE_INDUCTOR if not any(text.startswith(each) for text in said)] == []
