"""Capture one record: trace a case by one tracing path, normalise, and check the case's claims."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import torch

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
from graph_goldens.cases.case import Case
from graph_goldens.cases.case_checks import list_paths
from graph_goldens.cases.claim_answers import ClaimAnswer, Raised, answer_claims, holds_for, list_problems
from graph_goldens.cases.claims import select_paths, word_claim
from graph_goldens.cases.known_paths import ONLY_BUILT_IN, KnownPaths
from graph_goldens.graphs.respelling import spell_as_now
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
    answers = answer_claims(claims, filled, str(torch.__version__), _describe_raised(ended))
    unknown = [sentence for claim in claims if (sentence := find_unknown_fact(claim, tracing.case, of_pack))]
    return Capture(
        record=filled,
        broken=(*unknown, *list_problems(answers)),
        fault=_find_fault(tracing, record.path, ended.error) or fault,
        seconds=_measure_since(start),
        unanswered=_list_unanswered(answers, tracing.case, of_pack),
    )


def _record_unbuilt(record: Record, error: Exception, seconds: float) -> Capture:
    """Record a case that cannot be built: a fault of the case, unless it is a device that it wants."""
    if device := find_missing_device(error):
        unavailable = replace(record, outcome=Outcome.UNAVAILABLE, reason=device, rules=RULES_VERSION)
        return Capture(unavailable, seconds=seconds)
    fault = Fault(FaultKind.CASE, f"the case cannot be built: {stabilise_message(error)}")
    return Capture(record, fault=fault, seconds=seconds)


def _describe_raised(ended: _Ended) -> Raised | None:
    """Describe what tracing raised as a claim asks for it; what captured nothing raised nothing."""
    if ended.error is None or ended.outcome is Outcome.NOTHING_CAPTURED:
        return None
    return Raised([kind.__name__ for kind in type(ended.error).__mro__], str(ended.error))


def _list_unanswered(
    answers: Sequence[ClaimAnswer], case: Case, known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    own = list_paths(case, known)
    left = (answer.claim for answer in answers if not answer.answered)
    return {word_claim(claim): tuple(select_paths(claim, own)) for claim in left}


def _measure_since(start: float) -> float:
    return time.perf_counter() - start


def _trace(tracing: Tracing, path: str, known: KnownPaths) -> _Ended:
    needed = tracing.case.torch
    try:
        if not holds_for(needed, str(torch.__version__)):
            raise UnavailableError(f"the case needs PyTorch {needed}")
        if tracing.case.program is None:
            tracing.facts.update(read_observed(tracing.case) if tracing.case.observe else {})
        else:
            find_path_of(known, path)(tracing)
            return _Ended(Outcome.GRAPHS) if path not in known.own else _end_own(tracing)
    except UnavailableError as error:
        return _Ended(Outcome.UNAVAILABLE, error)
    except NothingCapturedError as error:
        return _Ended(Outcome.NOTHING_CAPTURED, error)
    except Exception as error:
        if device := find_missing_device(error):
            return _Ended(Outcome.UNAVAILABLE, UnavailableError(device))
        return _Ended(Outcome.ERROR, error)
    return _Ended(Outcome.GRAPHS)


def _end_own(tracing: Tracing) -> _Ended:
    """Say how a path of a project's own ended that raised nothing: it may have recorded no graph."""
    if tracing.graphs or tracing.artifacts:
        return _Ended(Outcome.GRAPHS if tracing.graphs else Outcome.TEXTS)
    return _Ended(
        Outcome.NOTHING_CAPTURED, NothingCapturedError("the tracing path recorded no graph and no text")
    )


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
    filled = renumber_symbols(filled, tracing.symbols | find_error_symbols(ended.error))
    return spell_as_now(filled)  # what no rule touches any more


def _word_reason(ended: _Ended) -> str:
    if ended.error is None:
        return ""
    told = ended.outcome in (Outcome.UNAVAILABLE, Outcome.NOTHING_CAPTURED)
    return str(ended.error) if told else stabilise_message(ended.error)
