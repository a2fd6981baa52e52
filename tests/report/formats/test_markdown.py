"""Markdown for a comment: worst first, capped, and nothing of a graph means anything in it."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from packaging.version import Version

from graph_goldens.drift.classes import Severity
from graph_goldens.goldens.known_drift import KnownDrift, KnownKind
from graph_goldens.keys import Key
from graph_goldens.report.formats.code_spans import format_code
from graph_goldens.report.formats.markdown import LIMIT, MARKER, render_markdown
from graph_goldens.report.model import Report
from tests.report.reporting import HOSTILE, drift, failed, hostile, item, judged, mixed, report, run_section

OURS = re.compile(r"</?details>|</?summary>|</?b>|</?code>")


def parsed(text: str) -> list[Token]:
    """Every token of a text, those within paragraphs and cells included."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [each for token in tokens for each in (token, *(token.children or ()))]


def test_it_says_first_how_many_drifts_there_are_of_which_class() -> None:
    lines = render_markdown(mixed()).splitlines()
    assert lines[0] == MARKER == "<!-- graph-goldens -->"
    assert lines[1] == ("### 3 drifts in 3 clusters: outcome 1, interface 1, spelling 1, 4 other findings")


def test_clusters_stand_in_a_table_the_worst_first_and_in_full_below() -> None:
    found = report(run_section(drift("p/a"), drift("p/b"), drift("q/c"), failed("p/d", "RuntimeError: no")))
    text = render_markdown(found)
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert [row.split(" | ")[0] for row in rows] == ["| outcome", "| interface"]
    assert [row.split("<br>")[1].split(" | ")[:2] for row in rows] == [
        ["in `p/d`", "1"],
        ["in `p/a, p/b and 1 more`", "3"],
    ]
    shared = found.spreads[1].cluster
    assert f"`{shared.fingerprint}`" in rows[1]
    assert "- input x\n+ input y\n" in text
    assert f'`goldens accept {shared.fingerprint} --torch 2.15.0 --because "…"`' in text
    assert "- `p/a`: `export`\n- `p/b`: `export`\n- `q/c`: `export`\n" in text
    assert "Left out" not in text


def test_what_the_goldens_already_hold_needs_no_command() -> None:
    accepted = run_section(drift("p/a"), accept=None)
    assert "goldens accept" not in render_markdown(report(accepted))
    because = run_section(items=(item(drift("p/a"), because="2.15 renames it"),), accept=None)
    assert "Because: `2.15 renames it`" in render_markdown(report(because))


def test_a_change_that_several_versions_share_is_told_once() -> None:
    versions = ("2.13.0", "2.14.1", "2.15.0")
    sections = [run_section(drift("p/a"), title=f"torch {each}", after=each) for each in versions]
    text = render_markdown(report(*sections))
    assert text.count("<summary><b>interface</b>") == 1
    assert "| interface | `program.signature: `" not in text
    (row,) = [line for line in text.splitlines() if line.startswith("| interface")]
    assert row.split("<br>")[1].split(" | ")[:3] == ["in `p/a`", "3", "`2.13.0 2.14.1 2.15.0`"]
    assert "| `torch 2.14.1` | 1 | 1 | interface 1 | 0 |" in text
    assert "goldens accept" in text
    assert "--torch" not in text


def test_nothing_to_tell_is_told_too() -> None:
    text = render_markdown(report(run_section()))
    assert text.splitlines()[1] == "### No drift"
    assert "details" not in text


def test_other_findings_are_folded_and_told() -> None:
    text = render_markdown(mixed())
    assert "<summary>4 other findings</summary>" in text
    assert "- not captured: `p/h · export` `the worker died`" in text


def many_clusters(count: int) -> Report:
    drifts = [drift(f"p/{number}", new=f"input {'y' * 50} {number}") for number in range(count)]
    return report(run_section(*drifts))


@pytest.mark.parametrize("limit", [4_000, 10_000, LIMIT])
@pytest.mark.parametrize("count", [1, 60, 600])
def test_it_never_takes_more_than_the_limit_and_says_what_it_left_out(limit: int, count: int) -> None:
    found = many_clusters(count)
    text = render_markdown(found, limit)
    assert len(text.encode()) <= limit
    clusters = len(found.spreads)
    shown = len(re.findall("<summary><b>interface</b>", text))
    rows = sum(line.startswith("| interface") for line in text.splitlines())
    left = clusters - shown
    if left:
        assert f"the differences of {left} cluster{'' if left == 1 else 's'} ({left} golden" in text
    if rows < clusters:
        assert f"{clusters - rows} row{'' if clusters - rows == 1 else 's'} of the table" in text
    assert ("Left out" in text) == (left > 0 or rows < clusters)


