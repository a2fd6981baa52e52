"""Only lines that begin with a child's token are its messages."""

import pytest

from graph_goldens.capture.worker import child_messages as messages_module
from graph_goldens.capture.worker.child_messages import BEGUN, GAVE, Messages


def _heard(*chunks: bytes) -> str | None:
    messages = Messages("token")
    for chunk in chunks:
        messages.receive(chunk)
    return messages.find_last(GAVE)


def test_all_lines_of_a_result_are_kept_and_of_the_other_kinds_the_last() -> None:
    messages = Messages("token")
    assert messages.given == []
    messages.receive(b"token gave one\ntoken begun a\ntoken gave two\ntoken begun b\n")
    assert (messages.given, messages.find_last(BEGUN)) == (["one", "two"], "b")


def test_a_message_may_come_in_pieces() -> None:
    assert _heard(b"\ntok", b"en gave a text ", b"with spaces\n") == "a text with spaces"


def test_half_a_message_is_none() -> None:
    assert _heard(b"\ntoken gave a te") is None


def test_what_does_not_begin_with_the_token_is_dropped() -> None:
    assert _heard(b"gave one\nother gave two\n \xff token gave three\n") is None


def test_a_line_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_module, "_LONGEST_LINE", 100)
    messages = Messages("token")
    for _ in range(50):
        messages.receive(b"garbage" * 10)
        assert len(messages._received) <= 100
    messages.receive(b"\ntoken gave it\n")
    assert messages.find_last(GAVE) == "it"
