"""Each finding ends a command with the code that the manual names, and the gravest wins."""

import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.records import Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.verdict import Finding, Verdict

RECORD = Record("p/a", "export", Outcome.GRAPHS)


def _drift(kind: DriftClass) -> Drift:
    return Drift(RECORD, RECORD, (Edit(kind, "x", "y"),))


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict(Capture(RECORD), Finding.SAME), 0),
        (Verdict(Capture(RECORD), Finding.OLDER_SOURCE), 0),
        (Verdict(Capture(RECORD), Finding.NOT_JUDGED), 0),
        (Verdict(Capture(RECORD), Finding.DRIFTED, drift=_drift(DriftClass.OPERATORS)), 1),
        (Verdict(Capture(RECORD), Finding.DRIFTED, drift=_drift(DriftClass.RENAMED)), 3),
        (Verdict(Capture(RECORD), Finding.BROKEN_CLAIM), 6),
        (Verdict(Capture(RECORD), Finding.MISSING), 4),
        (Verdict(Capture(RECORD), Finding.NOT_REPRODUCIBLE), 5),
        (Verdict(Capture(RECORD), Finding.UNREADABLE), 2),
        (Verdict(Capture(RECORD, fault=Fault(FaultKind.CASE, "x")), Finding.FAULT), 2),
        (Verdict(Capture(RECORD, fault=Fault(FaultKind.HARNESS, "the case x")), Finding.FAULT), 70),
    ],
)
def test_a_finding_has_its_exit_code(verdict: Verdict, code: int) -> None:
    assert verdict.exit_code == code


def test_only_what_is_sound_may_become_a_golden() -> None:
    sound = {finding for finding in Finding if Verdict(Capture(RECORD), finding).sound}
    captured_alike = {Finding.SAME, Finding.OLDER_SOURCE, Finding.IGNORED, Finding.KNOWN}
    assert sound == {*captured_alike, Finding.MISSING, Finding.DRIFTED}


def test_the_gravest_code_ends_a_command() -> None:
    assert choose_gravest([]) is ExitCode.SAME
    assert choose_gravest([ExitCode.COSMETIC_DRIFT, ExitCode.MISSING_OR_UNUSED]) is ExitCode.MISSING_OR_UNUSED
    assert choose_gravest([ExitCode.SEMANTIC_DRIFT, ExitCode.MISSING_OR_UNUSED]) is ExitCode.SEMANTIC_DRIFT
    assert choose_gravest([ExitCode.SEMANTIC_DRIFT, ExitCode.BROKEN_CLAIM]) is ExitCode.BROKEN_CLAIM
    assert choose_gravest([ExitCode.SEMANTIC_DRIFT, ExitCode.NOT_REPRODUCIBLE]) is ExitCode.NOT_REPRODUCIBLE
    assert choose_gravest([ExitCode.SEMANTIC_DRIFT, ExitCode.TOOL_FAILED]) is ExitCode.TOOL_FAILED
