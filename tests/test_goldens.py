"""Every case, by every tracing path, equals its golden: `goldens check` for people who run pytest."""

from graph_goldens.records import Record


def test_record(golden_record: Record, golden_snapshot: object) -> None:
    assert golden_record == golden_snapshot
