"""Capture one record: trace a case by one tracing path, normalise, and check the case's claims."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from packaging.specifiers import SpecifierSet

from graph_goldens.capture.normalise.identities import holds_identity, number_identities
from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.capture.normalise.symbol_names import renumber_symbols
from graph_goldens.capture.tracing.facts import find_unknown_fact
from graph_goldens.capture.tracing.frame_symbols import find_error_symbols
from graph_goldens.capture.tracing.own_names import find_own_names
from graph_goldens.capture.tracing.path_table import find_path_of
from graph_goldens.capture.tracing.running import read_observed
from graph_goldens.capture.tracing.stable_errors import (
    CaseError,
    NothingCapturedError,
    UnavailableError,
    describe_error,
    find_missing_device,
    find_users_place,
    is_raised_by_harness,
    stabilise_message,
)
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.case import Case, Claim, Fact, Raises
from graph_goldens.cases.known_paths import ONLY_BUILT_IN, KnownPaths
from graph_goldens.records import Capture, Fault, FaultKind, Json, Outcome, Record


@dataclass(frozen=True)
class _Ended:
    """How tracing ended: its outcome, and the exception where there was one."""

    outcome: Outcome
    error: Exception | None = None


def capture(
    build: Callable[[], Case],
    record: Record,
    announce: Callable[[str], None] = lambda _: None,
    known: KnownPaths = ONLY_BUILT_IN,
) -> Capture:
    """Trace a case by the path that the empty record names, and fill the record.

    A failure of the case's own function or of the harness is a fault of the capture, not an outcome.

    Args:
        build: the case's function.
        record: what is filled.
        announce: hears of each step that begins, in words.
        known: the tracing paths that there are.
    """
    start = time.perf_counter()
    try:
        tracing = Tracing(build, lambda step: announce(step.value.format(path=record.path)))
        claims = tuple(tracing.case.claims)
    except Exception as error:
        return _record_unbuilt(record, error, _measure_since(start))
    ended = _trace(tracing, record.path, known)
    fault = _observe(tracing)
    filled = _fill(record, tracing, ended, own=record.path in known.own)
    of_pack = known.list_for(record.case.rpartition("/")[0])
    broken = tuple(_find_broken(claims, filled, ended.error, tracing.case, of_pack))
    return Capture(
        filled, broken, _find_fault(tracing, record.path, ended.error) or fault, _measure_since(start)
    )


def _record_unbuilt(record: Record, error: Exception, seconds: float) -> Capture:
    """Record a case that cannot be built: a fault of the case, unless it is a device that it wants."""
    if device := find_missing_device(error):
        unavailable = replace(record, outcome=Outcome.UNAVAILABLE, reason=device, rules=RULES_VERSION)
        return Capture(unavailable, seconds=seconds)
    fault = Fault(FaultKind.CASE, f"the case cannot be built: {stabilise_message(error)}")
    return Capture(record, fault=fault, seconds=seconds)


def _measure_since(start: float) -> float:
    return time.perf_counter() - start


def _trace(tracing: Tracing, path: str, known: KnownPaths) -> _Ended:
    needed = tracing.case.torch
    try:
        if not holds_here(needed):
            raise UnavailableError(f"the case needs PyTorch {needed}")
        if tracing.case.program is None:
            tracing.facts.update(read_observed(tracing.case) if tracing.case.observe else {})
        else:
            find_path_of(known, path)(tracing)
    except UnavailableError as error:
        return _Ended(Outcome.UNAVAILABLE, error)
    except NothingCapturedError as error:
        return _Ended(Outcome.NOTHING_CAPTURED, error)
    except Exception as error:
        if device := find_missing_device(error):
            return _Ended(Outcome.UNAVAILABLE, UnavailableError(device))
        return _Ended(Outcome.ERROR, error)
    return _Ended(Outcome.GRAPHS)


def _observe(tracing: Tracing) -> Fault | None:
    """Let the case observe what a failed tracing left behind; a failure of that is a fault."""
    if tracing.case.program is None:
        return None
    try:
        tracing.end_tracing()
    except CaseError as error:
        return Fault(FaultKind.CASE, str(error))
    return None


def _find_fault(tracing: Tracing, path: str, error: Exception | None) -> Fault | None:
    """Say what failed that is not PyTorch's tracing: the tracing path, the harness, the case's functions."""
    if tracing.mistake:
        return Fault(FaultKind.CASE, f"the tracing path {path} cannot be used: {tracing.mistake}")
    if tracing.fault:
        return Fault(FaultKind.HARNESS, f"the harness failed: {tracing.fault}")
    if isinstance(error, CaseError):
        return Fault(FaultKind.CASE, str(error))
    if (
        error is None
        or isinstance(error, UnavailableError | NothingCapturedError)
        or not is_raised_by_harness(error)
    ):
        return None
    return Fault(FaultKind.HARNESS, f"the harness failed: {stabilise_message(error)}")


def _fill(record: Record, tracing: Tracing, ended: _Ended, *, own: bool) -> Record:
    facts: dict[str, Json] = {"graphs": tracing.graphs, **tracing.facts}
    if ended.outcome is Outcome.ERROR and ended.error:
        facts["error"] = describe_error(ended.error) | (find_users_place(ended.error) if own else {})
    filled = replace(
        record,
        outcome=ended.outcome,
        reason=_word_reason(ended),
        facts=dict(sorted(facts.items())),
        artifacts=tuple(tracing.artifacts),
        rules=RULES_VERSION,
    )
    if holds_identity(filled):
        filled = number_identities(filled, find_own_names(tracing.case))
    return renumber_symbols(filled, tracing.symbols | find_error_symbols(ended.error))


def _word_reason(ended: _Ended) -> str:
    if ended.error is None:
        return ""
    told = ended.outcome in (Outcome.UNAVAILABLE, Outcome.NOTHING_CAPTURED)
    return str(ended.error) if told else stabilise_message(ended.error)


def holds_here(specifier: str) -> bool:
    """Whether a PEP 440 specifier holds for this PyTorch, development versions included."""
    return SpecifierSet(specifier).contains(str(torch.__version__), prereleases=True)


def _find_broken(
    claims: Sequence[Claim], record: Record, error: Exception | None, case: Case, known: Sequence[str]
) -> list[str]:
    """Name the claims that the record contradicts, each in a sentence."""
    unknown = [sentence for claim in claims if (sentence := find_unknown_fact(claim, case, known))]
    if record.outcome is Outcome.UNAVAILABLE:
        return unknown
    made = [claim for claim in claims if _is_claimed_for(claim, record.path)]
    return unknown + [sentence for claim in made if (sentence := _find_contradiction(claim, record, error))]


def _is_claimed_for(claim: Claim, path: str) -> bool:
    return (not claim.paths or path in claim.paths) and holds_here(claim.torch)


def _find_contradiction(claim: Claim, record: Record, error: Exception | None) -> str:
    match claim:
        case Raises(exception=exception, message=message):
            if error is None or record.outcome is Outcome.NOTHING_CAPTURED:
                return f"claimed {exception} {message!r}, but nothing was raised"
            names = [kind.__name__ for kind in type(error).__mro__]
            if exception not in names or message not in str(error):
                return f"claimed {exception} {message!r}, but got {record.reason}"
        case Fact(name=name, value=value):
            found = _look_up(record.facts, name)
            if name.partition(".")[0] in record.facts and found != value:
                return f"claimed {name} = {value!r}, but it is {found!r}"
    return ""


def _look_up(facts: Mapping[str, Json], name: str) -> Json:
    """Find a fact by its dotted name; None where there is none."""
    found: Json = dict(facts)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
