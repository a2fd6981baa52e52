"""A running `goldens serve`, and what a person sees of it in a browser."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.example import Example
from tests.report.browser import Page

SECONDS = 120.0  # machines are slow and shared; what is waited for ends the wait
SHOWN = "html[data-shown='{}']"


@dataclass(frozen=True)
class LiveServer:
    """The command, as it was started.

    Attributes:
        process: the command's process.
        address: what it printed: the page, with the token.
    """

    process: "subprocess.Popen[str]"
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send it a signal; give its exit code and what it wrote to standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


@contextmanager
def start_server(root: Path, *arguments: str) -> Iterator[LiveServer]:
    """Start `goldens serve` in a project, on any port that is free unless one is given."""
    chosen = arguments if "--port" in arguments else ("--port", "0", *arguments)
    process = Example(root).start("serve", *chosen)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), process.communicate(timeout=SECONDS)
        yield LiveServer(process, address)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Wait until something is so; the page's policy lets no browser wait for an expression in it."""
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.03)


def wait_for_text(page: Page, selector: str, text: str) -> None:
    """Wait until an element says something."""
    deadline = time.monotonic() + SECONDS
    while text not in (said := page.text(selector)):
        assert time.monotonic() < deadline, f"{selector} never said {text!r}, but {said!r}"
        time.sleep(0.03)


def wait_ready(page: Page) -> None:
    """Wait until the page was begun."""
    page.view.wait_for_selector("html[data-ready]")


def name_shown(page: Page) -> str:
    """The name of the cluster that is shown; empty where none is."""
    name: str = page.value("document.documentElement.dataset.shown ?? ''")
    return name


def wait_for_other(page: Page, before: str) -> str:
    """Wait until another cluster is shown than before, or none, and give its name."""
    wait_until(lambda: name_shown(page) != before, f"another cluster is shown than {before}")
    return name_shown(page)


def type_text(page: Page, text: str) -> None:
    """Type into the question that is asked."""
    page.view.wait_for_selector("dialog[open] input")
    page.write(text)


def list_rows(page: Page) -> list[str]:
    """The names of the clusters that the list holds."""
    names: list[str] = page.value(
        "[...document.querySelectorAll('#list button')].map((row) => row.dataset.name)"
    )
    return names


def read_own_problems(page: Page) -> list[str]:
    """What the page complained of, but for refusals, which browsers note too."""
    return [each for each in page.problems if not each.startswith("Failed to load resource")]
