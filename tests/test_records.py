import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.records import (
    Artifact,
    Capture,
    Fault,
    FaultKind,
    Outcome,
    Record,
    RecordError,
    dump_capture,
    dump_record,
    load_capture_line,
    load_record,
)

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
records = st.builds(
    Record,
    case=st.text(),
    path=st.text(),
    outcome=st.sampled_from(Outcome),
    reason=st.text(),
    facts=st.dictionaries(st.text(), json_values, max_size=3),
    artifacts=st.lists(st.builds(Artifact, st.text(), st.text()), max_size=3).map(tuple),
    source=st.text(),
    rules=st.integers(),
)
captures = st.builds(
    Capture,
    record=records,
    broken=st.lists(st.text(), max_size=2).map(tuple),
    fault=st.none() | st.builds(Fault, st.sampled_from(FaultKind), st.text()),
    seconds=st.floats(allow_nan=False, allow_infinity=False),
    log=st.text(),
    unanswered=st.dictionaries(st.text(), st.lists(st.text(), max_size=2).map(tuple), max_size=2),
)


@given(records)
def test_a_record_reads_back_from_json_without_loss(record: Record) -> None:
    text = json.dumps(dump_record(record))
    assert load_record(json.loads(text)) == record
    assert json.dumps(dump_record(load_record(json.loads(text)))) == text


@given(captures)
def test_a_capture_is_one_line_and_reads_back_without_loss(capture: Capture) -> None:
    line = dump_capture(capture)
    assert len(line.splitlines()) == 1
    assert load_capture_line(line) == capture


def test_a_record_is_known_by_its_case_and_tracing_path() -> None:
    assert Record("torchbind/none", "export", Outcome.GRAPHS).key == ("torchbind/none", "export")


GOOD = dump_record(Record("a/b", "export", Outcome.GRAPHS, artifacts=(Artifact("g.code", "x"),)))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"outcome": "grafs"}, "unknown outcome 'grafs'"),
        ({"case": 3}, "`case` is not a text"),
        ({"facts": []}, "`facts` is not a JSON object"),
        ({"artifacts": {}}, "`artifacts` is not a list"),
        ({"artifacts": [["g.code"]]}, "not a pair of name and text"),
        ({"artifacts": [["g.code", 1]]}, "not a pair of name and text"),
        ({"rules": True}, "`rules` is not a whole number"),
        ({"rules": "1"}, "`rules` is not a whole number"),
    ],
)
def test_what_is_not_a_record_is_refused_with_what_is_wrong(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(RecordError, match=problem):
        load_record({**GOOD, **changes})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not a line of JSON"),
        ("[]", "`capture` is not a JSON object"),
        ("{}", "`record` is not a JSON object"),
        (json.dumps({"record": GOOD, "broken": "x"}), "`broken` is not a list of texts"),
        (json.dumps({"record": GOOD, "broken": [1]}), "`broken` is not a list of texts"),
        (json.dumps({"record": GOOD, "seconds": "1"}), "`seconds` is not a number"),
        (json.dumps({"record": GOOD, "seconds": True}), "`seconds` is not a number"),
        (json.dumps({"record": GOOD, "unanswered": ["claimed"]}), "`unanswered` is not a JSON object"),
        (json.dumps({"record": GOOD, "unanswered": {"claimed": "export"}}), "`claimed` is not a list"),
    ],
)
def test_what_is_not_a_capture_is_refused_with_what_is_wrong(line: str, problem: str) -> None:
    with pytest.raises(RecordError, match=problem):
        load_capture_line(line)
