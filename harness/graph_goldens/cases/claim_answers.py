"""Whether a record holds what is claimed of it: at capture, and of goldens, where no PyTorch is at hand.

A record of a PyTorch or device that lacks what is needed answers nothing, and nothing is asked of it. Another
that has no graph breaks a claim about graphs that names its tracing path; where a claim names none, the
records that have graphs answer. A claim that no record of its case answers is broken: see `find_unanswered`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet

from graph_goldens.cases.claims import Claim, Fact, NoBreaks, Raises, select_paths, word_claim
from graph_goldens.cases.graph_answers import RecordGraphs, explain_outcome, find_graph_problem
from graph_goldens.keys import Key
from graph_goldens.records import REASONLESS, Capture, Json, Outcome, Record

_BREAKS = ("graph_breaks", "skipped_frames")


@dataclass(frozen=True)
class Raised:
    """An exception that tracing raised.

    Attributes:
        names: the names of its type and of those that it derives from, as far as they are known.
        message: its message.
        whole: whether that is all there is to know, and not what a golden keeps of it.
    """

    names: Sequence[str]
    message: str
    whole: bool = True


@dataclass(frozen=True)
class ClaimAnswer:
    """What a record says of a claim that is made of it.

    Attributes:
        claim: the claim.
        problem: how the record contradicts it, in a sentence; empty where it does not.
        answered: whether the record says anything of it.
    """

    claim: Claim
    problem: str = ""
    answered: bool = True


def answer_claims(
    claims: Iterable[Claim], record: Record, torch: str, raised: Raised | None = None
) -> list[ClaimAnswer]:
    """Find what a record says of each claim that is made of it.

    Args:
        claims: the claims of its case.
        record: the record.
        torch: the version of PyTorch that it was captured from.
        raised: what tracing raised, where that is known better than the record tells.
    """
    if record.outcome is Outcome.UNAVAILABLE:
        return []
    graphs, known = RecordGraphs(record), raised or read_raised(record)
    made = [claim for claim in claims if select_paths(claim, [record.path]) and holds_for(claim.torch, torch)]
    return [_answer(claim, record, graphs, known) for claim in made]


def holds_for(specifier: str, torch: str) -> bool:
    """Whether a PEP 440 specifier holds for a version of PyTorch, development versions included."""
    return SpecifierSet(specifier).contains(torch, prereleases=True)


def find_unanswered(captures: Mapping[Key, Capture]) -> dict[Key, list[str]]:
    """Find the claims that no record answers: for each, in a sentence, the first record of which it is made.

    It is known only where all records of which it is made are there.
    """
    found: dict[Key, list[str]] = {}
    for key, capture in captures.items():
        for claim, paths in capture.unanswered.items():
            keys = [Key(key.case, path) for path in paths]
            others = (captures[each].unanswered if each in captures else {} for each in keys)
            if key in keys[:1] and all(claim in each for each in others):
                found.setdefault(key, []).append(f"claimed {claim}, which no record of the case answers")
    return found


def read_raised(record: Record) -> Raised | None:
    """Read from a record what tracing raised; None where it raised nothing."""
    if record.outcome is not Outcome.ERROR:
        return None
    error = record.facts.get("error")
    kind = str(error.get("type", "")) if isinstance(error, dict) else ""
    return Raised([kind.rpartition(".")[2] or record.reason.partition(":")[0]], record.reason, whole=False)


def _answer(claim: Claim, record: Record, graphs: RecordGraphs, raised: Raised | None) -> ClaimAnswer:
    match claim:
        case Raises():
            return _answer_raises(claim, record, raised)
        case Fact(name=name, value=value):
            found = _look_up(record.facts, name)
            answered = name.partition(".")[0] in record.facts
            wrong = answered and found != value
            return ClaimAnswer(
                claim, f"claimed {word_claim(claim)}, but it is {found!r}" if wrong else "", answered
            )
        case NoBreaks():
            return _answer_breaks(claim, record)
        case _:
            problem = find_graph_problem(claim, record, graphs)
            sentence = f"claimed {word_claim(claim)}, but {problem}" if problem else ""
            return ClaimAnswer(claim, sentence, answered=problem is not None)


def _answer_raises(claim: Raises, record: Record, raised: Raised | None) -> ClaimAnswer:
    if raised is None:
        return ClaimAnswer(claim, f"claimed {word_claim(claim)}, but nothing was raised")
    if claim.exception in raised.names and claim.message in raised.message:
        return ClaimAnswer(claim)
    if not raised.whole:  # a golden keeps neither an exception's bases nor its message as it was
        return ClaimAnswer(claim, answered=False)
    return ClaimAnswer(claim, f"claimed {word_claim(claim)}, but got {record.reason}")


def _answer_breaks(claim: NoBreaks, record: Record) -> ClaimAnswer:
    """Answer by the facts of the paths that compile: `frames` is always there, the others where they hold."""
    told = {name: record.facts[name] for name in _BREAKS if record.facts.get(name)}
    if told:
        words = "; ".join(f"{name} is {value!r}" for name, value in told.items())
        return ClaimAnswer(claim, f"claimed {word_claim(claim)}, but {words}")
    if "frames" in record.facts and record.outcome in REASONLESS:
        return ClaimAnswer(claim)
    lacking = "it compiles nothing" if record.outcome in REASONLESS else explain_outcome(record)
    problem = f"claimed {word_claim(claim)}, but {lacking}" if claim.paths else ""
    return ClaimAnswer(claim, problem, answered=bool(claim.paths))


def _look_up(facts: Mapping[str, Json], name: str) -> Json:
    """Find a fact by its dotted name; None where there is none."""
    found: Json = dict(facts)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def list_problems(answers: Iterable[ClaimAnswer]) -> Iterator[str]:
    """Yield how records contradict claims, a sentence each."""
    return (answer.problem for answer in answers if answer.problem)
