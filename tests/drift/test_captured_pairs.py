"""What the harness captures of two programs has the class that the programs themselves show."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.drift.compare import compare
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.records import Record
from tests.drift.captured.program_pairs import PROGRAM_PAIRS
from tests.drift.captured.write_pack import name_case, write_pack

SECONDS = 300.0
Sides = Mapping[tuple[int, str], tuple[Record, Record]]
ROWS = [(number, path) for number, pair in enumerate(PROGRAM_PAIRS) for path in pair.kinds]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    """Both records of each pair and tracing path, as of one case: each side has functions of its own name."""
    packs = write_pack(tmp_path_factory.mktemp("captured"), PROGRAM_PAIRS)
    project = find_project(Path(__file__).parents[2])
    environment = open_environment(describe_release(str(project.default)), project.working, print)
    with start_worker(environment, packs, project.working, jobs=2) as worker:
        assert worker.listing.mistakes == ()
        keys = [Key(each.case, path) for each in worker.listing.cases for path in each.paths]
        found = {capture.record.key: capture.record for capture in worker.capture(keys, SECONDS)}
    return {
        (number, path): (
            _rename(found[Key(f"pairs/{name_case(number, 0)}", path)]),
            _rename(found[Key(f"pairs/{name_case(number, 1)}", path)]),
        )
        for number, path in ROWS
    }


def _rename(record: Record) -> Record:
    """Give both sides one name, also where they name the program's own function or class."""
    facts = json.loads(json.dumps(dict(record.facts)).replace("program_1", "program_0"))
    artifacts = tuple(
        replace(each, text=each.text.replace("program_1", "program_0").replace("Program1", "Program0"))
        for each in record.artifacts
    )
    return replace(record, case="pairs/pair", source="", facts=facts, artifacts=artifacts)


def test_the_pairs_are_many_and_hold_all_that_records_hold(sides: Sides) -> None:
    kinds = {artifact.name.rpartition(".")[2] for pair in sides.values() for artifact in pair[0].artifacts}
    assert len(ROWS) >= 100
    assert {"graph", "effects", "constants", "provenance", "signature", "guards"} <= kinds
    assert any(pair[0].facts.get("symbols") for pair in sides.values())


@pytest.mark.parametrize(
    ("number", "path"), ROWS, ids=[f"{PROGRAM_PAIRS[number].name} by {path}" for number, path in ROWS]
)
def test_two_programs_differ_as_their_texts_say(sides: Sides, number: int, path: str) -> None:
    old, new = sides[number, path]
    forth, back = compare(old, new), compare(new, old)
    told = [f"{edit.kind.value} {edit.where}: {edit.sentence}" for edit in forth.edits] if forth else []
    kind = PROGRAM_PAIRS[number].kinds[path]
    assert (forth and forth.kind, back and back.kind) == (kind, kind), told
