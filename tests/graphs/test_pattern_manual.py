"""The manual of patterns: each example in it is run, and its grammar is the reader's."""

import re
from pathlib import Path

import pytest

from graph_goldens.graphs import pattern_reader
from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.pattern_matching import find_places
from graph_goldens.graphs.pattern_reader import read_pattern

MANUAL = (Path(__file__).parents[2] / "docs" / "patterns.md").read_text(encoding="utf-8")
GRAPH = MANUAL.partition("```text\n")[2].partition("\n```")[0]
ROWS = re.findall(r"^\| `(.+?)` \| ((?:`\w+`(?:, )?)*) ?\| (.+) \|$", MANUAL, re.MULTILINE)


def test_the_table_of_examples_is_read_whole() -> None:
    assert len(ROWS) == sum(line.startswith("| `") for line in MANUAL.splitlines()) > 30


@pytest.mark.parametrize(("text", "nodes", "why"), ROWS)
def test_an_example_stands_where_the_manual_says(text: str, nodes: str, why: str) -> None:
    pattern = read_pattern(text.replace("\\|", "|"))
    places = list(find_places(pattern, read_graph(GRAPH), {"relu": "float16"}))
    assert [place.node for place in places] == re.findall(r"\w+", nodes), why


def test_captures_mean_what_the_manual_says() -> None:
    (place,) = find_places(read_pattern("aten.linear(%x, %w, %b)"), read_graph(GRAPH))
    assert place.captures == {"x": "%x", "w": "%p_weight", "b": "%p_bias"}


def test_the_grammar_of_the_manual_is_that_of_the_reader() -> None:
    grammar = MANUAL.rpartition("```text\n")[2].partition("```")[0]
    doc = pattern_reader.__doc__ or ""
    assert [line.strip() for line in grammar.strip().splitlines()] == [
        line.strip() for line in doc.strip().splitlines()[2:]
    ]
