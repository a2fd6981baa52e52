"""The HTML report as a file: what it holds without its script, and what it lets nobody do."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.matching.alignment import RowChange
from graph_goldens.graphs.replays import Replay, ReplayOutcome
from graph_goldens.report.model import Cell, Matrix, Report
from graph_goldens.report.page import render_page
from graph_goldens.report.page.assets import Assets, load_assets, load_live_assets
from graph_goldens.report.page.page_links import CODES
from graph_goldens.report.page.script_json import encode_for_script
from graph_goldens.report.phrases import MEANINGS, describe_report
from graph_goldens.words import make_visible
from tests.report.browser_reports import (
    ATTACKS,
    OLD,
    RENAMED,
    RETARGETED,
    atlas,
    attacked,
    drift,
    many,
    section,
)
from tests.report.page_reader import read_page_report, read_page_texts
from tests.report.reporting import judged

ADDRESS = re.compile(r"""(?:src|href|action|data|poster|srcset)\s*=\s*["'](?!#)|url\((?!#)|@import""", re.I)


class Elements(HTMLParser):
    """Collects elements, and the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.words: list[str] = []
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._open = tag
        if tag in ("script", "style"):
            self.inside.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("script", "style"):
            self.inside[-1] += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is read on the page."""
        return " ".join(" ".join(self.words).split())


def test_the_page_loads_nothing_and_its_policy_names_its_own_script_and_style_alone() -> None:
    page = render_page(atlas())
    elements = Elements(page)
    style, early, _, _, script = elements.inside
    digests = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (early, script, style)
    ]
    policy = next(each["content"] for _, each in elements.found if each.get("http-equiv"))
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digests[0]}' 'sha256-{digests[1]}'; "
        f"style-src 'sha256-{digests[2]}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    outside = page.replace(script, "")
    assert ADDRESS.findall(outside) == []


def test_without_its_script_the_page_says_every_cluster_with_its_edits_goldens_and_commands() -> None:
    text = Elements(render_page(many(4))).text
    assert "4 drifts in 2 clusters" in text
    assert "_unsafe_view" in text
    for number in range(4):
        assert f"pack/case_{number:03} · export" in text
    assert re.search(r'goldens accept [0-9a-f]{10} --torch 2\.15\.0 --because "…"', text)
    assert re.search(r"goldens accept [0-9a-f]{10} --torch 2\.15\.0 Copy", text), "cosmetic: needs no reason"


def test_what_goldens_already_hold_is_shown_by_a_command_and_not_accepted() -> None:
    text = Elements(render_page(atlas())).text
    assert "goldens accept" not in text
    assert "goldens diff pack/changing --path export --from 2.8.0 --to 2.9.1" in text


def test_the_counts_are_those_of_the_report() -> None:
    report = atlas()
    elements = Elements(render_page(report))
    description = next(each["content"] for _, each in elements.found if each.get("name") == "description")
    assert description == describe_report(report)
    for kind in CODES:
        assert f"{CODES[kind]} {kind.value} {report.classes.get(kind, 0)}" in elements.text


def test_every_class_has_a_code_of_its_own_and_a_meaning() -> None:
    assert len(set(CODES.values())) == len(CODES) == len(MEANINGS)


def test_one_change_in_two_sections_is_linked_from_each_to_the_other() -> None:
    found = [drift(f"p/{name}", "export", OLD, RENAMED) for name in "ab"]
    sections = (section("1.0", "2.0", found[:1]), section("2.0", "3.0", found[1:]))
    page = render_page(Report("two", sections))
    fingerprint = found[0].fingerprint
    assert f'href="#cluster=3.0/{fingerprint}">3.0</a>' in page
    assert f'href="#cluster=2.0/{fingerprint}">2.0</a>' in page
    assert f'id="cluster=2.0/{fingerprint}"' in page


def test_sections_of_one_version_are_told_apart_in_links() -> None:
    found = drift("p/a", "export", OLD, RENAMED)
    page = render_page(
        Report("two", (section("golden", "2.0", (found,)), section("golden", "2.0", (found,))))
    )
    names = [read_page_report(page)["strings"][each["name"]] for each in read_page_report(page)["drifts"]]
    assert names == ["drift=2.0/p/a/export", "drift=2.0~2/p/a/export"]
    assert 'href="#drift=2.0~2/p/a/export"' in page


def test_an_empty_report_says_that_nothing_was_compared() -> None:
    assert "Nothing was compared." in Elements(render_page(Report("empty", ()))).text
    text = Elements(render_page(Report("empty", (section("golden", "2.15.0", ()),)))).text
    assert "Nothing drifted." in text
    assert "0 drifts in 0 clusters" in text


