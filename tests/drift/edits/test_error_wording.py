"""Another wording is the same error: the same type and kind, the same names, numbers and denials."""

from dataclasses import replace

import pytest

from graph_goldens.drift.edits.error_wording import is_other_wording
from graph_goldens.records import Json, Outcome, Record

LOST = "RuntimeError: the queue is not safe to use in the loop of `push`"


def failed(reason: str, **fact: Json) -> Record:
    record = Record("pack/case", "export", Outcome.ERROR, reason)
    return replace(record, facts={"error": dict[str, Json](fact)}) if fact else record


@pytest.mark.parametrize(
    ("reason", "other_wording"),
    [
        (LOST.replace("safe to use", "safe for use"), True),
        (LOST.replace("the queue", "While tracing: the queue"), True),
        (LOST.replace("RuntimeError", "ValueError"), False),
        (LOST.replace("is not", "is"), False),
        (LOST.replace("push", "pop"), False),
        ("RuntimeError: something else happened entirely elsewhere, not in `push`", False),
        ("no type at all", False),
    ],
)
def test_only_words_may_differ_where_no_kind_is_recorded(reason: str, other_wording: bool) -> None:
    assert is_other_wording(failed(LOST), failed(reason)) is other_wording
    assert is_other_wording(failed(reason), failed(LOST)) is other_wording


def test_a_recorded_kind_decides() -> None:
    old = failed("Unsupported: a\n  Explanation: one", type="U", kind="break")
    assert is_other_wording(old, failed("Unsupported: b\n  quite other words", type="U", kind="break"))
    assert not is_other_wording(old, failed(old.reason, type="U", kind="another"))


def test_an_empty_kind_decides_nothing() -> None:
    old = failed("UserError: not all values of rows satisfy 4 <= rows", type="U", kind="")
    assert not is_other_wording(old, failed("UserError: could not guard on u0 > 3", type="U", kind=""))
    said = old.reason.replace("not all values of", "not all the values of")
    assert is_other_wording(old, failed(said, type="U", kind=""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the mode of input 0 is not that of input 3", "the mode of input 3 is not that of input 0"),
        ("cannot broadcast `x` of the shape of `y`", "cannot broadcast `y` of the shape of `x`"),
        ("a graph input was written while tracing it", "a graph output was written while tracing it"),
        ("expected at least 2 tensors in the list", "expected at most 2 tensors in the list"),
        ("the list has more tensors than outputs", "the list has less tensors than outputs"),
        ("the inputs are of the same device here", "the inputs are of different devices here"),
    ],
)
def test_the_same_words_the_other_way_round_are_another_error(old: str, new: str) -> None:
    assert not is_other_wording(failed(f"RuntimeError: {old}"), failed(f"RuntimeError: {new}"))
    assert not is_other_wording(failed(f"RuntimeError: {new}"), failed(f"RuntimeError: {old}"))


def test_nodes_may_be_numbered_the_other_way_round() -> None:
    words = "AssertionError: while running the node of the graph, (%arg{}_1, %arg{}_1) are no tensors"
    assert is_other_wording(failed(words.format(1, 2)), failed(words.format(2, 1)))


CALL = "call_function lib.push(*(FakeTensor), **{})"
NODE = "AssertionError: While executing %we : [num_users={}] = call_function[target={}](args = (%x,))"
HIDDEN = "AttributeError: no attribute `a` of a fake object, so we raise. If it is a method, call `{}()`."


@pytest.mark.parametrize(
    ("old", "new", "other_wording"),
    [
        (
            f"TorchRuntimeError: Failed running {CALL}:\nno kernel for lib::push on the device",
            f"TorchRuntimeError: Dynamo failed to run FX node with fake tensors: {CALL}: "
            'got RuntimeError("no kernel for lib::push on the device")',
            True,
        ),
        (
            f"TorchRuntimeError: Failed running {CALL}:\nno kernel for lib::push on the device",
            f"TorchRuntimeError: Dynamo failed to run FX node with fake tensors: {CALL}: "
            'got RuntimeError("no kernel for lib::pop on the device")',
            False,
        ),
        (
            NODE.format(2, "torch._higher_order_ops.effects.with_effects"),
            NODE.format(1, "torch.ops.higher_order.with_effects"),
            True,
        ),
        (NODE.format(1, "torch.ops.lib.push"), NODE.format(1, "torch.ops.lib.pop"), False),
        (
            'RuntimeError: entry INTERNAL ASSERT FAILED at "../aten/src/Fallback.cpp":49, please report it.',
            'RuntimeError: entry INTERNAL ASSERT FAILED at "Fallback.cpp":53, please report it.',
            True,
        ),
        (
            'RuntimeError: entry INTERNAL ASSERT FAILED at "aten/src/Fallback.cpp":49, please report it.',
            'RuntimeError: entry INTERNAL ASSERT FAILED at "aten/src/Other.cpp":49, please report it.',
            False,
        ),
        (HIDDEN.format("register_type"), HIDDEN.format("register_class"), True),
        (HIDDEN.format("register_type"), HIDDEN.format("register_type").replace("`a`", "`b`"), False),
        ("Internal: the queue is not there", "Internal: UnsafeError: the queue is not there", True),
        ("Internal: ValueError: no queue is there", "Internal: UnsafeError: no queue is there", False),
    ],
)
def test_what_carries_or_prints_an_error_is_no_other_error(old: str, new: str, other_wording: bool) -> None:
    assert is_other_wording(failed(old), failed(new)) is other_wording
    assert is_other_wording(failed(new), failed(old)) is other_wording
