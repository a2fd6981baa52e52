"""`goldens serve` as people meet it: the real command, and real browsers."""

import itertools
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.end_to_end.drifted import Drifted, graph
from tests.end_to_end.example import REPOSITORY, Example, make_example
from tests.live.live_browser import (
    LiveServer,
    list_rows,
    name_shown,
    read_own_problems,
    start_server,
    type_text,
    wait_for_other,
    wait_for_text,
    wait_ready,
    wait_until,
)
from tests.live.many_drifted import ManyDrifted
from tests.report.browser import Browser, Page, start_browser_of_tests
from tests.report.browser_reports import ATTACKS

CONTRAST = (REPOSITORY / "tests" / "report" / "browser_contrast.js").read_text(encoding="utf-8")
TOKEN = "0123456789abcdef0123456789abcdef"
SLOW = """
import time

import torch

from graph_goldens import Case, case


@case
def {name}() -> Case:
    time.sleep(0.7)
    return Case(lambda x: x + {number}, args=(torch.ones(2),), paths=("export", "make-fx-real"))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser_of_tests() as started:
        yield started


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def write_token(folder: Path) -> str:
    file = folder / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    return str(file)


def find_free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def answer(page: Page, key: str, *typed: str) -> str:
    """Answer by keys alone: the key, then what is typed into each field; give what is shown then."""
    before = name_shown(page)
    page.press(key)
    for at, text in enumerate(typed):
        if at:
            page.press("Tab")
        type_text(page, text) if "/" not in text else page.view.keyboard.type(text.replace("/", ""))
    if typed:
        page.press("Enter")
    return wait_for_other(page, before)


def is_shown(page: Page, name: str) -> bool:
    return name_shown(page) == name


def test_fifty_clusters_are_reviewed_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    project = ManyDrifted(tmp_path, 50)
    with start_server(tmp_path) as server, browser.visit(server.address) as page:
        wait_ready(page)
        order = list_rows(page)
        cases = page.value(
            "[...document.querySelectorAll('#list .row-cases')].map((each) => each.textContent)"
        )
        assert (len(order), name_shown(page)) == (50, order[0])
        page.press("?")
        wait_for_text(page, "#help[open]", "accept this cluster, or all of its class")
        page.press("?")
        for at in range(50):
            assert name_shown(page) == order[at]
            if at == 20:
                page.press("u")  # the last answer is taken back, and given once more
                wait_for_other(page, order[at])
                assert name_shown(page) == order[19]
                answer(page, "a", "again 19")
            match at % 10:
                case 3:
                    answer(page, "r")
                case 7:
                    answer(page, "t", f"reported {at}", "01/31/2999")
                case _:
                    answer(page, "a", f"reason {at}")
        wait_for_text(page, "#cluster", "Nothing is pending.")
        assert read_own_problems(page) == []
    kept = {f"p/{name}": project.because(name) for name in project.names}
    for at, case in enumerate(cases):
        expected = "" if at % 10 in (3, 7) else "again 19" if at == 19 else f"reason {at}"
        assert kept[case] == expected
    known = project.example.run("known", "--json", code=0).json
    assert sorted(each["because"] for each in known) == [f"reported {at}" for at in (17, 27, 37, 47, 7)]
    assert {each["until"] for each in known} == {"2999-01-31"}
    assert len(project.example.run("pending", "--json", code=0).json["rejected"]) == 5


def test_two_browsers_at_once_lose_no_answer(browser: Browser, tmp_path: Path) -> None:
    project = ManyDrifted(tmp_path, 8)
    with start_server(tmp_path) as server, ExitStack() as opened:
        ada, bob = (opened.enter_context(browser.visit(server.address)) for _ in range(2))
        for page in (ada, bob):
            wait_ready(page)
        first = name_shown(ada)
        assert name_shown(bob) == first
        bob.press("a")
        type_text(bob, "bob's reason")
        answer(ada, "a", "ada's reason")
        wait_for_text(bob, "#said", "Somebody else: accepted 1 golden: operators")
        bob.press("Enter")
        wait_for_text(bob, "#said", "is not as it was shown to you: somebody answered meanwhile")
        second = wait_for_other(bob, first)
        assert second == name_shown(ada)
        assert sorted(filter(None, map(project.because, project.names))) == ["ada's reason"]

        for turn in range(3):  # each answers what the other does not look at
            last = list_rows(bob)[-1]
            bob.view.locator(f"#list [data-name='{last}']").click()
            wait_until(partial(is_shown, bob, last), "the last cluster is shown")
            answer(ada, "a", f"ada {turn}")
            answer(bob, "a", f"bob {turn}")
        wait_until(lambda: len(list_rows(ada)) == 1, "six of seven are answered")
        ada.press("u")
        wait_for_text(ada, "#said", "undone: accepted 1 golden")
        wait_until(lambda: len(list_rows(bob)) == 2, "bob hears of it")
    reasons = sorted(filter(None, map(project.because, project.names)))
    assert reasons == ["ada 0", "ada 1", "ada's reason", "bob 0", "bob 1", "bob 2"]


def test_a_tab_and_its_duplicate_hear_of_each_other(browser: Browser, drifted: Drifted) -> None:
    with start_server(drifted.example.root) as server, browser.visit(server.address) as page:
        wait_ready(page)
        with page.view.expect_popup() as opened:
            page.value("void open(location.href)")  # what the tab keeps is copied, as it is for a duplicate
        other = Page(opened.value)
        wait_ready(other)
        answer(other, "a", "subtracts")
        wait_for_text(page, "#said", "Somebody else: accepted 2 goldens")
        assert "Somebody else" not in other.text("#said")


def test_a_reload_in_the_middle_loses_nothing(browser: Browser, drifted: Drifted) -> None:
    before = drifted.example.goldens()
    with start_server(drifted.example.root) as server, browser.visit(server.address) as page:
        wait_ready(page)
        assert "token" not in page.value("location.href")
        answer(page, "a", "subtracts")
        third = answer(page, "s")
        page.view.reload()
        wait_ready(page)
        assert (name_shown(page), len(list_rows(page))) == (third, 1)
        page.press("u")
        renamed = wait_for_other(page, third)
        page.press("u")
        wait_for_other(page, renamed)
        wait_for_text(page, "#said", "undone: accepted 2 goldens: operators")
        assert drifted.example.goldens() == before
        assert read_own_problems(page) == []


def test_a_server_that_is_killed_and_started_again_loses_nothing(browser: Browser, drifted: Drifted) -> None:
    root = drifted.example.root
    arguments = ("--port", find_free_port(), "--token-file", write_token(root))
    with ExitStack() as opened:
        server = opened.enter_context(start_server(root, *arguments))
        page = opened.enter_context(browser.visit(server.address))
        wait_ready(page)
        second = answer(page, "a", "subtracts")
        server.end(signal.SIGKILL)
        page.view.wait_for_selector("#lost:not([hidden])")
        wait_for_text(page, "#lost", "The server does not answer; it is tried again.")
        page.press("a")
        wait_for_text(page, "#said", "the server does not answer, so nothing was done")
        assert drifted.because("third") == ""
        opened.enter_context(start_server(root, *arguments))
        page.view.wait_for_selector("#lost", state="hidden")
        assert name_shown(page) == second
        answer(page, "r")
        page.press("u")
        wait_for_text(page, "#said", "undone: rejected 1 record")
        assert name_shown(page) == second
        page.press("u")
        wait_for_text(page, "#said", "given before the server was started")
        assert drifted.because("first") == "subtracts"


def test_a_new_token_is_told(browser: Browser, drifted: Drifted) -> None:
    port = find_free_port()
    with ExitStack() as opened:
        server = opened.enter_context(start_server(drifted.example.root, "--port", port))
        page = opened.enter_context(browser.visit(server.address))
        wait_ready(page)
        server.end()
        again = opened.enter_context(start_server(drifted.example.root, "--port", port))
        wait_for_text(page, "#lost", "open the address that it printed")
        page.view.goto(again.address)
        wait_ready(page)
        assert page.count("#list button") == 3


def test_a_check_is_started_from_the_page_and_watched_through_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    names = [f"slow_{at}" for at in range(5)]
    modules = {f"p/{name}.py": SLOW.format(name=name, number=at) for at, name in enumerate(names)}
    example = make_example(tmp_path, modules)
    with start_server(tmp_path) as server, browser.visit(server.address) as page:
        wait_ready(page)
        wait_for_text(page, "#cluster", "no run is saved, so nothing can be pending; start a check")
        page.click(".views a[href='#check']")
        page.view.locator("#check-paths").fill("export")
        page.click("#check-start")
        wait_for_text(page, "#check-log", "1/5 ")
        page.view.reload()
        wait_ready(page)
        wait_for_text(page, "#check-words", "missing or unused goldens (4)")
        log = page.value("document.getElementById('check-log').textContent")
        lines = page.value("fetch('/api/check').then((answer) => answer.json())")["lines"]
        assert log.splitlines() == lines  # none was lost in the reload, and none is there twice
        assert all(any(f"{at}/5  p/slow_" in line for line in lines) for at in range(1, 6))
        assert page.text("#check-command") == "goldens check --path=export --torch=2.13.0"
        page.click(".views a[href='#review']")
        wait_until(lambda: len(list_rows(page)) == 5, "what is new is pending")
        answer(page, "a")
        assert len(list_rows(page)) == 4
        assert len(example.goldens()) == 1
        page.press("A")
        wait_for_text(page, "#cluster", "Nothing is pending.")
        assert len(example.goldens()) == 5
        assert read_own_problems(page) == []
    example.run("check", "--path", "export", code=0)


def test_a_check_is_stopped_and_ends_with_the_server(browser: Browser, tmp_path: Path) -> None:
    sleep = SLOW.format(name="slow", number=1).replace("0.7", "100")
    make_example(tmp_path, {"p/slow.py": sleep})
    with start_server(tmp_path) as server, browser.visit(f"{server.address}#check") as page:
        wait_ready(page)
        for end in ("stop", "server"):
            page.click("#check-start")
            page.view.wait_for_selector("#check-stop:not([hidden])")
            wait_for_text(page, "#check-log", "worker")
            if end == "stop":
                page.click("#check-stop")
                wait_for_text(page, "#check-words", "stopped")
        server.end(signal.SIGKILL)
        wait_until(lambda: not find_commands(str(tmp_path)), "the check has ended too")


def find_commands(folder: str) -> list[str]:
    """Processes that work in a folder, or were told of it."""
    found = []
    for each in Path("/proc").iterdir():
        try:
            words = (each / "cmdline").read_bytes().decode(errors="replace")
            if "graph_goldens" in words and (each / "cwd").readlink() == Path(folder):
                found.append(words)
        except OSError:
            continue
    return found


def test_hostile_texts_are_shown_and_do_nothing(browser: Browser, tmp_path: Path) -> None:
    drifted = Drifted(tmp_path)
    texts = [each for each in ATTACKS if "\ud800" not in each]
    drifted.save([drifted.record("first", graph(text)) for text in texts[:1]], "2.12.1+cpu")
    drifted.save([drifted.record("second", graph("".join(texts).replace("\n", " "))), drifted.new[2]])
    with start_server(tmp_path) as server, browser.visit(server.address) as page:
        wait_ready(page)
        for at in range(len(list_rows(page))):
            shown = name_shown(page)
            for key in ("o", "n", "p", "d"):
                page.press(key)
            if at == 0:
                page.press("a")
                type_text(page, ATTACKS[0])
                page.press("Enter")
            else:
                page.press("s")
            wait_for_other(page, shown)
        assert page.value("window.hacked ?? null") is None
        assert page.count("img, iframe, svg[onload]") == 0
        assert read_own_problems(page) == []


def test_a_page_of_another_origin_reads_nothing_and_changes_nothing(
    browser: Browser, drifted: Drifted, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("other")
    shutil.copy(REPOSITORY / "tests" / "live" / "other_origin.html", folder / "other.html")
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with start_server(drifted.example.root) as server, browser.visit(server.address) as page:
            wait_ready(page)
            page.view.goto(f"http://127.0.0.1:{other.server_port}/other.html#{server.origin}")
            page.view.wait_for_selector("html[data-told]")
            told = page.value("window.told")
            assert told[0] == told[1] == told[2] == told[4] == "refused"
            assert told[3] in ("", "refused")
            page.value(f"document.getElementById('frame').src = '{server.origin}/'")
            page.value(
                f"document.forms[0].action = '{server.origin}/api/check/start'; document.forms[0].submit()"
            )
            page.view.wait_for_url("**/api/check/start")
            assert "its own page alone may" in page.text("body")
            page.view.goto(f"{server.origin}/#check")
            wait_ready(page)
            assert page.count("#check-none") == 1  # none was started
        other.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing about it."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def test_it_fits_and_can_be_read(browser: Browser, drifted: Drifted) -> None:
    with start_server(drifted.example.root) as server:
        for width, dark in itertools.product((1440, 390), (False, True)):
            with browser.visit(server.address, width=width, dark=dark) as page:
                wait_ready(page)
                look_everywhere(page, width)


def look_everywhere(page: Page, width: int) -> None:
    """Look at each view and question: all fits in the width, and can be told from what is behind it."""
    for step in ("o", "n", "p", "d"):
        page.press(step)
        page.value("new Promise(requestAnimationFrame)")
        assert page.value("document.documentElement.scrollWidth") <= width
        assert page.value(CONTRAST) == []
    page.press("t")
    page.view.wait_for_selector("#ask[open]")
    assert page.value(CONTRAST) == []
    page.press("Escape")
    page.view.wait_for_selector("#ask[open]", state="detached")
    page.press("?")
    page.view.wait_for_selector("#help[open]")
    assert page.value(CONTRAST) == []
    page.press("?")
    page.value("location.hash = 'check'")
    page.view.wait_for_selector("#check-form")
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(CONTRAST) == []


def test_where_it_is_read_only_the_page_offers_no_answer(browser: Browser, drifted: Drifted) -> None:
    with start_server(drifted.example.root, "--read-only") as server, browser.visit(server.address) as page:
        wait_ready(page)
        assert page.count("#actions [data-key]") == 1  # to skip, in this tab
        page.press("a")
        wait_for_text(page, "#said", "read only")
        page.press("s")
        wait_until(lambda: len(list_rows(page)) == 2, "it is skipped")
        page.value("location.hash = 'check'")
        assert page.count("#check-form") == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_with_pages_open(browser: Browser, drifted: Drifted, number: int) -> None:
    with start_server(drifted.example.root) as server, browser.visit(server.address) as page:
        wait_ready(page)
        code, errors = server.end(number)
        assert (code, errors.strip().splitlines()[-1]) == (0, "ended; every answer is written")
        assert "Traceback" not in errors
        assert len(errors.strip().splitlines()) == 2


def test_a_port_that_is_taken_is_told_with_the_way_out(drifted: Drifted) -> None:
    with start_server(drifted.example.root) as server:
        ended = drifted.example.run("serve", "--port", str(server.port), code=2)
        assert f"port {server.port} of 127.0.0.1 is in use" in ended.last_error
        assert "--port 0 for any that is free" in ended.last_error


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--listen", "0.0.0.0"), "give a token that you keep: --token-file FILE"),
        (("--listen", "everywhere"), "is no address to listen on"),
        (("--token-file", "none"), "is not there; make it with"),
        (("--listen", "203.0.113.7", "--token-file", "token"), "cannot listen on port"),
    ],
)
def test_what_cannot_be_served_is_told_in_one_sentence(
    drifted: Drifted, arguments: tuple[str, ...], sentence: str
) -> None:
    write_token(drifted.example.root)
    ended = drifted.example.run("serve", *arguments)
    assert ended.code in (2, 70)
    assert sentence in ended.last_error
    assert ended.output == ""


def test_other_machines_are_let_in_only_with_an_address_and_a_token_file(drifted: Drifted) -> None:
    token = write_token(drifted.example.root)
    with start_server(drifted.example.root, "--listen", "0.0.0.0", "--token-file", token) as server:
        assert server.address == f"http://{socket.gethostname()}:{server.port}/?token={TOKEN}"
        assert "not encrypted" in server.end()[1]
    with start_server(drifted.example.root) as server:
        assert read_listening(server) == {"127.0.0.1"}


def read_listening(server: LiveServer) -> set[str]:
    """The addresses on which a port is listened on, as the kernel lists them."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if int(port, 16) == server.port and line.split()[3] == "0A":
            found.add(socket.inet_ntoa(int(address, 16).to_bytes(4, "little")))
    return found


def test_where_starlette_is_missing_one_sentence_says_how_to_install_it(drifted: Drifted) -> None:
    program = (
        "import importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'starlette' else find(name, *rest)\n"
        "from graph_goldens.cli.main import run\nrun()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "serve"],
        cwd=drifted.example.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert (
        ended.stderr.strip()
        == "goldens: `goldens serve` needs starlette; install with `pip install 'graph-goldens[serve]'`"
    )
    assert Example(drifted.example.root).run("pending", code=0).output
