"""The manual of decisions about known drift: its example is one, and it names every field and kind."""

import re
from dataclasses import replace
from pathlib import Path

import tomllib

from graph_goldens.goldens.known_drift import SOON_DAYS, KnownKind
from graph_goldens.goldens.known_file import parse_known, render_known
from graph_goldens.runs.exit_codes import ExitCode

REPOSITORY = Path(__file__).parents[1]
FILE = REPOSITORY / "docs" / "known-drift.md"
MANUAL = FILE.read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)


def test_its_example_is_a_decision_and_reads_back() -> None:
    decision = parse_known(EXAMPLE.encode(), FILE)
    assert parse_known(render_known(decision), FILE) == decision
    assert tomllib.loads(render_known(decision).decode()) == tomllib.loads(EXAMPLE)


def test_a_file_of_each_kind_has_no_field_that_it_does_not_tell() -> None:
    decision = parse_known(EXAMPLE.encode(), FILE)
    told = re.findall(r"^(\w+) = ", EXAMPLE, re.MULTILINE)
    for kind in KnownKind:
        assert f'"{kind.value}"' in MANUAL
        written = render_known(replace(decision, kind=kind)).decode()
        assert re.findall(r"^(\w+) = ", written, re.MULTILINE) == told


def test_its_numbers_are_those_of_the_tool() -> None:
    assert f"From {SOON_DAYS} days before `until`" in MANUAL
    assert f"a check ends with {ExitCode.KNOWN_DRIFT_GONE:d} " in MANUAL
