"""Own tracing paths take their places among PyTorch's, each once, and warm up with what they come after."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.known_paths import ONLY_BUILT_IN, arrange_paths
from graph_goldens.cases.own_paths import FoundPath
from graph_goldens.cases.path_rows import PATH_ROWS, WarmUp, find_stage


def trace(tracing: Any) -> None:
    """Record nothing."""


def make_path(name: str, after: str = "", pack: str = "p", function: Any = trace) -> FoundPath:
    return FoundPath(name, function, f"{pack}/paths.py", 3, f"cases.{pack}.paths", after, frozenset({pack}))


def test_without_own_paths_there_are_pytorchs() -> None:
    assert ONLY_BUILT_IN.list_for("p") == tuple(PATH_ROWS)
    assert all(ONLY_BUILT_IN.find_stage(name) is find_stage(name) for name in PATH_ROWS)
    assert ONLY_BUILT_IN.find_own("export") is None


def test_a_path_stands_behind_the_one_that_it_comes_after_and_behind_its_elders() -> None:
    found = [
        make_path("last"),
        make_path("one", "export"),
        make_path("two", "export"),
        make_path("in", "one"),
    ]
    known, mistakes = arrange_paths(found)
    at = known.order.index("export")
    assert (known.order[at : at + 4], known.order[-1]) == (("export", "one", "in", "two"), "last")
    assert mistakes == []


def test_a_path_is_warmed_up_with_what_it_comes_after() -> None:
    known, _ = arrange_paths([make_path("one", "export"), make_path("two", "one"), make_path("last")])
    stages = [known.find_stage(name) for name in ("one", "two", "last", "compile-inductor")]
    assert stages == [WarmUp.QUICK, WarmUp.QUICK, WarmUp.SLOW, WarmUp.INDUCTOR]


def test_a_path_serves_its_pack_and_one_function_in_two_packs_is_one_path() -> None:
    known, mistakes = arrange_paths([make_path("one"), make_path("one", pack="q"), make_path("two")])
    assert mistakes == []
    assert [set(known.list_for(pack)) - set(PATH_ROWS) for pack in "pqr"] == [{"one", "two"}, {"one"}, set()]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (make_path("export"), "that is the name of a tracing path of PyTorch"),
        (make_path("Export"), "that is the name of a tracing path of PyTorch"),
        (make_path("facts"), "that is the name of a tracing path of PyTorch"),
        (make_path("a/b"), "its name cannot name a file on Windows"),
        (make_path(""), "its name is empty"),
        (make_path("x" * 300), "its name is longer than 200 bytes"),
        (make_path("one", "exprot"), "'exprot', which is no tracing path; did you mean `export`?"),
        (make_path("one", "one"), "it comes after one, which comes after nothing that is there"),
        (make_path("one", function=3), "it is of type int, and no function that takes a Tracing"),
        (make_path("one", function=lambda: None), "a function that takes one Tracing and nothing else"),
    ],
)
def test_what_cannot_be_used_is_told_and_left_out(path: FoundPath, sentence: str) -> None:
    known, (mistake,) = arrange_paths([path])
    assert sentence in str(mistake)
    assert str(mistake).startswith(f"p/paths.py:3: the tracing path {path.name or 'without a name'} cannot")
    assert known.order == tuple(PATH_ROWS)


def test_two_functions_of_one_name_are_both_left_out_and_the_other_place_is_named() -> None:
    known, (mistake,) = arrange_paths([make_path("one"), make_path("one", pack="q", function=print)])
    assert "another one of that name is in p/paths.py:3" in str(mistake)
    assert known.order == tuple(PATH_ROWS)


names = st.sampled_from(["a", "b", "c", "d"])


@given(st.dictionaries(names, st.one_of(names, st.sampled_from(["", "export", "nothing"]))))
def test_each_path_is_listed_once_behind_its_own_or_told_once(afters: dict[str, str]) -> None:
    known, mistakes = arrange_paths([make_path(name, after) for name, after in afters.items()])
    assert sorted(known.order) == sorted([*PATH_ROWS, *known.own])
    assert sorted([*known.own, *(mistake.path for mistake in mistakes)]) == sorted(afters)
    assert [name for name in known.order if name in PATH_ROWS] == list(PATH_ROWS)
    for name in known.own:
        assert not afters[name] or known.order.index(afters[name]) < known.order.index(name)