def test_hostile_texts_make_no_element_and_no_attribute_that_acts() -> None:
    page = render_page(attacked())
    harmless = Elements(render_page(many(2)))
    known = {tag for tag, _ in harmless.found} | {"table", "thead", "tbody", "tr", "th", "td", "caption"}
    elements = Elements(page)
    assert {tag for tag, _ in elements.found} <= known
    assert [each for _, each in elements.found if any(name.startswith("on") for name in each)] == []
    links = [each["href"] for _, each in elements.found if "href" in each]
    assert [link for link in links if not (link or "").startswith("#")] == []
    assert len(elements.inside) == 5, "a text ended a script element"


def test_hostile_texts_are_shown_as_they_are_written() -> None:
    text = Elements(render_page(attacked())).text
    for attack in ATTACKS:
        assert " ".join(make_visible(attack).split()) in text
    assert "⟨U+202E⟩gnp.exe⟨U+2066⟩ ⟨U+2028⟩ ⟨U+0000⟩ ⟨U+D800⟩" in text


def test_the_page_is_text_that_can_be_written_as_utf_8() -> None:
    assert render_page(attacked()).encode("utf-8")


@pytest.mark.parametrize("text", [*ATTACKS, "plain", "tab\tand → arrow"])
def test_json_in_a_script_element_reads_back_and_holds_no_markup(text: str) -> None:
    written = encode_for_script({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not set("<>&\u2028\u2029") & set(written)


def test_equal_lines_texts_and_records_are_carried_once() -> None:
    few, more = (len(render_page(many(count))) for count in (100, 200))
    assert (more - few) / 100 < 2_500
    page = render_page(many(50))
    data, texts = read_page_report(page), read_page_texts(page)
    assert len(data["strings"]) == len(set(data["strings"]))
    assert len(texts["parts"]) == len(set(texts["parts"]))
    assert len(texts["graphs"]) == 3
    assert len(texts["aligned"]) == 2


def test_a_graph_that_got_another_name_is_still_held_against_what_it_was() -> None:
    found = drift("p/a", "export", OLD, RENAMED)
    renamed = replace(
        found.record,
        artifacts=tuple(
            replace(each, name=each.name.replace("program", "other")) for each in found.record.artifacts
        ),
    )
    page = render_page(Report("r", (section("a", "b", (replace(found, record=renamed),)),)))
    data = read_page_report(page)
    [[old, new, alignment]] = data["drifts"][0]["graphs"]
    assert (data["strings"][old], data["strings"][new]) == ("program", "other")
    assert read_page_texts(page)["aligned"][alignment]


def test_rows_are_carried_as_the_alignment_gives_them() -> None:
    page = render_page(Report("r", (section("a", "b", (drift("p/a", "export", OLD, RENAMED),)),)))
    changes = [each.value for each in RowChange]
    assert read_page_report(page)["changes"] == changes
    [runs] = read_page_texts(page)["aligned"]
    named = [(changes[change], old, new, count) for change, old, new, count in runs]
    assert named == [("same", 0, 0, 3), ("renamed", 3, 3, 1), ("same", 4, 4, 2)]


def test_badges_legend_and_cells_tell_the_severity_that_the_project_gives() -> None:
    found = judged(drift("pack/changing", "export", OLD, RETARGETED), Severity.COSMETIC)
    rows = {found.key: [Cell("", "graphs", found.kind, found.severity)]}
    flavour = "1 golden holds what another flavour gave"
    own = replace(section("golden", "2.15.0", (found,)), flavours=(flavour,))
    page = render_page(Report("Judged", (own,), Matrix(("2.15.0",), rows)))
    elements = Elements(page)
    badges = [each for _, each in elements.found if each.get("class") == "badge"]
    assert {each["data-severity"] for each in badges if each["data-kind"] == "operators"} == {"cosmetic"}
    data = read_page_report(page)
    cosmetic = data["severities"].index("cosmetic")
    assert data["matrix"]["rows"][0][2][0][3] == cosmetic
    assert (data["drifts"][0]["severity"], data["drifts"][0]["edits"][0][1]) == (cosmetic, cosmetic)
    assert "cosmetic Op operators 1" in elements.text
    assert flavour in elements.text


def test_a_cluster_shows_what_running_its_graphs_showed() -> None:
    found = drift("pack/changing", "export", OLD, RETARGETED)
    replay = Replay("g", ReplayOutcome.DIFFERENT, "differ: output 1 by 0.03")
    shown, plain = (
        Elements(render_page(Report("Run", (section("golden", "2.15.0", (each,)),))))
        for each in (replace(found, replays=(replay,)), found)
    )
    assert "replayed: differ: output 1 by 0.03" in shown.text
    assert "replayed:" not in plain.text


@pytest.mark.parametrize("assets", [load_assets(), load_live_assets()])
def test_no_name_of_the_script_is_another_parts_too(assets: Assets) -> None:
    names = re.findall(r"^(?:async )?(?:function|class|const|let) +(\w+)", assets.script, re.MULTILINE)
    assert len(names) > 100
    assert [name for name, count in Counter(names).items() if count > 1] == []
