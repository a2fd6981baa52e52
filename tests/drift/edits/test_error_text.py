"""An error is read apart from what carries it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.edits.error_text import drop_print, read_error

CALL = "call_function lib.push(*(FakeTensor, 2), **{})"
CARRIERS = (
    f"TorchRuntimeError: Dynamo failed to run FX node with fake tensors: {CALL}: got ",
    "TorchRuntimeError: RuntimeError when making fake tensor call\n  Explanation: "
    f"Dynamo failed to run FX node with fake tensors: {CALL}: got ",
)


@given(st.sampled_from(CARRIERS), st.text().map(str.strip))
def test_what_dynamo_carries_is_read_as_it_was_raised(carrier: str, message: str) -> None:
    found = read_error(f"{carrier}RuntimeError({message!r})")
    assert found == (carrier, "RuntimeError", message)
    assert found.spell() == f"RuntimeError: {message}"


@given(st.text().map(str.strip))
def test_a_type_that_is_not_told_is_taken_to_be_that_of_the_other(message: str) -> None:
    found = read_error(f"TorchRuntimeError: Failed running {CALL}:\n{message}")
    assert found.message == message
    assert found.spell("ValueError") == f"ValueError: {message}"


@given(st.text())
def test_an_error_that_nothing_carries_is_spelt_as_it_is(reason: str) -> None:
    found = read_error(reason)
    assert found.carrier == ""
    assert found.spell("ValueError").split() == reason.split()


@pytest.mark.parametrize("quoted", ["'a', 2", "Thing(1)", "'open"])
def test_what_is_no_one_text_is_kept_as_it_is_printed(quoted: str) -> None:
    assert read_error(f"{CARRIERS[0]}KeyError({quoted})").message == quoted


def test_how_nodes_and_source_files_are_printed_is_dropped() -> None:
    text = '%a : [num_users=2] = call_function[target=torch.ops.lib.f] at "../aten/src/Fallback.cpp":49'
    assert drop_print(text) == '%a : = call_function[target=torch.ops.lib.f] at "Fallback.cpp"'
