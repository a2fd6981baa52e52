"""Whatever a graph, a case or an error holds: at each border to people a reader can see all of it."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph_goldens.cli.consoles import VisibleConsole
from graph_goldens.cli.output import print_json
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.report.cluster_text import Commands, show_clusters
from graph_goldens.report.drift_text import format_drift, print_lines
from graph_goldens.report.formats.table import FORMAT_ROWS, Format
from graph_goldens.report.model import Item, Problem, ProblemKind, Report
from tests.report.page_reader import read_page_report, read_page_texts
from tests.report.reporting import drift, failed, report, run_section

UNSEEN = st.text(
    st.characters(categories=("Cc", "Cf", "Zl", "Zp", "Cs")) | st.sampled_from("ab "), max_size=8
)
ATTACK = "\x1b[2J\x9b31m\u202egnp\u2066\u2028\x85\r\x00\ud800"


def fill(text: str) -> Report:
    """A report that holds a text in every place that a stranger can fill."""
    drifts = (failed(f"p/{text}", f"RuntimeError: {text}"), drift("p/b", f"e{text}", new=f"out {text}"))
    items = tuple(Item(each, f"g/{text}.md", because=f"since {text}", line=3) for each in drifts)
    problem = Problem(ProblemKind.UNREADABLE, f"p/{text}", f"e{text}", f"wrong: {text}", f"g/{text}.md")
    section = run_section(items=items, problems=(problem,), title=f"torch {text}", after=f"2.15.0{text}")
    return replace(
        report(section),
        title=f"title {text}",
        records={each.record.key: each.record for each in drifts},
        programs={f"p/{text}": f"def program():\n    {text}"},
    )


def find_unseen(text: str) -> set[str]:
    return {char for char in text if not char.isprintable()} - {"\n", "\t"}


def list_texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (found for inner in value.values() for found in list_texts(inner))
        case list():
            yield from (found for inner in value for found in list_texts(inner))


@pytest.mark.parametrize("wanted", Format, ids=lambda each: each.value)
@given(text=UNSEEN)
@example(text=ATTACK)
@settings(max_examples=25, deadline=None)
def test_no_format_holds_what_a_reader_cannot_see(wanted: Format, text: str) -> None:
    own = find_unseen(FORMAT_ROWS[wanted].render(fill("plain")))
    assert find_unseen(FORMAT_ROWS[wanted].render(fill(text))) <= own


@given(text=UNSEEN)
@example(text=ATTACK)
@settings(max_examples=25, deadline=None)
def test_what_readers_of_a_format_decode_can_be_seen_too(text: str) -> None:
    found = fill(text)
    sarif = json.loads(FORMAT_ROWS[Format.SARIF].render(found))
    page = FORMAT_ROWS[Format.HTML].render(found)
    data = [read_page_report(page), read_page_texts(page)]
    suites = ElementTree.fromstring(FORMAT_ROWS[Format.JUNIT].render(found))
    inside = [each for element in suites.iter() for each in (element.text or "", *element.attrib.values())]
    github = re.sub(
        "%([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), FORMAT_ROWS[Format.GITHUB].render(found)
    )
    shown = "".join([*list_texts(sarif), *list_texts(data), *inside, github])
    assert find_unseen(shown) == set()


@given(text=UNSEEN, terminal=st.booleans())
@example(text=ATTACK, terminal=True)
@settings(max_examples=25, deadline=None)
def test_nothing_steers_a_terminal(text: str, terminal: bool) -> None:
    stream = io.StringIO()
    console = VisibleConsole(
        file=stream, highlight=False, force_terminal=terminal, color_system=None, width=60
    )
    drifts = [item.drift for section in fill(text).sections for item in section.items]
    for each in drifts:
        print_lines(console, format_drift(each))
    show_clusters(console, find_clusters(drifts), Commands("", ""), everything=True)
    assert find_unseen(stream.getvalue()) == set()


@given(text=UNSEEN)
@example(text=ATTACK)
@settings(max_examples=25, deadline=None)
def test_printed_json_says_all_of_it_and_shows_all_of_it(text: str) -> None:
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stream)
        print_json({"reason": text})
    assert find_unseen(stream.getvalue()) == set()
    joined = text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )  # JSON knows pairs alone
    assert json.loads(stream.getvalue()) == {"reason": joined}
