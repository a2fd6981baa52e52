"""The mark of an own tracing path: bare or with words, named by the function, found as a member."""

import functools
from typing import Any

import pytest

from graph_goldens import tracing_path
from graph_goldens.cases.own_paths import find_marked_paths, read_named_path


@tracing_path
def plain_one(tracing: Any) -> None:
    """Record nothing."""


@tracing_path(after="export", name="other")
def second(tracing: Any) -> None:
    """Record nothing."""


def unmarked(tracing: Any) -> None:
    """Record nothing."""


def find(**members: object) -> list[tuple[str, str, int]]:
    found = find_marked_paths(members, __name__, "p/paths.py", "p")
    return [(path.name, path.after, path.line) for path in found]


def test_a_path_is_named_as_its_function_or_as_it_says() -> None:
    (one, two) = find(plain_one=plain_one, second=second, unmarked=unmarked, number=3)
    assert (one[:2], two[:2]) == (("plain-one", ""), ("other", "export"))
    assert one[2] < two[2]


def test_a_path_with_two_names_in_a_module_is_one_path() -> None:
    assert len(find(plain_one=plain_one, again=plain_one)) == 1


def test_a_path_that_a_module_imports_is_found_without_a_line() -> None:
    (found,) = find_marked_paths({"plain_one": plain_one}, "cases.p.elsewhere", "p/elsewhere.py", "p")
    assert (found.line, found.packs) == (0, frozenset({"p"}))


def test_a_wrapped_path_counts_as_the_wrapper() -> None:
    @functools.wraps(plain_one)
    def wrapper(tracing: Any) -> None:
        plain_one(tracing)

    (found,) = find_marked_paths({"wrapper": wrapper}, __name__, "p/paths.py", "p")
    assert found.trace is wrapper


def test_the_mark_wants_a_function() -> None:
    with pytest.raises(TypeError, match="written above a function"):
        tracing_path(3)  # type: ignore[call-overload]


def test_what_settings_name_needs_no_mark_and_has_the_name_that_it_has_there() -> None:
    assert read_named_path("here", "m:unmarked", unmarked, "settings").name == "here"
    found = read_named_path("here", "m:second", second, "settings")
    assert (found.name, found.after, found.module, found.packs) == ("here", "export", "m", frozenset())
