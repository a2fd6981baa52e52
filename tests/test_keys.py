"""A key is a pair of names, and only names of files below the folder of goldens name a golden."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.keys import Key, make_golden_key


def test_a_key_is_the_pair_of_its_names() -> None:
    key = make_golden_key("p/a", "export")
    assert key == Key("p/a", "export") == ("p/a", "export")
    assert hash(key) == hash(("p/a", "export"))
    assert (key.case, key.path, json.dumps(key)) == ("p/a", "export", '["p/a", "export"]')


@pytest.mark.parametrize(
    ("case", "path"),
    [("", "x"), ("p//a", "x"), ("../a", "x"), ("p/.a", "x"), ("/a", "x"), ("p/a", "x/y"), ("p/a", "..")],
)
def test_names_that_lead_elsewhere_cannot_name_a_golden(case: str, path: str) -> None:
    with pytest.raises(UserError, match="cannot name a golden's file"):
        make_golden_key(case, path)


@given(st.text(), st.text())
def test_what_can_name_a_golden_stays_below_its_folder_and_steers_no_terminal(case: str, path: str) -> None:
    try:
        key = make_golden_key(case, path)
    except UserError:
        return
    parts = (*key.case.split("/"), key.path)
    assert not any(part in ("", ".", "..") or "\\" in part or part.startswith(".") for part in parts)
    assert all(char >= " " and char != "\x7f" for part in parts for char in part)
    assert "/" not in key.path
