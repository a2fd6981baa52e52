"""What records say of claims: held, contradicted, or not answered."""

from dataclasses import replace
from typing import Any

import pytest

from graph_goldens.cases.claim_answers import (
    Raised,
    answer_claims,
    find_unanswered,
    list_problems,
    read_raised,
)
from graph_goldens.cases.claims import (
    Claim,
    Contains,
    Count,
    Delegated,
    Fact,
    Inputs,
    Lacks,
    NoBreaks,
    Raises,
)
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Outcome, Record

CALL = "[num_users=1] = call_function[target=torch.ops.aten"
PROGRAM = f"""graph():
    %w : [num_users=1] = placeholder[target=w]
    %x : [num_users=1] = placeholder[target=x]
    %linear : {CALL}.linear.default](args = (%x, %w), kwargs = {{}})
    %relu : {CALL}.relu.default](args = (%linear,), kwargs = {{}})
    return (relu,)"""
MODULE = PROGRAM.replace("placeholder[target=w]", "get_attr[target=w]")
BODY = f"""graph():
    %arg : [num_users=1] = placeholder[target=arg]
    %conv : {CALL}.convolution.default](args = (%arg,), kwargs = {{}})
    return (conv,)"""
VALUES = "%linear : float16[2, 3] stride (3, 1) cpu"

RECORD = Record(
    "p/c",
    "export",
    Outcome.GRAPHS,
    facts={"graphs": 2},
    artifacts=(
        Artifact("program.graph", PROGRAM),
        Artifact("program.values", VALUES),
        Artifact("program.lowered_0.graph", BODY),
        Artifact("module.graph", MODULE),
    ),
)
ERROR = replace(
    RECORD,
    outcome=Outcome.ERROR,
    reason="torch._dynamo.exc.Unsupported: no loops",
    artifacts=(),
    facts={"error": {"type": "torch._dynamo.exc.Unsupported"}},
)
COMPILED = replace(RECORD, path="compile-eager", facts={"frames": [1]})
BROKEN = replace(COMPILED, facts={"frames": [2], "graph_breaks": [{"reason": "print"}]})


def ask(claim: Claim, record: Record = RECORD, torch: str = "2.13.0+cpu", **raised: Any) -> str | None:
    """Ask a record; None where it says nothing."""
    answers = answer_claims([claim], record, torch, **raised)
    assert len(answers) < 2
    return answers[0].problem if answers and answers[0].answered else None


HOLDING = [
    (Contains("aten.linear -> aten.relu"), RECORD),
    (Contains("aten.linear[dtype=float16]"), RECORD),
    (Contains("aten.convolution"), RECORD),
    (Contains("get_attr", graph="module"), RECORD),
    (Lacks("aten.linear -> aten.gelu"), RECORD),
    (Lacks("aten.convolution", graph="program"), RECORD),
    (Count("aten.relu", 2), RECORD),
    (Count("aten.relu", 1, graph="program"), RECORD),
    (Count("aten.gelu", 0), RECORD),
    (Inputs(2, graph="program"), RECORD),
    (Inputs(1, graph="*.lowered_?"), RECORD),
    (Delegated("aten.convolution"), RECORD),
    (Delegated("get_attr", to="module"), RECORD),
    (NoBreaks(), COMPILED),
    (Fact("graphs", 2), RECORD),
    (Raises("Unsupported", "loops"), ERROR),
]


@pytest.mark.parametrize(("claim", "record"), HOLDING)
def test_a_claim_that_holds_is_answered_without_a_problem(claim: Claim, record: Record) -> None:
    assert ask(claim, record) == ""


