"""What replays of several drifts showed, in words that hide no difference."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.graphs.replays import Replay, ReplayOutcome
from graph_goldens.records import Artifact, Outcome, Record

EQUAL = Replay("program", ReplayOutcome.EQUAL, "equal on 3 inputs (largest difference 0)")
DIFFERENT = Replay("program", ReplayOutcome.DIFFERENT, "differ: output 1 by 0.03")
NOT_RUN = Replay("program", ReplayOutcome.NOT_RUN, "not run: draws random numbers", "draws random numbers")


def make_drift(*replays: Replay) -> Drift:
    golden = Record("own/case", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "one"),))
    drift = compare(golden, replace(golden, artifacts=(Artifact("program.code", "two"),)))
    assert drift is not None
    return replace(drift, replays=replays)


def test_nothing_is_said_where_nothing_was_run() -> None:
    assert describe_evidence([make_drift(), make_drift()]) == ""


def test_what_holds_of_all_is_said_once() -> None:
    assert describe_evidence([make_drift(EQUAL), make_drift(EQUAL)]) == EQUAL.sentence


def test_a_difference_in_one_graph_of_several_is_what_is_said() -> None:
    assert describe_evidence([make_drift(EQUAL, DIFFERENT, NOT_RUN)]) == DIFFERENT.sentence


def test_each_kind_is_counted() -> None:
    said = describe_evidence([make_drift(EQUAL), make_drift(DIFFERENT), make_drift(NOT_RUN), make_drift()])
    assert said == (
        "1 equal; 1 different, as own/case by export: differ: output 1 by 0.03; "
        "1 not run: draws random numbers (1); 1 not asked for"
    )


@given(st.lists(st.sampled_from([EQUAL, NOT_RUN, None]), max_size=6))
def test_a_difference_is_always_told(others: Sequence[Replay | None]) -> None:
    drifts = [make_drift(*([other] if other else [])) for other in others]
    assert DIFFERENT.sentence in describe_evidence([*drifts, make_drift(DIFFERENT)])


def test_evidence_is_no_part_of_a_drift() -> None:
    assert make_drift(EQUAL) == make_drift()
    assert make_drift(DIFFERENT).kind is make_drift(EQUAL).kind
