"""docs/facts.md names each fact that a case may claim, and exactly the tracing paths that record it."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph_goldens.cases.path_rows import ANY_FACTS, PATH_ROWS

MANUAL = Path(__file__).parents[1] / "docs" / "facts.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+ \|$", re.MULTILINE)


def word_paths(fact: str) -> str:
    """Word which tracing paths record a fact: `any`, those of a family by a pattern, others by name."""
    if fact in ANY_FACTS:
        return "any"
    left = [name for name, row in PATH_ROWS.items() if fact in row.facts]
    return "all" if len(left) == len(PATH_ROWS) else ", ".join(_word_families(left))


def _word_families(paths: list[str]) -> Iterator[str]:
    for family in ("make-fx", "aot", "compile"):
        members = [name for name in PATH_ROWS if name.startswith(f"{family}-")]
        if set(members) <= set(paths):
            yield f"`{family}-*`"
            paths = [name for name in paths if name not in members]
    yield from (f"`{name}`" for name in paths)


def test_each_fact_stands_there_with_the_paths_that_record_it() -> None:
    told = dict(ROW.findall(MANUAL.read_text(encoding="utf-8")))
    names = ANY_FACTS.union(*(row.facts for row in PATH_ROWS.values()))
    assert told == {name: word_paths(name) for name in names}
