"""What differs between the facts of two records, in words."""

import json
from collections.abc import Iterable, Iterator, Mapping

from deepdiff import DeepDiff
from deepdiff.helper import notpresent

from harness.drift.classes import DriftClass
from harness.drift.drift import Edit
from harness.records import Json

_CLASSES = {
    **dict.fromkeys(("graphs", "graph_breaks", "frames", "recompilations"), DriftClass.CAPTURE),
    **dict.fromkeys(("inputs", "outputs", "unbacked"), DriftClass.INTERFACE),
}
LONGEST = 80


def fact_edits(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Edit]:
    """Give an edit for each place in which the facts differ; `1`, `1.0` and `true` are different facts."""
    for name in sorted({*old, *new}):
        kind = _CLASSES.get(name, DriftClass.BEHAVIOUR)
        for sentence in _fact_sentences(name, old, new):
            yield Edit(kind, f"facts.{name}", sentence)


def _fact_sentences(name: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    if name not in new:
        yield f"- {name}, which was {_words(old[name])}"
    elif name not in old:
        yield f"+ {name}: {_words(new[name])}"
    elif _text(old[name]) != _text(new[name]):
        yield from _changes(name, old[name], new[name])


def _changes(name: str, old: Json, new: Json) -> Iterator[str]:
    tree = DeepDiff(old, new, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    levels = sorted((level for found in tree.values() for level in found), key=lambda level: level.path())
    for level in levels:
        place = _place(level.path(output_format="list"))
        yield f"{name}{place}: {_words_or_none(level.t1)} → {_words_or_none(level.t2)}"
    if not levels:  # what deepdiff takes for equal: 0.0 and -0.0, say
        yield f"{name}: {_words(old)} → {_words(new)}"


def _place(parts: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _words_or_none(value: object) -> str:
    return "nothing" if value is notpresent else _words(value)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _words(value: object) -> str:
    text = _text(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
