"""Every case, by every tracing path, equals its golden: `goldens check` for people who run pytest."""

from graph_goldens.records import Record


def test_record(record: Record, golden: object) -> None:
    assert record == golden
