"""Many environments in one command: how each ends, and what changed between two of their runs."""

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.compare import compare
from graph_goldens.gate.environment_matrix import Failure, choose_exit_code, count_changes
from graph_goldens.gate.result import Result
from graph_goldens.goldens.format import Golden
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

GRAPH = """graph():
    %x : [num_users=1] = placeholder[target=x]
    %sin : [num_users=1] = call_function[target=torch.sin](args = (%x,), kwargs = {})
    return (sin,)"""
ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


def run_of(**graphs: int) -> Run:
    records = (
        Record(f"p/{name}", "export", Outcome.GRAPHS, facts={"graphs": count})
        for name, count in graphs.items()
    )
    return Run(ENVIRONMENT, {record.key: Capture(record) for record in records})


def test_records_of_both_runs_are_counted_by_class_and_equal_ones_are_not() -> None:
    assert count_changes(run_of(a=1, b=1, gone=1), run_of(a=2, b=1, new=1)) == {DriftClass.CAPTURE: 1}


def test_equal_runs_have_no_changes() -> None:
    assert count_changes(run_of(a=1), run_of(a=1)) == {}


def test_drift_that_is_only_cosmetic_fails_unless_only_what_matters_is_to_fail() -> None:
    old, new = (
        Record("p/a", "export", Outcome.GRAPHS, artifacts=(Artifact("g.graph", GRAPH.replace("%x", name)),))
        for name in ("%x", "%y")
    )
    drift = compare(old, new)
    assert drift is not None
    assert drift.severity is Severity.COSMETIC
    verdict = Verdict(Capture(new), Finding.DRIFTED, Golden(old), drift)
    result = Result(Run(ENVIRONMENT, {new.key: Capture(new)}), [verdict])
    assert choose_exit_code(result, Severity.COSMETIC) is ExitCode.COSMETIC_DRIFT
    assert choose_exit_code(result, Severity.SEMANTIC) is ExitCode.SAME


def test_an_environment_that_cannot_be_worked_with_has_failed() -> None:
    assert choose_exit_code(Failure("torch-9", "no wheel"), Severity.SEMANTIC) is ExitCode.TOOL_FAILED
