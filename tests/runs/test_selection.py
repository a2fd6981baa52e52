"""What a person types chooses cases and tracing paths, and what matches nothing is an error."""

import pytest

from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection, matches_case, select

KEYS = [
    Key("torchbind/attribute", "export"),
    Key("torchbind/attribute", "make-fx-real"),
    Key("torchbind/attribute_as_argument", "export"),
    Key("shapes/flat", "export"),
]


@pytest.mark.parametrize(
    ("selectors", "paths", "chosen"),
    [
        ((), (), KEYS),
        (("torchbind/attribute",), (), KEYS[:2]),
        (("attribute",), (), KEYS[:2]),
        (("torchbind",), (), KEYS[:3]),
        (("torchbind/",), (), KEYS[:3]),
        (("torchbind/attribute*",), (), KEYS[:3]),
        (("*/flat", "attribute"), ("export",), [KEYS[0], KEYS[3]]),
        ((), ("make-fx-*",), [KEYS[1]]),
    ],
)
def test_a_selection_chooses(selectors: tuple[str, ...], paths: tuple[str, ...], chosen: list[Key]) -> None:
    assert select(KEYS, Selection(selectors, paths)) == chosen


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(("atribute",)), "'atribute' matches no case; did you mean torchbind/attribute? or see"),
        (Selection(("zzz",)), "'zzz' matches no case; see `goldens list`"),
        (Selection((), ("exprt",)), "'exprt' matches no tracing path; did you mean export?"),
        (Selection(("attribute", "zzz")), "'zzz' matches no case"),
        (Selection(("flat",), ("make-fx-real",)), "no case that is chosen goes through make-fx-real"),
    ],
)
def test_what_matches_nothing_is_refused_with_what_is_near(selection: Selection, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        select(KEYS, selection)
    assert sentence in str(caught.value)


def test_a_full_name_does_not_choose_its_namesakes() -> None:
    assert not matches_case("torchbind/attribute_as_argument", "torchbind/attribute")


def test_a_selection_is_said_as_a_command_line_says_it() -> None:
    assert Selection(("a", "b*"), ("export",)).arguments == "a 'b*' --path export"
    keys = frozenset((Key("p/b", "export"), Key("p/a", "export"), Key("p/a", "export-strict")))
    assert Selection(keys=keys).arguments == "p/a p/b --path export --path export-strict"
    assert Selection(keys=keys | {Key("p/c", "")}).arguments == "p/a p/b p/c"
    assert Selection().everything
    assert not Selection(("a",)).everything
