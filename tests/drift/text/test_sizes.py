import pytest

from graph_goldens.drift.text.sizes import generalise_sizes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[s0, s1]", "[s1, s0]", "sizes exchanged"),
        ("[s0, s1]", "[s0, s0]", "sizes became one"),
        ("[s0, s1]", "[5, s1]", "symbol became a number"),
        ("[5, s1]", "[s0, s1]", "number became a symbol"),
        ("[2, 3]", "[2, 4]", "other sizes"),
        ("[2, 3]", "[6]", "fewer dimensions"),
        ("[]", "[1]", "more dimensions"),
    ],
)
def test_a_shape_s_change_is_told_without_its_sizes(old: str, new: str, words: str) -> None:
    assert generalise_sizes(old, new) == words
