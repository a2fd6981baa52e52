"""The one test of a run; the session gives it each record and its golden."""

from graph_goldens.records import Record


def test_record(record: Record, golden: object) -> None:
    """A record equals its golden."""
    assert record == golden
