"""What replays showed, as it crosses from a process to the host and into a file."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.graphs.replays import Replay, ReplayOutcome, dump_replay, find_gravest, load_replay
from graph_goldens.records import RecordError

REPLAYS = st.builds(Replay, st.text(), st.sampled_from(ReplayOutcome), st.text(), st.text())


@given(REPLAYS)
def test_a_finding_reads_back_as_it_was(replay: Replay) -> None:
    assert load_replay(json.loads(json.dumps(dump_replay(replay)))) == replay


@given(st.lists(REPLAYS, min_size=1))
def test_a_difference_is_graver_than_all_else(replays: Sequence[Replay]) -> None:
    gravest = find_gravest(replays)
    assert gravest in replays
    differs = any(replay.outcome is ReplayOutcome.DIFFERENT for replay in replays)
    assert (gravest is not None and gravest.outcome is ReplayOutcome.DIFFERENT) == differs


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"graph": "g", "outcome": "other", "sentence": "", "reason": ""}, {"graph": 1}],
)
def test_what_is_no_finding_is_refused(value: object) -> None:
    with pytest.raises(RecordError):
        load_replay(value)
