"""The records of one build held against those of another, without any golden."""

from dataclasses import replace

from graph_goldens.drift.classes import Severity
from graph_goldens.gate.compare_builds import BuildComparison, compare_sides, hold_runs
from graph_goldens.keys import Key
from graph_goldens.records import NO_DEVICE, Artifact, Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding

OLD = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
NEW = {**OLD, "torch": "2.15.0+cpu"}
RECORD = Record("p/a", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "one"),))
OTHER = replace(RECORD, artifacts=(Artifact("program.code", "two"),), facts={"graphs": 2})
UNAVAILABLE = replace(RECORD, outcome=Outcome.UNAVAILABLE, reason=f"{NO_DEVICE} (cuda)")


class Silent:
    """A watcher that nobody hears."""

    def note(self, text: str) -> None: ...
    def begin(self, what: str, total: int) -> None: ...
    def advance(self, capture: Capture) -> None: ...


def run_of(environment: dict[str, str], *captures: Capture) -> Run:
    return Run(environment, {capture.record.key: capture for capture in captures})


def compare(old: Capture | None, new: Capture | None) -> BuildComparison:
    return compare_sides(run_of(OLD, *([old] if old else [])), run_of(NEW, *([new] if new else [])), Silent())


def find(old: Capture, new: Capture) -> Finding:
    (verdict,) = compare(old, new).verdicts
    return verdict.finding


def test_equal_records_are_the_same_and_others_drift_from_those_of_the_first_build() -> None:
    assert find(Capture(RECORD), Capture(RECORD)) is Finding.SAME
    drifted = compare(Capture(RECORD), Capture(OTHER))
    (verdict,) = drifted.verdicts
    assert verdict.finding is Finding.DRIFTED
    assert verdict.golden is not None
    assert (verdict.golden.record, verdict.record) == (RECORD, OTHER)
    assert drifted.find_exit_code() is ExitCode.SEMANTIC_DRIFT


def test_records_of_one_build_alone_are_told_and_end_it_with_their_own_code() -> None:
    new = compare(None, Capture(RECORD))
    assert [(each.finding, each.problem) for each in new.verdicts] == [(Finding.MISSING, "only under 2.15.0")]
    gone = compare(Capture(RECORD), None)
    assert gone.gone == (Key("p/a", "export"),)
    assert new.find_exit_code() is gone.find_exit_code() is ExitCode.MISSING_OR_UNUSED


def test_only_claims_that_the_second_build_breaks_count() -> None:
    broken = Capture(OTHER, broken=("claimed x",))
    assert find(Capture(RECORD, broken=("claimed x",)), broken) is Finding.DRIFTED
    assert compare(Capture(RECORD), broken).find_exit_code() is ExitCode.BROKEN_CLAIM


def test_what_a_device_keeps_from_one_build_or_what_was_not_captured_is_no_drift() -> None:
    fault = Capture(RECORD, fault=Fault(FaultKind.HARNESS, "it failed"))
    assert find(Capture(RECORD), Capture(UNAVAILABLE)) is Finding.NOT_JUDGED
    assert find(Capture(UNAVAILABLE), Capture(UNAVAILABLE)) is Finding.SAME
    assert find(fault, Capture(RECORD)) is Finding.FAULT
    assert find(Capture(RECORD), fault) is Finding.FAULT


def test_cosmetic_drift_passes_where_that_is_asked_for() -> None:
    graph = "graph():\n    %x : [num_users=1] = placeholder[target=x]\n    return (x,)"
    old = replace(RECORD, artifacts=(Artifact("program.graph", graph),))
    new = replace(
        RECORD, artifacts=(Artifact("program.graph", graph.replace("%x", "%y").replace("(x", "(y")),)
    )
    found = compare(Capture(old), Capture(new))
    assert found.find_exit_code() is ExitCode.COSMETIC_DRIFT
    assert found.find_exit_code(Severity.SEMANTIC) is ExitCode.SAME


def test_records_are_held_in_the_order_of_the_second_run() -> None:
    second = replace(RECORD, path="aot-joint")
    verdicts = hold_runs(run_of(OLD, Capture(RECORD)), run_of(NEW, Capture(second), Capture(RECORD)))
    assert [each.record.path for each in verdicts] == ["aot-joint", "export"]
