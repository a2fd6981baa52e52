"""What each version of the rules brought to records: one row a change, and what it makes of a golden.

A row brings a golden towards a newly captured record, as far as the stored text allows and no further: what
no row explains stays as it was, and is drift.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.gate import carried_artifacts as artifacts
from graph_goldens.gate import carried_facts as facts
from graph_goldens.gate import carried_outcomes as outcomes
from graph_goldens.graphs import respelling
from graph_goldens.records import Record

Carry = Callable[[Record, Record], Record]
Respell = Callable[[Record], Record]

_AOT = ("aot-inference", "aot-joint")


@dataclass(frozen=True)
class RuleChange:
    """A change that a version of the rules brought.

    Attributes:
        version: the version of the rules.
        kind: what it changed, in a few words, as a summary counts it; `+` where it only adds.
        reason: why.
        carry: brings a golden towards a record, as far as this change explains how they differ.
        respell: says of a golden the same in the words of this version, where that takes no record and loses
            nothing; None where it does.
    """

    version: int
    kind: str
    reason: str
    carry: Carry
    respell: Respell | None = None


@dataclass(frozen=True)
class Carried:
    """A golden that was brought to newer rules.

    Attributes:
        record: what it says then; what differs still is drift.
        kinds: the changes that had something to do, in the table's order.
    """

    record: Record
    kinds: tuple[str, ...]


def carry_forward(golden: Record, record: Record, rules: int) -> Carried:
    """Bring a golden to newer rules, by the rows of the versions after its own up to `rules`."""
    kinds: list[str] = []
    carried = golden
    for row in RULE_CHANGES:
        if golden.rules < row.version <= rules:
            before, carried = carried, row.carry(carried, record)
            if carried != before:
                kinds.append(row.kind)
    return Carried(replace(carried, rules=rules), tuple(dict.fromkeys(kinds)))


def respell(golden: Record) -> Carried | None:
    """Write a golden as the rules of now do; None where that takes a record, or they wrote it."""
    rows = [row for row in RULE_CHANGES if golden.rules < row.version]
    kinds: list[str] = []
    spelt = golden
    for row in rows:
        if row.respell is None:
            return None
        before, spelt = spelt, row.respell(spelt)
        if spelt != before:
            kinds.append(row.kind)
    return Carried(replace(spelt, rules=RULES_VERSION), tuple(kinds)) if rows else None


def _say_anew(version: int, kind: str, reason: str, change: Respell) -> RuleChange:
    return RuleChange(version, kind, reason, lambda golden, _: change(golden), change)


def _add_artifacts(suffix: str, reason: str) -> RuleChange:
    return RuleChange(2, f"+ {suffix}", reason, partial(artifacts.add_artifacts, suffix=suffix))


def _add_fact(name: str, reason: str, paths: tuple[str, ...] = ()) -> RuleChange:
    return RuleChange(2, f"+ fact {name}", reason, partial(facts.add_fact, name=name, paths=paths))


_JUDGED_BEFORE = {
    "values; script objects by type and flattened state": (
        "values, metadata and aliases; script objects by type and flattened state"
    ),
    "values; script objects skipped": "values, metadata and aliases; script objects skipped",
}

RULE_CHANGES: tuple[RuleChange, ...] = (
    RuleChange(
        2,
        "mended: aot-joint error is unavailable",
        "every floating input was made to require grad, and errors came of it that the program never has",
        outcomes.mend_joint,
    ),
    RuleChange(
        2,
        "outcome nothing captured",
        "a path that recorded no graph is not one with graphs",
        outcomes.say_nothing_captured,
    ),
    RuleChange(
        2,
        "mended: same_as_eager counts metadata",
        "strides, layout, requires_grad and aliases count beside values",
        outcomes.count_metadata,
    ),
    RuleChange(
        2,
        "mended: same_as_eager counts what inputs hold",
        "what a program writes into its inputs is held against eager",
        outcomes.count_written,
    ),
    RuleChange(
        2,
        "mended: export-functional by run_decompositions",
        "where `torch.export._trace._export(pre_dispatch=False)` breaks, the public way gives the same IR",
        outcomes.decompose_in_public,
    ),
    RuleChange(
        2,
        "export-functional tried twice",
        "where the private call fails, the public one is tried too, and calls what that called once more",
        facts.count_second_try,
    ),
    RuleChange(
        2,
        "mended: aot closes over what is no tensor",
        "AOTAutograd is given tensors and script objects alone, so that it takes any other input",
        outcomes.close_over_inputs,
    ),
    RuleChange(
        2,
        "range lines moved from signature to ranges",
        "what users pin of symbols stands apart from what is bound to inputs and outputs",
        artifacts.move_ranges,
    ),
    RuleChange(
        2,
        "identities numbered",
        "Dynamo names globals by `id()`, which differs in every process",
        artifacts.name_identities,
    ),
    RuleChange(
        2,
        "symbols numbered by true symbols",
        "which words are symbols is told by the capture, not by their form",
        artifacts.name_symbols,
    ),
    RuleChange(
        2,
        "ranges in the order of the graph",
        "an order by spelling changes with the spelling",
        artifacts.order_ranges,
    ),
    _add_artifacts("effects", "an order is judged by what nodes touch"),
    _add_artifacts("constants", "a constant that changes its value showed nowhere"),
    _add_artifacts("provenance", "quantisers and partitioners match on where nodes come from"),
    _add_fact("symbols", "which words are symbols, and what each is bound to"),
    _add_fact("error", "the kind of an error stands apart from its words"),
    _add_fact("exported", "the dialect and the name of the output node broke projects"),
    _add_fact("module", "users get the call of the guards"),
    _add_fact("restarts", "a frame that is compiled again is no further frame"),
    _add_fact("skipped_frames", "a frame that Dynamo left to Python was not told"),
    _add_fact("backward", "a backward that the harness adds may fail"),
    _add_fact("functional_by", "where the private call breaks, the public one is used"),
    _add_fact("same_as_eager", "what the aot paths return is run", _AOT),
    _add_fact("judged_by", "what the aot paths return is run", _AOT),
    _add_fact("after_running", "what the aot paths return is run", _AOT),
    RuleChange(
        2,
        "frames without restarts",
        "a frame that is compiled again is no further frame",
        facts.split_restarts,
    ),
    RuleChange(2, "graph_breaks by function", "where a break arose, and why in full", facts.list_breaks),
    RuleChange(
        2,
        "judged_by in other words",
        "strides, layout, requires_grad and aliases count beside values",
        partial(facts.reword_fact, name="judged_by", words=_JUDGED_BEFORE),
    ),
    RuleChange(2, "reason cut", "advice, context and internals of a message change freely", facts.cut_reason),
    RuleChange(
        2, "errors in facts cut", "advice, context and internals of a message change freely", facts.cut_facts
    ),
    _say_anew(3, "contiguous strides left out", "the sizes tell them", respelling.leave_out_strides),
    _say_anew(3, "modules told once", "nodes of one module repeated its classes", respelling.shorten_modules),
)
