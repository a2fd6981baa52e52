"""What holding a record against its golden found, and how that ends the command."""

import enum
from dataclasses import dataclass

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.drift import Drift
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.goldens.store import GoldenChange
from graph_goldens.records import Capture, Fault, FaultKind, Record
from graph_goldens.runs.exit_codes import ExitCode


class Finding(enum.Enum):
    """What was found about a record; later ones are reported first."""

    SAME = "same"
    OLDER_SOURCE = "captured from an older revision of the case"
    NOT_JUDGED = "not judged here, for want of a device"
    IGNORED = "ignored by the project's rules"
    KNOWN = "known drift"
    KNOWN_UNSTABLE = "known not to be reproducible"
    MISSING = "no golden"
    DRIFTED = "drifted"
    BROKEN_CLAIM = "breaks a claim of its case"
    NOT_REPRODUCIBLE = "not reproducible"
    UNREADABLE = "unreadable golden"
    FAULT = "not captured"


@dataclass(frozen=True)
class Verdict:
    """What was found about one record.

    Attributes:
        capture: what was captured.
        finding: what was found.
        golden: what it was held against, None where there is none or it cannot be read.
        drift: how it differs from its golden, where it does.
        problem: a sentence that says what was found, where that is not a drift.
        second: what the second capture gave, where the two differ.
        change: what an update wrote.
        known: the decisions by which it, or some of its changes, are known.
    """

    capture: Capture
    finding: Finding
    golden: Golden | None = None
    drift: Drift | None = None
    problem: str = ""
    second: Record | None = None
    change: GoldenChange | None = None
    known: tuple[KnownDrift, ...] = ()

    @property
    def record(self) -> Record:
        """The record that was captured."""
        return self.capture.record

    @property
    def sound(self) -> bool:
        """Whether the record may become a golden."""
        return self.finding not in _UNSOUND

    @property
    def exit_code(self) -> ExitCode:
        """How a check that found only this ends."""
        match self.finding:
            case Finding.SAME | Finding.OLDER_SOURCE | Finding.IGNORED | Finding.NOT_JUDGED:
                return ExitCode.SAME
            case Finding.KNOWN | Finding.KNOWN_UNSTABLE:
                return ExitCode.SAME
            case Finding.MISSING:
                return ExitCode.MISSING_OR_UNUSED
            case Finding.DRIFTED:
                cosmetic = self.drift is not None and self.drift.severity is Severity.COSMETIC
                return ExitCode.COSMETIC_DRIFT if cosmetic else ExitCode.SEMANTIC_DRIFT
            case Finding.BROKEN_CLAIM:
                return ExitCode.BROKEN_CLAIM
            case Finding.NOT_REPRODUCIBLE:
                return ExitCode.NOT_REPRODUCIBLE
            case Finding.UNREADABLE:
                return ExitCode.USAGE
            case Finding.FAULT:
                return _end_for_fault(self.capture.fault)


def _end_for_fault(fault: Fault | None) -> ExitCode:
    """Tell the author's mistake, which the author mends, from a failure of the harness."""
    match fault.kind if fault else FaultKind.HARNESS:
        case FaultKind.CASE:
            return ExitCode.USAGE
        case FaultKind.HARNESS:
            return ExitCode.TOOL_FAILED


_UNSOUND = {
    Finding.NOT_JUDGED,
    Finding.KNOWN_UNSTABLE,
    Finding.BROKEN_CLAIM,
    Finding.NOT_REPRODUCIBLE,
    Finding.UNREADABLE,
    Finding.FAULT,
}
