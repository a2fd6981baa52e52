"""What the host reads is of the form that its types say, or one sentence names the field."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.json_reading import JsonError, convert_json, parse_json, read_json_as
from graph_goldens.keys import Key


@dataclass(frozen=True)
class Inner:
    number: int
    keys: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Outer:
    name: str
    inner: tuple[Inner, ...]
    place: Path = Path()


def test_an_object_becomes_a_dataclass_whose_further_fields_do_not_count() -> None:
    text = '{"name": "a", "inner": [{"number": 1, "keys": [["p/a", "export"]]}], "place": "/x", "more": 1}'
    assert read_json_as(text, Outer) == Outer("a", (Inner(1, frozenset({Key("p/a", "export")})),), Path("/x"))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "Expected `object`, got `array`"),
        ({"name": "a"}, "missing required field `inner`"),
        ({"name": None, "inner": []}, "`name`: Expected `str`, got `null`"),
        ({"name": "a", "inner": [{"number": True}]}, r"`inner\[0\]\.number`: Expected `int`, got `bool`"),
        ({"name": "a", "inner": [{"number": "1"}]}, r"`inner\[0\]\.number`: Expected `int`, got `str`"),
        ({"name": "a", "inner": [{"number": 1, "keys": [["a"]]}]}, r"`inner\[0\]\.keys\[0\]`: Expected"),
        ({"name": "a", "inner": [], "place": 1}, "`place`"),
    ],
)
def test_what_has_another_form_is_refused_with_the_field_that_has_it(value: object, sentence: str) -> None:
    with pytest.raises(JsonError, match=sentence):
        convert_json(value, Outer)


@pytest.mark.parametrize("text", ["", "{", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(JsonError, match="not a line of JSON"):
        parse_json(text)


@given(st.text(st.characters(codec=None)))
def test_any_text_reads_back_lone_surrogates_too(text: str) -> None:
    assert read_json_as(json.dumps({"name": text, "inner": []}), Outer) == Outer(text, ())


def test_a_field_whose_name_is_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(JsonError, match=r"^'\\ud800' is no name of a field$"):
        read_json_as('{"name": "a", "inner": [], "\\ud800": 1}', Outer)
