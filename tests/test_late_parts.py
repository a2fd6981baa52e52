"""Every part that is imported late is where the table says, and is imported no sooner than it is needed."""

import subprocess
import sys

import pytest

from graph_goldens.late_parts import PARTS, load_part

COMPARE = """
import sys
from graph_goldens.drift.compare import compare
from graph_goldens.records import Outcome, Record

old = Record("p/one", "export", Outcome.ERROR, "RuntimeError: no", {{"count": [1, 2]}})
new = Record("p/one", "export", Outcome.ERROR, "{reason}", {{"count": {count}}})
print(sorted(edit.where for edit in compare(old, new).edits), "deepdiff" in sys.modules)
"""


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_where_the_table_says(name: str) -> None:
    assert callable(load_part(name))


@pytest.mark.parametrize(
    ("reason", "count", "said"),
    [
        ("RuntimeError: other", "[1, 2]", "['outcome'] False"),
        ("RuntimeError: no", "{'a': 1}", "['facts.count'] False"),
        ("RuntimeError: no", "[1, 3]", "['facts.count'] True"),
    ],
)
def test_what_compares_lists_is_imported_where_lists_differ(reason: str, count: str, said: str) -> None:
    program = COMPARE.format(reason=reason, count=count)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == said
