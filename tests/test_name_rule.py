"""One rule says what may name a case or a tracing path."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.names import LONGEST_NAME, explain_bad_name


@pytest.mark.parametrize("name", ["export", "make-fx-real", "Foo_1", "größe", "2d", "a" * LONGEST_NAME])
def test_a_plain_name_is_a_name(name: str) -> None:
    assert explain_bad_name(name) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("a\x1b", "printed"),
        ("a" * (LONGEST_NAME + 1), "longer than 200 bytes"),
        ("ä" * 101, "longer than 200 bytes"),
        ("con", "Windows"),
        ("AUX.txt", "Windows"),
        ("a:b", "Windows"),
        ("a/b", "Windows"),
        ("a.", "Windows"),
        (".a", "hidden"),
        ("a\u0308", "composed form"),
    ],
)
def test_what_some_system_cannot_hold_is_refused(name: str, why: str) -> None:
    assert why in explain_bad_name(name)


@given(st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=60))
def test_words_are_names_unless_they_are_devices(word: str) -> None:
    devices = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
    assert (explain_bad_name(word) == "") == (word.casefold() not in devices)
