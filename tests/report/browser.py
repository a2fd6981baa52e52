"""Headless Chromium, driven through its DevTools pipe: no package is needed for it."""

import base64
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60.0
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
)
# Chromium reads commands from descriptor 3 and answers on 4: a small program puts the pipes there.
_STARTED = """import os, sys
for at in (1, 2):
    os.dup2(int(sys.argv[at]), at + 2)
os.execv(sys.argv[3], sys.argv[3:])
"""
_FREE = 10  # pipes stand from here, so that neither is where the other goes
_KEYS = {"Enter": "\r", "Space": " "}
_MODIFIERS = {"Shift": 8, "Control": 2}


def find_chromium() -> str | None:
    """Give the browser's program, where this machine has one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One browser; each message is a JSON object that ends in a zero byte."""

    def __init__(self, process: "subprocess.Popen[bytes]", commands: int, answers: int) -> None:
        self._process = process
        self._commands = commands
        self._answers = answers
        self._numbers = itertools.count(1)
        self._read = b""
        self._events: list[Message] = []

    def call(self, method: str, session: str | None = None, **fields: Any) -> Message:
        """Give the result of one command; what the browser tells meanwhile is kept."""
        number = next(self._numbers)
        message: Message = {"id": number, "method": method, "params": fields}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: Message = answer["result"]
                return result
            self._events.append(answer)

    def events(self, session: str) -> list[Message]:
        """Give what a page told since it was opened."""
        return [event for event in self._events if event.get("sessionId") == session]

    @contextmanager
    def open(self, file: Path, place: str = "", **screen: Any) -> "Iterator[Page]":
        """Open a file in a page of its own, and wait until its script has run."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        try:
            page.prepare(**screen)
            page.go(f"{file.resolve().as_uri()}{place}")
            yield page
        finally:
            self.call("Target.closeTarget", targetId=target)

    def _receive(self) -> Message:
        while b"\0" not in self._read:
            part = os.read(self._answers, 1 << 20)
            if not part:
                raise RuntimeError(f"the browser ended with status {self._process.wait()}")
            self._read += part
        line, _, self._read = self._read.partition(b"\0")
        answer: Message = json.loads(line)
        return answer


@dataclass
class Page:
    """One page of a browser."""

    browser: Browser
    session: str

    def call(self, method: str, **fields: Any) -> Message:
        """Give the result of a command to this page."""
        return self.browser.call(method, self.session, **fields)

    def prepare(
        self, *, width: int = 1440, height: int = 900, dark: bool = False, script: bool = True
    ) -> None:
        """Set the screen, and listen to all that may go wrong."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        self.scheme("dark" if dark else "light")
        self.call("Emulation.setScriptExecutionDisabled", value=not script)

    def scheme(self, name: str) -> None:
        """Let the system prefer light or dark."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def go(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def value(self, script: str) -> Any:
        """Give the value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.value(f"Boolean({script})"):
            assert time.monotonic() < end, f"never became true: {script}"
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        """Give the text of the first element that a selector finds."""
        found: str = self.value(f"document.querySelector({json.dumps(selector)}).textContent")
        return " ".join(found.split())

    def count(self, selector: str) -> int:
        """Give how many elements are seen that a selector finds."""
        elements = f"[...document.querySelectorAll({json.dumps(selector)})]"
        found: int = self.value(f"{elements}.filter((each) => each.checkVisibility()).length")
        return found

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element that is seen there."""
        found = json.dumps(selector)
        self.value(f"document.querySelector({found}).scrollIntoView({{block: 'center', inline: 'center'}})")
        x, y, hit = self.value(
            f"""(() => {{
                const element = document.querySelector({found});
                const box = element.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const top = document.elementFromPoint(x, y);
                return [x, y, element.contains(top) || Boolean(top?.contains(element))];
            }})()"""
        )
        assert hit, f"{selector} is covered by something else"
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other: `Tab`, `Enter`, `ArrowDown`, `n`, `Shift+Tab`."""
        for key in keys:
            *held, name = key.split("+") if len(key) > 1 else [key]
            fields: Message = {
                "key": " " if name == "Space" else name,
                "modifiers": sum(_MODIFIERS[each] for each in held),
            }
            if name == "Tab":
                fields["windowsVirtualKeyCode"] = 9
            text = _KEYS.get(name, name if len(name) == 1 else "")
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **fields)
            self.call("Input.dispatchKeyEvent", type="keyUp", **fields)

    def write(self, text: str) -> None:
        """Write into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self, file: Path) -> None:
        """Keep what is seen as a PNG file."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    @property
    def problems(self) -> list[str]:
        """What the page complained of: errors, refused scripts, anything written to the console."""
        self.value("0")  # what was told before an answer has arrived with it
        return [words for event in self.browser.events(self.session) if (words := _problem(event))]

    @property
    def requests(self) -> list[str]:
        """The addresses that the page asked for, its own apart."""
        self.value("0")
        asked = [
            event["params"]["request"]["url"]
            for event in self.browser.events(self.session)
            if event["method"] == "Network.requestWillBeSent" and event["params"].get("type") != "Document"
        ]
        return [address for address in asked if not address.startswith("data:")]


def _problem(event: Mapping[str, Any]) -> str:
    match event["method"]:
        case "Runtime.exceptionThrown":
            return json.dumps(event["params"]["exceptionDetails"])
        case "Runtime.consoleAPICalled":
            return json.dumps(event["params"]["args"])
        case "Log.entryAdded":
            return str(event["params"]["entry"]["text"])
        case "Page.javascriptDialogOpening":
            return f"a dialog: {event['params']['message']}"
        case _:
            return ""


@contextmanager
def start_browser(program: str, folder: Path) -> Iterator[Browser]:
    """Start a browser that keeps all that it writes in a folder, and end it."""
    commands_read, commands = os.pipe()
    answers, answers_write = os.pipe()
    given = [fcntl.fcntl(each, fcntl.F_DUPFD, _FREE) for each in (commands_read, answers_write)]
    process = subprocess.Popen(
        [sys.executable, "-c", _STARTED, *map(str, given), program, *_OPTIONS, f"--user-data-dir={folder}"],
        pass_fds=given,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    for each in (commands_read, answers_write, *given):
        os.close(each)
    browser = Browser(process, commands, answers)
    try:
        yield browser
    finally:
        with suppress(AssertionError, OSError, RuntimeError):
            browser.call("Browser.close")
        process.wait(PATIENCE)
        os.close(commands)
        os.close(answers)
