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
