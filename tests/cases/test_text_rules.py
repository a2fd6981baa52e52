"""An own rule is known by its mark, and its example must hold."""

import re

import pytest

from graph_goldens import text_rule
from graph_goldens.cases.text_rules import explain_rule, find_rule_mistakes, is_rule


@text_rule(example=("scale=0.5", "scale=<number>"))
def hide_scales(text: str) -> str:
    return re.sub(r"scale=[0-9.]+", "scale=<number>", text)


@text_rule(example=("a", "aa"), name="twice")
def double(text: str) -> str:
    return text + text


@text_rule(example=("a", "b"))
def fail(text: str) -> str:
    raise ValueError("no\nsecond line")


def test_a_rule_whose_example_holds_has_nothing_wrong_with_it() -> None:
    assert explain_rule(hide_scales) == ""
    assert is_rule(hide_scales)
    assert not is_rule(str.upper)
    assert explain_rule(str.upper) == ""


def test_a_rule_that_changes_its_own_result_is_refused() -> None:
    assert explain_rule(double) == "it makes 'aaaa' of 'aa', and its example says 'aa'"


def test_a_rule_that_raises_is_refused_in_one_line() -> None:
    assert explain_rule(fail) == "it raises ValueError: no for 'a'"


@pytest.mark.parametrize("example", ["ab", ("a",), ("a", 3), None])
def test_an_example_that_is_no_pair_of_texts_is_refused(example: object) -> None:
    rule = text_rule(example=example)(lambda text: text)  # type: ignore[arg-type]
    assert explain_rule(rule) == "its example is no pair of texts"


def test_a_rule_marks_a_function() -> None:
    with pytest.raises(TypeError, match="written above a function"):
        text_rule(example=("a", "b"))(3)  # type: ignore[type-var]


def test_the_rules_of_a_module_are_told_where_they_are_written_and_others_are_not() -> None:
    members = {"double": double, "hide": hide_scales, "fail": fail, "re": re}
    (first, second) = find_rule_mistakes(members, __name__, "p/rules.py")
    assert str(first).startswith(f"p/rules.py:{first.line}: the text rule twice cannot be used: it makes")
    assert (first.rule, second.rule) == ("twice", "fail")
    assert first.line > 1
    assert list(find_rule_mistakes(members, "another.module", "p/rules.py")) == []
