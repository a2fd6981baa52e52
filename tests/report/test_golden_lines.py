"""The line of a golden's file that a drift points at."""

from dataclasses import replace

import pytest

from graph_goldens.drift.compare import compare
from graph_goldens.goldens.format import Golden, render
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.report.golden_lines import find_changed_line

OLD = Record(
    "p/a",
    "export",
    Outcome.GRAPHS,
    facts={"graphs": 2, "inputs": ["tensor"], "same_as_eager": True},
    artifacts=(
        Artifact("program.signature", "input x\noutput add"),
        Artifact("program.guards", "a guard\nanother guard"),
    ),
    source="0123456789abcdef",
)


def pointed(shown: Golden, old: Record, new: Record) -> str:
    """The line that is pointed at, of the golden whose record is one of the two."""
    drift = compare(old, new)
    assert drift is not None
    return render(shown).decode().split("\n")[find_changed_line(shown, drift) - 1]


def with_text(name: str, text: str) -> Record:
    artifacts = [Artifact(each.name, text if each.name == name else each.text) for each in OLD.artifacts]
    return replace(OLD, artifacts=tuple(artifacts))


@pytest.mark.parametrize("because", ["", "a reason", "one\nof two lines"])
def test_a_changed_text_is_pointed_at_where_it_first_differs(because: str) -> None:
    new = with_text("program.signature", "input x\noutput sub")
    assert pointed(Golden(OLD, because), OLD, new) == "output add"
    assert pointed(Golden(new, because), OLD, new) == "output sub"
    second = with_text("program.guards", "a guard\nyet another")
    assert pointed(Golden(OLD, because), OLD, second) == "another guard"


def test_a_text_that_only_grew_is_pointed_at_its_end() -> None:
    longer = with_text("program.signature", "input x\noutput add\noutput sub")
    assert pointed(Golden(OLD), OLD, longer) == "output add"
    assert pointed(Golden(longer), OLD, longer) == "output sub"


def test_a_changed_fact_is_pointed_at() -> None:
    new = replace(OLD, facts={**OLD.facts, "same_as_eager": False})
    assert pointed(Golden(OLD), OLD, new) == '  "same_as_eager": true'
    assert pointed(Golden(new), OLD, new) == '  "same_as_eager": false'


def test_another_outcome_is_pointed_at_in_the_header() -> None:
    new = Record("p/a", "export", Outcome.ERROR, "RuntimeError: no")
    assert pointed(Golden(OLD, "- outcome: forged"), OLD, new) == "- outcome: graphs"
    assert pointed(Golden(new), OLD, new) == "- outcome: error"
    other = replace(new, reason="RuntimeError: never")
    assert pointed(Golden(new), new, other) == "- outcome: error"


def test_a_text_that_is_not_written_as_it_is_is_pointed_at_by_its_heading() -> None:
    new = with_text("program.signature", "input x\noutput \x1b")
    assert pointed(Golden(new), OLD, new) == "## program.signature"


def test_a_text_that_is_new_is_pointed_at_by_its_heading_and_one_that_is_gone_by_the_outcome() -> None:
    new = replace(OLD, artifacts=(*OLD.artifacts, Artifact("traced.signature", "input y")))
    assert pointed(Golden(new), OLD, new) == "## traced.signature"
    assert pointed(Golden(OLD), OLD, new) == "- outcome: graphs"
