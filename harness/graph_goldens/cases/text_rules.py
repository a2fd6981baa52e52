"""A project's own normalisation rules, each with an example that is checked, and its own kinds of text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from graph_goldens.cases.mistakes import Mistake, word_error
from graph_goldens.cases.own_paths import spell_path_name

RULE_MARK = "__graph_goldens_rule__"

RuleFunction = TypeVar("RuleFunction", bound=Callable[[str], str])
_MOST_SHOWN = 60


@dataclass(frozen=True)
class RuleMark:
    """What is said of an own normalisation rule.

    Attributes:
        name: its name.
        example: a text, and what the rule makes of it.
    """

    name: str
    example: tuple[str, str]


@dataclass(frozen=True)
class TextKind:
    """An own kind of text that a tracing path records.

    Attributes:
        name: its name, the last part of the names of its texts: `partitions` of `fused.partitions`.
        rules: the normalisation rules that are applied to its texts, in order, before those of every text.
    """

    name: str
    rules: Sequence[Callable[[str], str]] = ()


def text_rule(*, example: tuple[str, str], name: str = "") -> Callable[[RuleFunction], RuleFunction]:
    """Mark a function from text to text as a normalisation rule, which own tracing paths apply.

    Args:
        example: a text, and what the rule makes of it; the rule must change nothing of that.
        name: its name; the function's, with `-` for `_`, where left out.
    """
    return partial(_mark_rule, example=example, name=name)


def _mark_rule(function: RuleFunction, *, example: tuple[str, str], name: str) -> RuleFunction:
    if not callable(function):
        raise TypeError('@text_rule is written above a function, with example=("before", "after")')
    setattr(function, RULE_MARK, RuleMark(name or spell_path_name(function.__name__), example))
    return function


def find_rule_mistakes(members: Mapping[str, object], module: str, file: str) -> Iterator[Mistake]:
    """Find the rules of a module whose examples do not hold; each is told where it is written."""
    for member in members.values():
        if getattr(member, "__module__", "") == module and (mistake := explain_rule(member)):
            mark = getattr(member, RULE_MARK)
            line = getattr(getattr(member, "__code__", None), "co_firstlineno", 0)
            yield Mistake(file, mistake, line=line, rule=mark.name)


def explain_rule(rule: Any) -> str:
    """Say why the example of a rule does not hold; empty where it does, or it is no rule."""
    mark = getattr(rule, "__dict__", {}).get(RULE_MARK)
    if not isinstance(mark, RuleMark):
        return ""
    example = mark.example
    if not isinstance(example, tuple) or [type(text) for text in example] != [str, str]:
        return "its example is no pair of texts"
    for text in example:
        try:
            made = rule(text)
        except Exception as error:
            return f"it raises {word_error(error)} for {_shorten(text)}"
        if made != example[1]:
            return (
                f"it makes {_shorten(made)} of {_shorten(text)}, and its example says {_shorten(example[1])}"
            )
    return ""


def is_rule(rule: object) -> bool:
    """Whether something is marked as a normalisation rule."""
    return RULE_MARK in getattr(rule, "__dict__", {})


def _shorten(text: object) -> str:
    shown = repr(text)
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
