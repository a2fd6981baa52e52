"""Identities of objects are numbered by first appearance, and the program's own names stay."""

import pytest

from graph_goldens.capture.normalise.identities import Identities

FIRST, SECOND = "140031920574832", "140031920574999"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"G['_{FIRST}_c6'].Tensor", "G['_<id 0>'].Tensor"),
        (f"___unnamed_scope_{FIRST}_c6", "___unnamed_scope_<id 0>"),
        (f"__optimizer_{FIRST}_{SECOND}_c14", "__optimizer_<id 0>_<id 1>"),
        (f"__subclass_Mine_{FIRST}_c6", "__subclass_Mine_<id 0>"),
        (f"dict_g_subclass_mine_{FIRST}_c5_dict_f_0_", "dict_g_subclass_mine_id0_dict_f_0_"),
        (f"_{FIRST}_c5x", f"_{FIRST}_c5x"),
        (f"_{SECOND}_c1 and _{FIRST}_c1 and _{SECOND}_c2", "_<id 0> and _<id 1> and _<id 0>"),
        ("x_12345_c6", "x_12345_c6"),
    ],
)
def test_a_name_by_identity_is_numbered(text: str, named: str) -> None:
    assert Identities().in_names(text) == named


def test_a_name_of_the_program_itself_stays() -> None:
    own = f"_{FIRST}_c6"
    assert Identities({own}).in_names(f"self.{own} and _{SECOND}_c6") == f"self.{own} and _<id 0>"


def test_a_number_that_is_an_address_is_numbered_in_messages_alone() -> None:
    text = f"({FIRST}) is not tracked, {SECOND}, 12345678901234"
    assert Identities().in_messages(text) == "(<id 0>) is not tracked, <id 1>, 12345678901234"
    assert Identities().in_names(text) == text


def test_a_name_of_the_program_stays_within_a_longer_name() -> None:
    own = Identities({"_140031920574832_c6"})
    assert own.in_names("p__140031920574832_c6 and __optimizer_140031920574833_c6") == (
        "p__140031920574832_c6 and __optimizer_<id 0>"
    )
