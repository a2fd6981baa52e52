"""What changed between two runs is counted by class, over the records that both have."""

from harness.drift import DriftClass
from harness.gate.matrix import changes
from harness.records import Capture, Outcome, Record
from harness.runs.run import Run

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


def run_of(**graphs: int) -> Run:
    records = (
        Record(f"p/{name}", "export", Outcome.GRAPHS, facts={"graphs": count})
        for name, count in graphs.items()
    )
    return Run(ENVIRONMENT, {record.key: Capture(record) for record in records})


def test_records_of_both_runs_are_counted_by_class_and_equal_ones_are_not() -> None:
    assert changes(run_of(a=1, b=1, gone=1), run_of(a=2, b=1, new=1)) == {DriftClass.CAPTURE: 1}


def test_equal_runs_have_no_changes() -> None:
    assert changes(run_of(a=1), run_of(a=1)) == {}