CONTRADICTED = [
    (
        Contains("aten.relu -> aten.linear"),
        RECORD,
        "claimed `aten.relu -> aten.linear`, but it stands nowhere in program, program.lowered_0, module",
    ),
    (Lacks("aten.relu"), RECORD, "claimed no `aten.relu`, but 1 in program, 1 in module"),
    (Count("aten.relu", 1), RECORD, "claimed 1 × `aten.relu`, but there are 2: 1 in program, 1 in module"),
    (Count("aten.relu", 2, "module"), RECORD, "claimed 2 × `aten.relu` in module, but there is 1"),
    (Inputs(2), RECORD, "claimed 2 inputs, but module has 1"),
    (
        Delegated("aten.linear"),
        RECORD,
        "claimed `aten.linear` delegated, but some is left: 1 in program, 1 in module",
    ),
    (
        Delegated("aten.gelu"),
        RECORD,
        "claimed `aten.gelu` delegated, but it stands nowhere in program, program.lowered_0, module",
    ),
    (
        Delegated("aten.gelu", to="delegate_*"),
        RECORD,
        "claimed `aten.gelu` delegated to delegate_*, but nothing is handed over: "
        "there is no graph delegate_*",
    ),
    (
        NoBreaks(),
        BROKEN,
        "claimed no graph break, but graph_breaks is [{'reason': 'print'}]",
    ),
    (
        Contains("aten.linear", paths=("export",)),
        ERROR,
        "claimed `aten.linear`, but the outcome is error: torch._dynamo.exc.Unsupported: no loops",
    ),
    (
        Contains("aten.linear", graph="progam", paths=("exp*",)),
        RECORD,
        "claimed `aten.linear` in progam, but there is no such graph: did you mean program?",
    ),
    (
        NoBreaks(paths=("export",)),
        ERROR,
        "claimed no graph break, but the outcome is error: torch._dynamo.exc.Unsupported: no loops",
    ),
    (NoBreaks(paths=("export",)), RECORD, "claimed no graph break, but it compiles nothing"),
    (Raises("RuntimeError"), RECORD, "claimed RuntimeError '', but nothing was raised"),
    (Fact("graphs", 3), RECORD, "claimed graphs = 3, but it is 2"),
]


@pytest.mark.parametrize(("claim", "record", "problem"), CONTRADICTED)
def test_a_claim_that_does_not_hold_says_what_is_there_instead(
    claim: Claim, record: Record, problem: str
) -> None:
    assert ask(claim, record) == problem


UNANSWERED = [
    (Contains("aten.linear"), ERROR),
    (Lacks("aten.linear", graph="progam"), RECORD),
    (NoBreaks(), RECORD),
    (Fact("frames", [1]), RECORD),
    (Raises("RuntimeError"), ERROR),
    (Contains("aten.linear", paths=("make-fx-real",)), RECORD),
    (Contains("aten.linear", torch=">=2.14"), RECORD),
    (Contains("aten.linear"), replace(RECORD, outcome=Outcome.UNAVAILABLE)),
]


@pytest.mark.parametrize(("claim", "record"), UNANSWERED)
def test_what_a_record_cannot_say_or_is_not_asked_is_no_answer(claim: Claim, record: Record) -> None:
    assert ask(claim, record) is None


def test_development_versions_are_among_those_of_a_specifier() -> None:
    assert ask(Contains("aten.relu", torch=">=2.14"), torch="2.15.0.dev20260901") == ""


def test_an_exception_as_it_was_raised_tells_its_bases_and_its_message() -> None:
    raised = Raised(["Unsupported", "RuntimeError"], "no loops at 0x7f")
    assert ask(Raises("RuntimeError", "at 0x"), ERROR, raised=raised) == ""
    told = ask(Raises("ValueError"), ERROR, raised=raised)
    assert told == "claimed ValueError '', but got torch._dynamo.exc.Unsupported: no loops"
    assert read_raised(RECORD) is None


CLAIM = "`aten.linear`"


def _captures(**paths: bool | None) -> dict[Key, Capture]:
    """One capture for each path: whether it answers, None where it is not asked."""
    every = tuple(paths)
    return {
        Key("p/c", path): Capture(
            replace(RECORD, path=path), unanswered={CLAIM: every} if answers is False else {}
        )
        for path, answers in paths.items()
    }


def test_a_claim_that_no_record_of_its_case_answers_is_told_once() -> None:
    assert find_unanswered(_captures(a=False, b=False)) == {
        Key("p/c", "a"): [f"claimed {CLAIM}, which no record of the case answers"]
    }


def test_a_claim_that_one_record_answers_or_that_is_not_fully_known_is_no_error() -> None:
    assert find_unanswered(_captures(a=False, b=True)) == {}
    assert find_unanswered(_captures(a=False, b=None)) == {}
    assert find_unanswered({Key("p/c", "a"): Capture(RECORD, unanswered={CLAIM: ()})}) == {}
    partly = _captures(a=False, b=False)
    del partly[Key("p/c", "b")]
    assert find_unanswered(partly) == {}


def test_only_problems_are_listed() -> None:
    answers = answer_claims([Lacks("aten.relu"), Contains("aten.relu")], RECORD, "2.13.0")
    assert list(list_problems(answers)) == ["claimed no `aten.relu`, but 1 in program, 1 in module"]
