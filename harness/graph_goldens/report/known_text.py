"""What is said of known drift: what is known by which decision, what ends soon, is over or is gone."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from graph_goldens.goldens.known_drift import GoneDrift, KnownDrift, KnownKind, KnownStanding
from graph_goldens.records import Json
from graph_goldens.report.cluster_text import format_cases
from graph_goldens.runs.verdict import Verdict
from graph_goldens.words import format_count, make_visible, shorten_text

PRUNE = "goldens triage --prune"

_LONGEST = 120


def describe_decision(known: KnownDrift) -> str:
    """Say why something is known, since when, until when, who sees to it and where it was reported."""
    parts = [
        known.because,
        f"until {known.until}" if known.until else "",
        known.owner,
        known.issue,
    ]
    return make_visible(", ".join(filter(None, parts)))


def name_decision(known: KnownDrift) -> str:
    """Name a decision as a person finds it again: by its change, or by its file."""
    return known.change or known.name


def describe_standing(standing: KnownStanding) -> tuple[str, ...]:
    """Say what is about to end and what is over, a sentence each."""
    ending = (
        f"{name_decision(each)} is known until {each.until} and ends soon: {make_visible(each.because)}"
        for each in standing.ending
    )
    over = (
        f"{name_decision(each)} was known until {each.until} and is new again: {make_visible(each.because)}"
        for each in standing.over
    )
    return (*over, *ending)


def describe_gone(gone: GoneDrift) -> str:
    """Say that what was known no longer shows, and what removes the decision."""
    what = "came out alike" if gone.known.kind is KnownKind.NOT_REPRODUCIBLE else "no longer drifts so"
    return f"it was known ({describe_decision(gone.known)}) and {what}; `{PRUNE}` takes it out"


def describe_known(verdict: Verdict) -> str:
    """Say by which decisions a record is known."""
    return "; ".join(describe_decision(each) for each in verdict.known)


def list_standing(standing: KnownStanding) -> Iterator[Text]:
    """List what is about to end, what is over and what is gone, as a check ends with it."""
    for sentence in describe_standing(standing):
        yield Text(f"  ! {sentence}", "yellow")
    for gone in standing.gone:
        count = format_count(len(gone.records), "record")
        name, why = name_decision(gone.known), make_visible(gone.known.because)
        yield Text(f"  ! known drift {name} is gone from {count} ({why}): {PRUNE}", "yellow")


def list_decisions(known: Sequence[KnownDrift]) -> Iterator[Text]:
    """List decisions in full."""
    for each in known:
        label = each.label or each.kind.value
        yield Text.assemble(
            (label, "bold"), f" · {format_count(len(each.records), 'record')} · ", (each.name, "bold cyan")
        )
        if each.says:
            yield Text(f"  {make_visible(shorten_text(each.says, _LONGEST))}")
        cases = tuple(dict.fromkeys(key.case for key in each.records))
        yield format_cases(cases, tuple(dict.fromkeys(key.path for key in each.records)))
        yield Text(f"  torch {each.versions} · {describe_decision(each)}")


def encode_known(known: KnownDrift) -> dict[str, Json]:
    """Encode a decision for programs."""
    return {
        "name": known.name,
        "kind": known.kind.value,
        "change": known.change,
        "class": known.label,
        "says": known.says,
        "because": known.because,
        "issue": known.issue,
        "owner": known.owner,
        "decided": known.decided.isoformat(),
        "until": known.until.isoformat() if known.until else None,
        "first": str(known.first),
        "last": str(known.last) if known.last else None,
        "records": [list(key) for key in known.records],
    }


def encode_standing(standing: KnownStanding) -> dict[str, Json]:
    """Encode how decisions stand after a run."""
    return {
        "ending": [encode_known(each) for each in standing.ending],
        "over": [encode_known(each) for each in standing.over],
        "gone": [
            {**encode_known(each.known), "gone": [list(key) for key in each.records]}
            for each in standing.gone
        ],
    }
