"""The HTML report as people use it: in a browser, opened from a file, by mouse, keyboard and phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_goldens.report.model import Report
from graph_goldens.report.page import render_page
from tests.report.browser import Browser, Page, start_browser_of_tests
from tests.report.browser_reports import (
    OLD,
    PROGRAM,
    RETARGETED,
    atlas,
    attacked,
    large,
    made_cosmetic,
    many,
    section,
)
from tests.report.browser_reports import drift as make_drift

CHANGING = "#drift=2.9.1/pack/changing/export"
CELL = "tr[data-case='pack/changing'] td.changed"
CONTRAST = Path(__file__).with_name("browser_contrast.js").read_text(encoding="utf-8")
PLACE = (
    "document.querySelector('.pane.new svg > g').getAttribute('transform').match(/-?[\\d.]+/g).map(Number)"
)
VIEWS = "[...document.querySelectorAll('[data-view]:not([hidden])')].map((view) => view.dataset.view)"
BOX = "document.querySelector('.pane.new svg').getBoundingClientRect().toJSON()"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser_of_tests() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages that several tests open."""
    reports = {
        "atlas": atlas(),
        "attacked": attacked(),
        "many": many(400),
        "large": large(290),
        "huge": large(900),
        "judged": made_cosmetic(),
    }
    folder = tmp_path_factory.mktemp("pages")
    return {name: written(folder / f"{name}.html", report) for name, report in reports.items()}


def written(file: Path, report: Report) -> Path:
    file.write_text(render_page(report), encoding="utf-8")
    return file


def ready(page: Page) -> None:
    page.until("document.documentElement.dataset.ready")


def clean(page: Page) -> None:
    """The page asked for nothing and complained of nothing."""
    assert page.problems == []
    assert page.requests == []


def seen(page: Page) -> str:
    """The view that is shown."""
    views: list[str] = page.value(VIEWS)
    assert len(views) == 1
    return views[0]


def drawn(page: Page, count: int = 2) -> None:
    page.until(f"document.querySelectorAll('.pane svg').length === {count}")


def marks(page: Page, side: str) -> dict[str, str]:
    """The marked nodes of a side's picture, each with its change."""
    found: dict[str, str] = page.value(
        f"Object.fromEntries([...document.querySelectorAll('.pane.{side} .node')]"
        ".filter((each) => each.dataset.change !== 'same')"
        ".map((each) => [each.querySelector('.name').textContent, each.dataset.change]))"
    )
    return found


