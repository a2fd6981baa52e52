"""The atlas's figures are those of the goldens, and what its pages name is there."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.project import find_project
from graph_goldens.goldens.overlays import StoredGolden
from tests.atlas.census import AtlasCensus, choose_packs, count_by_pack, take_census
from tests.atlas.pages import FIGURES, begin_page, fill_atlas, fill_page, frame_block, write_figures
from tests.atlas.reports import list_reports, write_reports

REPOSITORY = Path(__file__).parents[2]
ATLAS = REPOSITORY / "docs" / "atlas"
VERSIONS = find_project(REPOSITORY).supported
LEAST_PROSE = 15  # lines of a page
LEAST_REPORTS = 10

_FRAME = frame_block(FIGURES, "")
_BLOCK = re.compile(r"<!-- \w+: .*?<!-- end -->", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)#]+)\)")


@pytest.fixture(scope="module")
def census() -> AtlasCensus:
    """What the goldens say: the one dear thing, computed once."""
    return take_census(find_project(REPOSITORY))


@pytest.fixture(scope="module")
def figures(census: AtlasCensus) -> Mapping[str, Mapping[str, str]]:
    return write_figures(census, list_reports(find_project(REPOSITORY), census.packs))


def read_pages() -> Mapping[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(ATLAS.glob("*.md"))}


def test_there_is_a_page_for_each_version_after_the_oldest() -> None:
    names = {f"{version}.md" for version in sorted(VERSIONS)[1:]}
    assert read_pages().keys() == names | {"README.md"}


def test_the_figures_are_those_of_the_goldens(figures: Mapping[str, Mapping[str, str]]) -> None:
    outdated = [
        file.name for file, text in fill_atlas(ATLAS, figures).items() if file.read_text("utf-8") != text
    ]
    assert not outdated, "`make atlas` writes the figures anew; then see whether the prose still holds"


def test_the_census_counts_each_drift_once(census: AtlasCensus) -> None:
    for step in census.steps:
        assert sum(len(cluster.drifts) for cluster in step.section.clusters) == len(step.section.items)
        assert sum(count_by_pack(item.drift.case for item in step.section.items).values()) == len(
            step.section.items
        )


def test_an_operator_that_came_occurs_in_the_version_and_not_in_the_one_before(census: AtlasCensus) -> None:
    assert any(step.come for step in census.steps)
    for step in census.steps:
        assert all(step.after in use.cases and step.before not in use.cases for use in step.come)
        assert all(step.before in use.cases and step.after not in use.cases for use in step.gone)


def test_ten_reports_and_more_are_told_with_the_versions_at_which_their_graphs_changed(
    census: AtlasCensus,
) -> None:
    reports = list_reports(find_project(REPOSITORY), census.packs)
    rows = write_reports(census, reports).splitlines()[2:]
    assert len({each.number for each in reports}) == len(rows) >= LEAST_REPORTS
    assert all(any(cell.strip().isdigit() for cell in row.split("|")[4:-1]) for row in rows)


@pytest.mark.parametrize("version", sorted(VERSIONS)[1:], ids=str)
def test_a_page_says_in_prose_what_changed(version: Version) -> None:
    prose = _BLOCK.sub("", read_pages()[f"{version}.md"]).splitlines()
    assert sum(bool(line.strip()) for line in prose) >= LEAST_PROSE


def test_every_case_that_prose_names_has_a_golden() -> None:
    folders = {file.parent for file in (REPOSITORY / "snapshots").rglob("*.md")}
    cases = {f"{folder.parent.name}/{folder.name}" for folder in folders}
    packs = {case.partition("/")[0] for case in cases}
    for name, text in read_pages().items():
        named = re.findall(rf"`((?:{'|'.join(sorted(packs))})/\w+)`", _BLOCK.sub("", text))
        assert [case for case in named if case not in cases] == [], name


def test_every_link_within_the_repository_leads_somewhere() -> None:
    for text in read_pages().values():
        for target in _LINK.findall(_CODE.sub("", text)):
            assert target.startswith("https://") or (ATLAS / target).exists(), target


def test_a_pack_that_begins_later_is_not_followed() -> None:
    first, later = Version("2.4.1"), Version("2.8.0")
    stored = [
        StoredGolden(first, "old/case", "export", "a"),
        StoredGolden(later, "old/other", "export", "b"),
        StoredGolden(later, "young/case", "export", "c"),
    ]
    assert choose_packs(stored, first) == ("old",)


def test_prose_stays_where_figures_are_written_anew() -> None:
    page = f"# One\n\nProse.\n\n{frame_block(FIGURES, 'old')}\n\nMore prose.\n"
    assert fill_page(page, {FIGURES: "new"}) == page.replace("old", "new")


def test_a_page_that_is_begun_takes_figures() -> None:
    page = fill_page(begin_page("2.99.0.md", {FIGURES: ""}), {FIGURES: "| a |"})
    assert page.startswith("# PyTorch 2.99.0\n")
    assert "| a |" in page


@pytest.mark.parametrize(
    "page", ["no block", frame_block("other", ""), "\n".join([frame_block(FIGURES, "")] * 2)]
)
def test_a_page_without_its_block_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="should have these blocks, each once: figures"):
        fill_page(page, {FIGURES: "new"})
