"""A mistake is told to who selects the cases that it costs, and to nobody else."""

import pytest

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments.worker_messages import CaseListing, ListedCase
from graph_goldens.errors import UserError
from graph_goldens.runs.listed_selection import demand_no_mistakes, select_listed
from graph_goldens.runs.selection import Selection

GOOD = tuple(ListedCase(name, ("export",), "d", "p/good.py", 1) for name in ("p/good", "q/good"))
BAD = Mistake("p/bad.py", "ValueError: no", ("p/bad",))
UNKNOWN = Mistake("q/unread.py", "SyntaxError: no")
LISTING = CaseListing(GOOD, (BAD, UNKNOWN))
KEYS = [("p/good", "export"), ("q/good", "export")]


@pytest.mark.parametrize(
    ("selectors", "keys", "met"),
    [
        ((), KEYS, (BAD, UNKNOWN)),
        (("p",), KEYS[:1], (BAD,)),
        (("q",), KEYS[1:], (UNKNOWN,)),
        (("p/good",), KEYS[:1], ()),
        (("p/bad",), [], (BAD,)),
        (("p/bad", "q/good"), KEYS[1:], (BAD,)),
        (("*bad*",), [], (BAD,)),
    ],
)
def test_who_selects_its_cases_meets_a_mistake(
    selectors: tuple[str, ...], keys: list[tuple[str, str]], met: tuple[Mistake, ...]
) -> None:
    assert select_listed(LISTING, Selection(selectors)) == (keys, met)


def test_a_name_that_nothing_answers_to_is_an_error_beside_a_mistake_too() -> None:
    with pytest.raises(UserError, match="'p/typo' matches no case"):
        select_listed(LISTING, Selection(("p/bad", "p/typo")))
    with pytest.raises(UserError, match="'exprot' matches no tracing path; did you mean export"):
        select_listed(LISTING, Selection((), ("exprot",)))


LOST = Mistake("p/paths.py", "no such place", line=3, path="lost")
NAMED = Mistake("[tool.goldens.tracing-paths]", "no such module", path="named")
RULE = Mistake("p/paths.py", "another result", line=9, rule="hide")
OF_PATHS = CaseListing(GOOD, (LOST, NAMED, RULE))


@pytest.mark.parametrize(
    ("selection", "met"),
    [
        (Selection(), (LOST, NAMED, RULE)),
        (Selection(("good",)), (LOST, NAMED, RULE)),
        (Selection(("q",)), (NAMED,)),
        (Selection(("p/good",)), (LOST, NAMED, RULE)),
        (Selection(("p/good",), ("export",)), (RULE,)),
        (Selection((), ("export", "named")), (NAMED, RULE)),
    ],
)
def test_who_selects_cases_of_its_pack_meets_a_mistake_of_a_path(
    selection: Selection, met: tuple[Mistake, ...]
) -> None:
    assert select_listed(OF_PATHS, selection)[1] == met


def test_who_asks_for_a_path_that_cannot_be_used_alone_is_told_why_and_nothing_is_captured() -> None:
    assert select_listed(OF_PATHS, Selection(("p/good",), ("lost",))) == ([], (LOST, RULE))
    with pytest.raises(UserError, match="'lots' matches no tracing path; there are export; see"):
        select_listed(OF_PATHS, Selection((), ("lots",)))


def test_where_no_case_can_be_used_its_mistakes_are_met() -> None:
    assert select_listed(CaseListing((), (BAD,)), Selection()) == ([], (BAD,))


def test_what_needs_all_cases_refuses_mistakes() -> None:
    demand_no_mistakes(())
    with pytest.raises(UserError, match=r"p/bad\.py cannot be used: ValueError: no \(and 1 more mistakes\)"):
        demand_no_mistakes((BAD, UNKNOWN))
