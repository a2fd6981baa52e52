"""What is recorded of programs that are not traced as eager runs them, or not at all."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.project import find_project
from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Fault, FaultKind, Outcome

PACKS = Path(__file__).with_name("packs")
SECONDS = 300.0
Captures = Mapping[Key, Capture]

FACTS = [
    ("other_values", "make-fx-real", "same_as_eager", "result 0: other values"),
    (
        "other_shape",
        "make-fx-real",
        "same_as_eager",
        "result 0: torch.float32 [2, 3] instead of torch.float32 [4, 3]",
    ),
    ("more_results", "make-fx-real", "same_as_eager", "1 results instead of 2"),
    ("other_number", "make-fx-real", "same_as_eager", "result 1: 1 instead of 2"),
    ("number_for_tensor", "make-fx-real", "same_as_eager", "result 0: a int instead of a tensor"),
    ("other_written", "make-fx-real", "same_as_eager", "input 0 after the call: other values"),
    ("other_written", "aot-inference", "same_as_eager", "input 0 after the call: other values"),
    ("other_written", "compile-eager", "same_as_eager", "input 0 after the call: other values"),
    (
        "written_in_eager_alone",
        "make-fx-real",
        "same_as_eager",
        "inputs: other containers after the call",
    ),
    ("not_compared", "make-fx-real", "judged_by", "not compared"),
    ("two_losses", "aot-joint", "graphs", 1),
    ("number_as_input", "aot-inference", "inputs", {"traced": ["tensor"]}),
    ("raises_later", "compile-eager", "same_as_eager", "eager raises ValueError: positive"),
    ("raises_in_eager_alone", "make-fx-real", "same_as_eager", "eager raises ValueError: again"),
    (
        "raises_when_run",
        "make-fx-real",
        "same_as_eager",
        "running raises RuntimeError: shape '[1]' is invalid for input of size 2",
    ),
    (
        "breaks",
        "compile-eager",
        "graph_breaks",
        [
            {
                "function": "_break",
                "reason": "Call to `torch._dynamo.graph_break()`\n"
                "  Explanation: User-inserted graph break. Message: None",
            }
        ],
    ),
    ("keyword_only", "make-fx-real", "same_as_eager", True),
    ("differentiated", "compile-aot-eager", "graphs", 2),
    ("two_keywords", "export", "same_with_reversed_kwargs", True),
    ("two_keywords", "make-fx-real", "same_as_eager", True),
    ("two_keywords", "symbolic-trace", "same_as_eager", True),
    ("facts_alone", "facts", "answer", 42),
    ("rounds_near_zero", "make-fx-real", "same_as_eager", True),
    ("rounds_half_precision", "make-fx-real", "same_as_eager", True),
    ("counts_its_calls", "export", "same_as_eager", True),
    ("counts_its_calls", "export", "same_with_reversed_kwargs", True),
    ("counts_its_calls", "export", "retraced_same_as_eager", True),
    ("counts_its_calls", "export-functional", "retraced_same_as_eager", True),
    ("takes_a_bias", "make-fx-real", "same_as_eager", True),
    ("takes_a_bias", "compile-dynamic", "same_as_eager", True),
    ("keeps_what_escaped_a_transform", "facts", "weight_is_as_before", True),
    ("leaves_a_transform_behind", "make-fx-pre-dispatch", "graphs", 1),
    ("sizes", "make-fx-symbolic", "outputs", {"traced": ["number", "tensor"]}),
]
UNAVAILABLE = [
    ("no_loss", "aot-joint", "the program has no result that requires grad, to take as a loss"),
    ("of_the_future", "export", "the case needs PyTorch >=99"),
]


@pytest.fixture(scope="module")
def captures() -> Captures:
    project = find_project(Path(__file__).parents[3])
    environment = open_environment(describe_release(str(project.default)), project.working, print)
    with start_worker(environment, PACKS, project.working, jobs=2) as worker:
        assert worker.listing.mistakes == ()
        found = [each for each in worker.listing.cases if each.case.startswith("odd/")]
        keys = [Key(each.case, path) for each in found for path in each.paths]
        return {capture.record.key: capture for capture in worker.capture(keys, SECONDS)}


def artifacts(capture: Capture) -> dict[str, str]:
    return {artifact.name: artifact.text for artifact in capture.record.artifacts}


@pytest.mark.parametrize(("case", "path", "fact", "value"), FACTS)
def test_a_fact_says_what_came_of_it(captures: Captures, case: str, path: str, fact: str, value: Any) -> None:
    capture = captures[Key(f"odd/{case}", path)]
    assert (capture.fault, capture.record.outcome) == (None, Outcome.GRAPHS)
    assert capture.record.facts[fact] == value


@pytest.mark.parametrize(("case", "path", "reason"), UNAVAILABLE)
def test_what_a_path_does_not_take_is_unavailable(
    captures: Captures, case: str, path: str, reason: str
) -> None:
    record = captures[Key(f"odd/{case}", path)].record
    assert (record.outcome, record.reason) == (Outcome.UNAVAILABLE, reason)


def test_a_tensor_where_eager_gives_a_number_is_another_result(captures: Captures) -> None:
    facts = captures[Key("odd/tensor_for_number", "make-fx-real")].record.facts
    assert facts["same_as_eager"] == "result 0: a Tensor instead of 1"


@pytest.mark.parametrize("path", ["compile-eager", "compile-aot-eager"])
def test_a_first_call_that_raises_is_an_error_where_eager_raises_the_same_too(
    captures: Captures, path: str
) -> None:
    record = captures[Key("odd/raises", path)].record
    assert (record.outcome, record.reason) == (Outcome.ERROR, "ValueError: positive")
    assert record.facts["error"] == {"type": "ValueError"}


def test_a_case_that_cannot_observe_is_at_fault(captures: Captures) -> None:
    fault = captures[Key("odd/cannot_observe", "make-fx-real")].fault
    assert fault == Fault(FaultKind.CASE, "the case cannot observe: RuntimeError: observing fails")


def test_another_exception_than_the_claimed_one_breaks_the_claim(captures: Captures) -> None:
    assert captures[Key("odd/raises_other_than_claimed", "make-fx-real")].broken == (
        "claimed KeyError 'of another kind', but got ValueError: always",
        "claimed ValueError 'below', but got ValueError: always",
    )


def test_values_say_the_layout_of_a_tensor_that_has_no_strides(captures: Captures) -> None:
    values = artifacts(captures[Key("odd/sparse", "make-fx-fake")])["traced.values"]
    assert "float32[2, 3] sparse_coo cpu" in values


def test_bodies_of_a_branch_are_rendered_under_their_own_names(captures: Captures) -> None:
    texts = artifacts(captures[Key("odd/branches", "export")])
    assert "sin" in texts["program.true_graph_0.graph"]
    assert "cos" in texts["program.false_graph_0.graph"]


def test_a_composite_operator_is_decomposed_however_late_it_was_registered(captures: Captures) -> None:
    capture = captures[Key("odd/registers_composites", "export-decomposed")]
    assert "torch.ops.aten.mul.Tensor(x, 2)" in artifacts(capture)["program.code"]
    assert capture.record.facts["same_as_eager"] is True


def test_a_backward_that_is_not_compiled_leaves_no_frame_to_python(captures: Captures) -> None:
    capture = captures[Key("odd/backward_is_not_compiled", "compile-inductor")]
    assert capture.record.facts["backward"] == "raises ValueError: the shape is not known any more"
    assert "skipped_frames" not in capture.record.facts
    assert capture.broken == ()


def test_an_identity_within_a_longer_name_is_numbered(captures: Captures) -> None:
    graph = artifacts(captures[Key("odd/takes_a_bias", "compile-dynamic")])["graph_0.graph"]
    assert re.search(r"_\d{12,15}_c\d+_", graph) is None
    table = read_graph(graph)
    assert any("_id0_" in node.name for node in table.placeholders)
    assert len(table.nodes) == len(graph.splitlines()) - 1
    assert table.text == graph
