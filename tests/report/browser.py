"""Headless Chromium, which this machine has, driven by Playwright."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60_000.0  # milliseconds
_OPTIONS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
)
_COUNT_SEEN = "(elements) => elements.filter((each) => each.checkVisibility()).length"


def find_chromium() -> str | None:
    """Find the browser's program, where this machine has one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Page:
    """One page of a browser, and what it complained of and asked for since it was opened.

    Attributes:
        view: Playwright's page.
        problems: errors, refused scripts, dialogs, anything written to the console.
        requests: the addresses that the page asked for, its own and those that hold their data apart.
    """

    view: sync_api.Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view.on("console", lambda message: self.problems.append(message.text))
        self.view.on("pageerror", lambda error: self.problems.append(str(error)))
        self.view.on("dialog", self._note_dialog)
        self.view.on("request", self._note_request)

    def scheme(self, name: str) -> None:
        """Let the system prefer light or dark."""
        self.view.emulate_media(color_scheme="dark" if name == "dark" else "light")

    def value(self, script: str) -> Any:
        """Compute the value of an expression in the page."""
        return self.view.evaluate(script)

    def until(self, script: str) -> None:
        """Wait until an expression is true; the page's policy lets no browser wait for one in it."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.value(script):
            assert time.monotonic() < deadline, f"never: {script}"
            time.sleep(0.03)

    def text(self, selector: str) -> str:
        """Read the text of the first element that a selector finds, with single spaces."""
        return " ".join((self.view.locator(selector).first.text_content() or "").split())

    def count(self, selector: str) -> int:
        """Count the elements that are seen and that a selector finds."""
        found: int = self.view.locator(selector).evaluate_all(_COUNT_SEEN)
        return found

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element that is seen there."""
        self.view.locator(selector).first.click()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other: `Tab`, `Enter`, `ArrowDown`, `n`, `Shift+Tab`."""
        for key in keys:
            self.view.keyboard.press(key)

    def write(self, text: str) -> None:
        """Write into what has the focus."""
        self.view.keyboard.insert_text(text)

    def move_fingers(self, *places: tuple[tuple[float, float], ...]) -> None:
        """Put fingers on the screen, move them from place to place, and lift them.

        Playwright itself has but single taps.
        """
        kinds = ["touchStart", *["touchMove"] * (len(places) - 1), "touchEnd"]
        session = self.view.context.new_cdp_session(self.view)
        for kind, place in zip(kinds, (*places, ()), strict=True):
            points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(place)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def _note_dialog(self, dialog: sync_api.Dialog) -> None:
        self.problems.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: sync_api.Request) -> None:
        if request.resource_type != "document" and not request.url.startswith("data:"):
            self.requests.append(request.url)


@dataclass(frozen=True)
class Browser:
    """One browser."""

    program: sync_api.Browser

    @contextmanager
    def open(
        self,
        file: Path,
        place: str = "",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
        touch: bool = False,
    ) -> Iterator[Page]:
        """Open a file in a page of its own, and wait until its script has run."""
        address = f"{file.resolve().as_uri()}{place}"
        with self.visit(address, width=width, height=height, dark=dark, script=script, touch=touch) as page:
            yield page

    @contextmanager
    def visit(
        self,
        address: str,
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
        touch: bool = False,
    ) -> Iterator[Page]:
        """Open an address in a page of its own, of a browser that remembers nothing."""
        context = self.program.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1,
            is_mobile=width < 700,
            has_touch=touch,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        try:
            page = Page(context.new_page())
            page.view.goto(address)
            yield page
        finally:
            context.close()


@contextmanager
def start_browser(program: str) -> Iterator[Browser]:
    """Start a browser, and end it."""
    with sync_api.sync_playwright() as playwright:
        # Tests may run as root in a container, where Chromium's sandbox cannot be made.
        browser = playwright.chromium.launch(
            executable_path=program, args=[*_OPTIONS], chromium_sandbox=False, timeout=PATIENCE
        )
        try:
            yield Browser(browser)
        finally:
            browser.close()


@contextmanager
def start_browser_of_tests() -> Iterator[Browser]:
    """Start the browser of this machine; without one its tests fail in CI, and are skipped elsewhere."""
    program = find_chromium()
    if program is None:
        words = "there is no Chromium here: `apt-get install chromium` brings one"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with start_browser(program) as started:
        yield started
