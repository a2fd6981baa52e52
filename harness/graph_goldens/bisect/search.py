"""Search the first version that changed a record, and say what was found, in goldens too."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from packaging.version import Version

from graph_goldens.bisect.bisection import Bisection, Probed, RecordChange, Untestable
from graph_goldens.drift.compare import compare
from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import REASONLESS, Record


def search(
    candidates: Sequence[Version], probe: Callable[[Version], Probed], preferred: Iterable[Version] = ()
) -> Iterator[Bisection]:
    """Search for the first version that changed, and yield what is known after each that was tried.

    Both ends are tried first, then always the middle of what is in question. What cannot be tested is left
    out, and what is then the middle is tried. So of `n` versions between the ends at most `n.bit_length()`
    are tried besides those that cannot be tested.

    Args:
        candidates: the versions, oldest first.
        probe: gives a version's record, or says why there is none.
        preferred: versions that are tried before the others between the ends, which may take a step more.
    """
    found = Bisection(tuple(candidates), frozenset(preferred))
    while (version := found.next) is not None:
        found = found.add_step(version, probe(version))
        yield found


def demand_change(found: Bisection) -> RecordChange:
    """Return the change that was found.

    Raises:
        UserError: both ends are the same.
        ToolError: fewer than two versions could be tested.
    """
    if found.good is None or found.good.record is None or found.bad is None:
        raise ToolError(_explain_nothing(found))
    if found.change is None:
        record, between = found.good.record, f"{found.good.version} and {found.bad.version}"
        case, path = record.key
        raise UserError(
            f"{case} by {path} gives the same for {between}: {_say_outcome(record)}; choose ends that differ "
            f"with --good and --bad, see `goldens history {case} --path {path}`"
        )
    return found.change


def _say_outcome(record: Record) -> str:
    outcome = record.outcome
    return f"the same {outcome.value}" if outcome in REASONLESS else f"{outcome.value} {record.reason}"


def _explain_nothing(found: Bisection) -> str:
    tested = f"only {found.good.version}" if found.good else "none"
    said = [
        f"{step.version}: {step.probed.why}" for step in found.steps if isinstance(step.probed, Untestable)
    ]
    return f"{tested} of {len(found.candidates)} versions could be tested; {said[-1]}"


def find_in_goldens(goldens: Goldens, found: Bisection) -> tuple[Version, Version] | None:
    """Find two versions whose goldens hold what was found: what was before the change, and after it.

    Returns:
        None where the goldens do not hold it: they were never captured, or are of another build or revision.
    """
    if found.change is None:
        return None
    changed = found.change.record
    held = [step for step in found.steps if step.record and _holds(goldens, step.version, step.record)]
    before = [step.version for step in held if not step.drift]
    after = [step.version for step in held if step.record and compare(changed, step.record) is None]
    return (max(before), min(after)) if before and after else None


def _holds(goldens: Goldens, version: Version, record: Record) -> bool:
    try:
        golden = goldens.resolve(*record.key, version)
    except UserError:  # it cannot be read, but what was found still stands
        return False
    return golden is not None and compare(golden.record, record) is None