def test_the_page_opens_from_a_file_without_a_complaint_or_a_request(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        assert seen(page) == "matrix"
        assert page.value("document.title") == "How graphs changed"
        assert page.count("tbody tr") == 2
        clean(page)


def test_a_case_shows_the_worst_class_of_its_paths_in_letters_and_opens_to_show_each(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        assert page.text(CELL) == "Ou2"
        assert "outcome, 2 paths changed" in page.value(f'document.querySelector("{CELL}").ariaLabel')
        page.click("tr[data-case='pack/changing'] th")
        assert page.count("tr.path") == 2
        assert page.text("tr.path") == "exportAOpRn"
        page.click("tr[data-case='pack/changing'] th")
        assert page.count("tr.path") == 0


def test_a_click_on_a_cell_opens_its_drift_and_back_returns(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        page.click("tr[data-case='pack/changing'] th")
        page.click("tr.path td.changed")
        page.until("document.querySelector('[data-view=matrix]').hidden")
        assert page.value("location.hash") == CHANGING
        assert seen(page) == "detail"
        assert page.text("#detail h2") == "pack/changing · export"
        page.value("history.back()")
        page.until("!document.querySelector('[data-view=matrix]').hidden")
        assert page.count("tr.path") == 2
        clean(page)


def test_an_address_names_a_drift_and_one_that_is_unknown_is_said_so(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        ready(page)
        assert page.text("#detail h2") == "pack/changing · export"
        page.value("location.hash = '#drift=9.9/none/such'")
        page.until("document.querySelector('#detail h2').textContent === 'Not found'")
        page.value("location.hash = '#%E0%A4%A'")
        page.until("!document.querySelector('[data-view=matrix]').hidden")
        clean(page)


def test_the_keyboard_alone_goes_from_the_matrix_to_a_drift_and_back(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        page.press("/")
        assert page.value("document.activeElement.id") == "filter-text"
        for _ in range(12):
            if page.value("document.activeElement.closest('tbody') !== null"):
                break
            page.press("Tab")
        page.press("ArrowRight")
        assert page.count("tr.path") == 2
        page.press("ArrowDown", "ArrowRight", "ArrowRight")
        focused = page.value("document.activeElement.ariaLabel")
        assert focused == "pack/changing, export, 2.9.1: operators"
        assert page.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.press("Enter")
        page.until("document.querySelector('[data-view=matrix]').hidden")
        assert page.value("document.activeElement.textContent") == "pack/changing · export"
        page.press("Escape")
        page.until("!document.querySelector('[data-view=matrix]').hidden")
        assert page.value("document.activeElement.ariaLabel") == focused


def test_a_cell_where_nothing_changed_opens_the_drift_that_made_its_record_or_the_record(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        page.click("tr[data-case='pack/changing'] th")
        page.click("tr.path:last-child td:last-child")
        page.until("document.querySelector('[data-view=matrix]').hidden")
        assert page.value("location.hash") == "#drift=2.9.1/pack/changing/make-fx"
        page.value("location.hash = ''")
        page.until("!document.querySelector('[data-view=matrix]').hidden")
        page.click("tr[data-case='pack/quiet'] th")
        page.click("tr[data-case='pack/quiet'] + tr td:last-child")
        page.until("document.querySelector('[data-view=matrix]').hidden")
        assert page.value("location.hash").startswith("#record")
        drawn(page, 1)
        assert marks(page, "new") == {}


def test_pictures_show_both_graphs_with_the_changed_nodes_marked(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        drawn(page)
        assert page.count(".pane.old .node") == 6
        assert page.count(".pane.new .node") == 7
        assert marks(page, "old") == {"view": "changed"}
        assert marks(page, "new") == {"_unsafe_view": "changed", "alias": "added"}
        assert page.text(".pane.new .node[data-change=added] .sign") == "+"
        assert page.count(".pane.new .edge[data-change=added]") == 2
        removed = page.value(
            "getComputedStyle(document.querySelector('.mark[data-change=removed]')).borderStyle"
        )
        assert removed == "dashed"
        clean(page)


def test_rows_are_aligned_and_changed_words_marked(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        drawn(page)
        assert page.text("tr[data-change=changed] del") == "%view"
        assert page.text("tr[data-change=changed] ins") == "%_unsafe_view"
        assert page.text("tr[data-change=added] .change") == "+added"
        assert page.text("tr[data-change=added] .old.text") == ""


def test_a_node_lights_up_with_its_counterpart_and_its_row(browser: Browser, files: dict[str, Path]) -> None:
    lit = "[...document.querySelectorAll('.node.hot .name')].map((each) => each.textContent)"
    with browser.open(files["atlas"], CHANGING) as page:
        drawn(page)
        page.click(".pane.old .node[data-change=changed]")
        assert page.value(lit) == ["view", "_unsafe_view"]
        assert "_unsafe_view" in page.text("tr.hot .new.text")
        page.value("document.querySelector('.pane.new svg').focus()")
        page.press("n", "n")
        assert page.value("document.activeElement.querySelector('.name').textContent") == "alias"
        assert page.value(lit) == ["alias"]
        assert "alias" in page.text("tr.hot")


def place_of(page: Page) -> list[float]:
    found: list[float] = page.value(PLACE)
    return found


def test_a_picture_moves_and_scales_by_keys_wheel_and_drag(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        drawn(page)
        page.value("document.querySelector('.pane.new svg').focus()")
        page.press("0")
        x, y, scale = place_of(page)
        page.press("ArrowRight", "ArrowDown")
        assert place_of(page) == [x - 60, y - 60, scale]
        page.press("+")
        assert place_of(page)[2] == pytest.approx(scale * 1.25)
        page.press("-", "0")
        assert place_of(page) == [x, y, scale]
        box: dict[str, float] = page.value(BOX)
        at = (box["x"] + 20, box["y"] + 20)
        mouse = page.view.mouse
        mouse.move(*at)
        mouse.wheel(0, -200)
        page.until(f"{PLACE}[2] > {scale}")
        page.press("0")
        mouse.down()
        mouse.move(at[0] + 50, at[1] + 10)
        mouse.up()
        assert place_of(page) == [x + 50, y + 10, scale]


def centre_of(page: Page, side: str, place: int) -> list[float]:
    """Where a node's middle is seen in its pane."""
    found: list[float] = page.value(
        f"((node, pane) => [node.x + node.width / 2 - pane.x, node.y + node.height / 2 - pane.y])"
        f"(document.querySelector('.pane.{side} .node[data-place=\"{place}\"]').getBoundingClientRect(),"
        f" document.querySelector('.pane.{side} svg').getBoundingClientRect())"
    )
    return found


def test_both_pictures_of_a_drift_move_together(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        drawn(page)
        other = PLACE.replace(".new", ".old")
        page.value("document.querySelector('.pane.new svg').focus()")
        page.press("0")
        x, y, scale = page.value(other)
        page.press("ArrowRight", "ArrowUp")
        assert page.value(other) == [x - 60, y + 60, scale]
        page.press("+")
        assert page.value(other)[2] == pytest.approx(scale * 1.25)
        page.click(".pane.old .buttons button:nth-child(3)")
        assert page.value(other) == [x, y, scale]
        clean(page)


def test_both_pictures_of_a_large_drift_show_one_change_and_go_to_the_next_together(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["large"], "#drift=2.15.0/pack/large/export") as page:
        drawn(page)
        changed = ".node:not([data-change=same])').dataset.place"
        places = [page.value(f"document.querySelector('.pane.{side} {changed}") for side in ("old", "new")]
        scales = [page.value(PLACE.replace(".new", f".{side}"))[2] for side in ("old", "new")]
        assert scales[0] == scales[1]
        seen = [centre_of(page, side, int(own)) for side, own in zip(("old", "new"), places, strict=True)]
        assert seen[0] == pytest.approx(seen[1], abs=60)
        page.press("ArrowDown")
        page.click(".pane.new .buttons button:nth-child(4)")
        seen = [centre_of(page, side, int(own)) for side, own in zip(("old", "new"), places, strict=True)]
        assert seen[0] == pytest.approx(seen[1], abs=60)
        clean(page)


def test_two_fingers_scale_a_picture(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], CHANGING, width=390, touch=True) as page:
        drawn(page)
        page.value("document.querySelector('.pane.new').scrollIntoView({block: 'center'})")
        before = place_of(page)[2]
        box: dict[str, float] = page.value(BOX)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.move_fingers(*(((x - apart, y), (x + apart, y)) for apart in (20, 30, 60)))
        page.until(f"{PLACE}[2] > {before}")


def test_a_graph_of_hundreds_of_nodes_is_drawn_and_a_larger_one_around_its_changes(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["large"], "#drift=2.15.0/pack/large/export") as page:
        drawn(page)
        assert page.count(".pane.new .node") == 292
        assert page.count(".left-out") == 0
        assert page.count("tr[data-change=same]") == 6
    with browser.open(files["huge"], "#drift=2.15.0/pack/large/export") as page:
        drawn(page)
        assert page.count(".pane.new .node") == 3
        assert page.text(".pane.new .left-out").endswith("899 nodes left out.")
        page.click("tr.fold button")
        assert page.count("tr[data-change=same]") == 306


def test_other_texts_facts_and_the_program_stand_in_tabs(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], "#drift=2.9.1/pack/changing/make-fx") as page:
        ready(page)
        assert page.text(".parts [aria-selected=true]") == "outcomechanged"
        assert page.text("tr[data-change=changed] .new.text") == "error: RuntimeError: no such thing"
        page.value("document.querySelector('[data-tab=outcome]').focus()")
        page.press("ArrowRight")
        assert page.value("document.activeElement.dataset.tab") == "facts"
        page.press("ArrowRight")
        lines = page.value(
            "[...document.querySelectorAll('.rows td.text')].map((each) => each.textContent).join('\\n')"
        )
        assert lines == PROGRAM
        assert page.count(".rows b") == 0
        page.click("button.where")
        assert page.text(".parts [aria-selected=true]") == "outcomechanged"


def test_hundreds_of_goldens_load_and_filters_say_how_many_are_left(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["many"]) as page:
        ready(page)
        assert page.text("#filter-result") == "400 of 400 cases · 2 of 2 clusters"
        assert page.count("tr.case") == 0  # a page of one version opens on its clusters
        page.click('a[href="#matrix"]')
        assert page.count("tr.case") == 400
        page.value("document.getElementById('filter-text').focus()")
        page.write("CASE_01 export")
        assert page.text("#filter-result") == "10 of 400 cases · 2 of 2 clusters"
        assert page.count("tr.path") == 10
        choose(page, "severity", "cosmetic")
        assert page.text("#filter-result") == "5 of 400 cases · 1 of 2 clusters"
        choose(page, "class", "operators")
        assert page.text("#filter-result") == "0 of 400 cases · 0 of 2 clusters"
        page.click("#filters button[type=reset]")
        page.until("document.getElementById('filter-result').textContent.startsWith('400')")
        clean(page)


def test_the_filter_of_severity_goes_by_what_the_project_says(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["judged"], "#matrix") as page:
        ready(page)
        for severity, left in (
            ("semantic", "1 of 2 cases · 1 of 2 clusters"),
            ("cosmetic", "1 of 2 cases · 1 of 2 clusters"),
        ):
            choose(page, "severity", severity)
            assert page.text("#filter-result") == left
            assert page.count("tr.case td.changed") == 1
        assert page.text("tr.case td.changed .badge") == "Op"
        dashes = "getComputedStyle(document.querySelector('tr.case td.changed .badge')).borderTopStyle"
        assert page.value(dashes) == "dashed"
        clean(page)


def choose(page: Page, name: str, value: str) -> None:
    page.value(
        f"(() => {{ const list = document.getElementById('filter-{name}'); list.value = '{value}';"
        " list.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


def test_a_version_filter_leaves_what_changed_then(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"]) as page:
        ready(page)
        choose(page, "version", "2.10.0")
        assert page.text("#filter-result") == "1 of 2 cases · 1 of 3 clusters"
        page.value("location.hash = '#clusters'")
        page.until("!document.querySelector('[data-view=clusters]').hidden")
        assert page.count(".cluster") == 1


def test_a_link_to_a_cluster_shows_it_whatever_the_filters_hide(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"], CHANGING) as page:
        ready(page)
        choose(page, "severity", "cosmetic")
        page.click(".head .facts a")
        page.until("!document.querySelector('[data-view=clusters]').hidden")
        assert page.value("document.activeElement.id") == page.value(
            "decodeURIComponent(location.hash.slice(1))"
        )
        assert page.value("document.activeElement.checkVisibility()")


def test_hostile_texts_run_nothing_and_ask_for_nothing(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["attacked"]) as page:
        ready(page)
        names: list[str] = page.value(
            "JSON.parse(document.getElementById('report-data').textContent).drifts.length"
            " && [...document.querySelectorAll('.goldens a')].map((each) => each.getAttribute('href'))"
        )
        assert len(names) == 36
        page.value("document.querySelectorAll('.case th').forEach((each) => each.click())")
        assert page.count("tr.path") == 36
        for name in names:
            page.value(f"location.hash = {name!r}")
            page.until("document.querySelector('#detail [role=tab]')")
            assert page.text("#detail h2") != "Not found", name
            page.value("document.querySelectorAll('#detail [role=tab]').forEach((each) => each.click())")
        assert page.value("window.hacked") is None
        assert (
            page.value("document.querySelectorAll('img, iframe, object, embed, [onload], [onerror]').length")
            == 0
        )
        assert page.value("[...document.links].filter((each) => each.protocol !== 'file:').length") == 0
        clean(page)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("place", ["", "#clusters", CHANGING, "#drift=2.10.0/pack/changing/export"])
def test_texts_are_told_from_what_is_behind_them_in_light_and_dark(
    browser: Browser, files: dict[str, Path], dark: bool, place: str
) -> None:
    with browser.open(files["atlas"], place, dark=dark) as page:
        ready(page)
        assert page.value(CONTRAST) == []


def test_the_scheme_follows_the_system_until_it_is_chosen(browser: Browser, files: dict[str, Path]) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with browser.open(files["atlas"]) as page:
        ready(page)
        light = page.value(paper)
        page.scheme("dark")
        dark = page.value(paper)
        assert dark != light
        page.click("#theme")
        assert page.value(paper) == light
        page.scheme("light")
        assert page.value(paper) == light
        page.click("#theme")
        assert page.value(paper) == dark


@pytest.mark.parametrize("name", ["atlas", "attacked", "many"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_view_is_wider_than_the_screen(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    with browser.open(files[name], width=width, height=800) as page:
        ready(page)
        first = page.value("document.querySelector('.cluster h3 a').getAttribute('href')")
        for place in ("#matrix", "#clusters", "#problems", first):
            page.value(f"location.hash = {place!r}")
            page.value("new Promise(requestAnimationFrame)")
            assert page.value("document.documentElement.scrollWidth") <= width, place


def test_a_narrow_screen_shows_one_picture_and_switches(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["atlas"], CHANGING, width=390) as page:
        drawn(page)
        assert (page.count(".pane.old"), page.count(".pane.new")) == (0, 1)
        page.click(".sides [data-side=old]")
        assert (page.count(".pane.old"), page.count(".pane.new")) == (1, 0)
        page.value("new Promise(requestAnimationFrame)")
        assert page.value("document.querySelector('.pane.old .node').getBoundingClientRect().width") > 40


def test_without_its_script_the_page_still_shows_the_clusters(
    browser: Browser, files: dict[str, Path]
) -> None:
    with browser.open(files["atlas"], script=False) as page:
        assert page.count(".cluster") == 3
        assert page.count(".js-only") == 0
        assert "need JavaScript" in page.text(".no-js")


def test_every_control_and_region_has_a_name(browser: Browser, files: dict[str, Path]) -> None:
    nameless = """[...document.querySelectorAll('button, a, input, select, section, nav, [role]')]
        .filter((each) => each.checkVisibility() && !each.closest('tbody, tr, [role=rowgroup]'))
        .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length))
        .map((each) => each.outerHTML.slice(0, 80))"""
    with browser.open(files["atlas"]) as page:
        for place, view in (("#matrix", "matrix"), ("#clusters", "clusters"), (CHANGING, "detail")):
            page.value(f"location.hash = {place!r}")
            page.until(f"!document.querySelector('[data-view={view}]').hidden")
            assert page.value(nameless) == []


def test_a_report_without_a_matrix_begins_with_its_clusters(browser: Browser, tmp_path: Path) -> None:
    found = make_drift("p/a", "export", OLD, RETARGETED)
    file = written(tmp_path / "few.html", Report("few", (section("golden", "2.15.0", (found,)),)))
    with browser.open(file) as page:
        ready(page)
        assert seen(page) == "clusters"
        page.click(".cluster h3 a")
        drawn(page)
        clean(page)


def test_an_empty_report_opens(browser: Browser, tmp_path: Path) -> None:
    with browser.open(written(tmp_path / "empty.html", Report("empty", ()))) as page:
        ready(page)
        clean(page)
