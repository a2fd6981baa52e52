"""Bring a golden's facts and its reason to what newer rules write, as far as its stored text allows."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from graph_goldens.capture.normalise.rules import ERROR, normalise
from graph_goldens.records import Json, Outcome, Record

_RAISED = re.compile(
    r"\A((?:eager|running|retracing) raises |raises |)([A-Za-z_]\w*)(?:: (.*))?\Z", re.DOTALL
)


def add_fact(golden: Record, record: Record, name: str, paths: Collection[str] = ()) -> Record:
    """Add a fact that the record has and the golden does not; of some tracing paths alone, or of all."""
    if name in golden.facts or name not in record.facts or (paths and golden.path not in paths):
        return golden
    return _set_fact(golden, name, record.facts[name])


def _set_fact(golden: Record, name: str, value: Json) -> Record:
    return replace(golden, facts=dict(sorted({**golden.facts, name: value}.items())))


def reword_fact(golden: Record, record: Record, name: str, words: Mapping[str, str]) -> Record:
    """Put the words of now in place of those of before, where the whole fact is such words."""
    value = golden.facts.get(name)
    if isinstance(value, str) and words.get(value) == record.facts.get(name):
        return _set_fact(golden, name, words[value])
    return golden


def split_restarts(golden: Record, record: Record) -> Record:
    """Count frames without the restarts, which are counted apart, where the two add up to what was."""
    old, new, apart = (golden.facts.get("frames"), record.facts.get("frames"), record.facts.get("restarts"))
    if not (isinstance(old, list) and isinstance(new, list) and len(old) == len(new)) or old == new:
        return golden
    gone = [int(str(one)) - int(str(other)) for one, other in zip(old, new, strict=True)]
    grows = gone == sorted(gone) and gone[0] >= 0
    return _set_fact(golden, "frames", new) if grows and gone[-1] == apart else golden


def list_breaks(golden: Record, record: Record) -> Record:
    """List graph breaks with function and reason, where they are as many of each kind as were counted."""
    old, new = golden.facts.get("graph_breaks"), record.facts.get("graph_breaks")
    if not isinstance(old, dict) or not isinstance(new, list):
        return golden
    kinds = Counter(str(each["reason"]).split("\n")[0] for each in new if isinstance(each, dict))
    counted = {normalise(kind, ERROR): count for kind, count in old.items()}
    return _set_fact(golden, "graph_breaks", new) if counted == dict(kinds) else golden


def cut_reason(golden: Record, record: Record) -> Record:
    """Cut the reason of an error as the rules do now; empty lines, which they go by, were not stored."""
    if golden.outcome is not record.outcome or golden.outcome is not Outcome.ERROR:
        return golden
    return replace(golden, reason=_cut(golden.reason, record.reason))


def cut_facts(golden: Record, record: Record) -> Record:
    """Cut the errors that facts tell of."""
    facts = {name: _cut_value(value, record.facts.get(name)) for name, value in golden.facts.items()}
    return replace(golden, facts=facts)


def _cut_value(old: Json, new: Json) -> Json:
    return _cut(old, new) if isinstance(old, str) and isinstance(new, str) else old


def _cut(old: str, new: str) -> str:
    """Apply the rules for errors; of what they leave, as many lines are kept as the record has."""
    found = _RAISED.match(old)
    if found is None or old == new:
        return old
    prefix, name, message = found[1], found[2], found[3] or ""
    text = normalise(message, ERROR)
    cut = f"{prefix}{name}: {text}" if text else f"{prefix}{name}"
    lines, wanted = cut.split("\n"), new.split("\n")
    return new if lines[: len(wanted)] == wanted else cut


def count_second_try(golden: Record, record: Record) -> Record:
    """Count what a second try of export-functional called too, where the first failed as it did before."""
    old, new = golden.facts.get("after_tracing"), record.facts.get("after_tracing")
    failed = golden.path == "export-functional" and golden.outcome is record.outcome is Outcome.ERROR
    explained = failed and isinstance(old, dict) and _adds_alone(old, new)
    return _set_fact(golden, "after_tracing", new) if explained else golden


def _adds_alone(old: Json, new: Json) -> bool:
    """Whether no number is less than it was, and all else is equal: a second try takes no call back."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_adds_alone(old[name], new[name]) for name in old)
    if type(old) is int and type(new) is int:
        return new >= old
    return old == new