def test_known_drift_that_it_left_out_is_counted() -> None:
    drifts = [drift(f"p/c{number}", new=f"input y{number}") for number in range(60)]
    known = KnownDrift(KnownKind.DRIFT, (Key("p/c0", "export"),), "reported " * 20, Version("2.15.0"))
    items = tuple(replace(item(each), known=(known,)) for each in drifts)
    text = render_markdown(report(run_section(known=items)), 6_000)
    shown = sum("`p/c" in line for line in text.splitlines())
    assert 0 < shown < 60
    assert f"**Left out, for want of room:** {60 - shown} clusters of known drift." in text


def test_many_goldens_and_long_texts_are_cut_within_a_cluster() -> None:
    many = [drift(f"p/{at}") for at in range(1_000)]
    long = drift("q/long", new="\n".join(f"input {number}" for number in range(300)))
    text = render_markdown(report(run_section(*many, long)))
    assert len(text.encode()) <= LIMIT
    assert "<summary>1,000 goldens</summary>" in text
    assert "- … and 900 more lines" in text
    assert re.search(r"^… and \d+ more lines$", text, re.MULTILINE)


def test_what_is_cut_is_still_well_formed() -> None:
    for limit in range(4_000, 20_000, 1_700):
        tokens = parsed(render_markdown(hostile(), limit))
        blocks = "".join(token.content for token in tokens if token.type == "html_block")
        assert blocks.count("<details>") == blocks.count("</details>") > 0
        assert blocks.count("<summary>") == blocks.count("</summary>") == blocks.count("<details>")


def test_what_comes_from_graphs_cases_and_people_stands_only_in_code() -> None:
    text = render_markdown(hostile(), 500_000)
    tokens = parsed(text)
    assert not {token.type for token in tokens} & {"link_open", "image", "em_open", "s_open"}
    assert {token.content for token in tokens if token.type == "html_inline"} == {"<br>"}
    plain = " ".join(token.content for token in tokens if token.type == "text")
    for forged in ("@", "#", "http", "www.", "alert", "forged", "secrets", "GH-3", "\u202e", "xxxx"):
        assert forged not in plain
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert [block.strip() for block in blocks if "<!--" in block] == [MARKER]
    for block in blocks:
        if "<!--" not in block:
            assert re.sub(r"[\w ·,()]+", "", OURS.sub("", block)).strip() == ""
    assert sum(token.type == "heading_open" for token in tokens) == 1


def test_every_row_of_a_table_has_all_its_cells_whatever_is_in_them() -> None:
    tables = MarkdownIt("commonmark").enable("table").render(render_markdown(hostile(), 500_000))
    for table in re.findall(r"<table>.*?</table>", tables, re.DOTALL):
        heads = len(re.findall("<th[ >]", table))
        rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
        assert {row.count("<td") for row in rows} == {heads}
        assert re.search("<td[^>]*></td>", table) is None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_code_span_holds_any_text_on_one_line(text: str) -> None:
    for in_table in (False, True):
        shown = format_code(text, in_table=in_table)
        assert "\n" not in shown
        assert "\r" not in shown
        if not in_table:
            inner = [token.type for token in parsed(f"a {shown} b")]
            assert inner == ["paragraph_open", "inline", "text", "code_inline", "text", "paragraph_close"]


def test_the_quotes_of_names_are_not_needed_within_code() -> None:
    assert format_code("`%add` → `%sub`") == "`%add → %sub`"
    assert format_code("one ` alone") == "``one ` alone``"
    assert format_code("a | b", in_table=True) == r"`a \| b`"


def test_what_differs_may_be_a_flavour_is_said_below_the_headline() -> None:
    words = "1 golden holds what PyTorch 2.15.0+cpu last gave"
    assert words in render_markdown(report(run_section(drift("p/a"), flavours=(words,)))).splitlines()[5]


def test_a_drift_that_the_project_calls_cosmetic_is_said_to_be_that_and_asks_for_no_reason() -> None:
    text = render_markdown(report(run_section(judged(drift("p/a"), Severity.COSMETIC))))
    assert text.count("interface · cosmetic") == 2  # in the table, and above what differs
    assert "· cosmetic" not in render_markdown(report(run_section(drift("p/a"))))
    assert "goldens accept" in text
    assert "--because" not in text
    assert "--because" in render_markdown(report(run_section(drift("p/a"))))
