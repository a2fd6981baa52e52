"""The page's own script and style, and the policy that lets nothing else run."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from graph_goldens.report.page.badge_style import build_badge_style

_EARLY = ("static/early.js",)
_STYLES = ("static/page.css", "static/differences.css")
_LIBRARY = "vendor/dagre.min.js"
_LICENCE = "vendor/dagre.min.js.LEGAL.txt"
# Each is a part of one script, whose names are its own; the offline page and the live one share some.
_SHARED = (
    "static/elements.js",
    "static/report.js",
    "static/rows.js",
    "static/layout.js",
    "static/viewport.js",
    "static/picture.js",
    "static/graph.js",
    "static/detail.js",
    "static/scheme.js",
)
_OFFLINE = ("static/unpacking.js", "static/matrix.js", "static/clusters.js", "static/main.js")
_LIVE = (
    "static/live_server.js",
    "static/live_queue.js",
    "static/live_cluster.js",
    "static/live_questions.js",
    "static/live_check.js",
    "static/live_main.js",
)


@dataclass(frozen=True)
class Assets:
    """What the page carries besides the report.

    Attributes:
        early: the script that runs before anything is shown.
        style: the style sheet.
        script: the script that makes the page live, with the library that lays out graphs.
    """

    early: str
    style: str
    script: str

    @cached_property
    def policy(self) -> str:
        """The content security policy: the two scripts and the style sheet, no network, nothing else."""
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src {_digest(self.early)} {_digest(self.script)}",
                f"style-src {_digest(self.style)}",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
            )
        )


def load_assets() -> Assets:
    """Read what the offline page carries from the package."""
    return _load(_OFFLINE, _STYLES)


def load_live_assets() -> Assets:
    """Read what the live page asks for from the package."""
    return _load(_LIVE, (*_STYLES, "static/live.css"))


def _load(own: Sequence[str], styles: Sequence[str]) -> Assets:
    parts = "\n".join(_read(part) for part in (*_SHARED, *own))
    script = f'/*\n{_read(_LICENCE)}*/\n{_read(_LIBRARY)}\n(() => {{\n"use strict";\n{parts}}})();\n'
    return Assets(
        early="\n".join(map(_read, _EARLY)),
        style="\n".join((*map(_read, styles), build_badge_style())),
        script=script,
    )


def _read(name: str) -> str:
    return files("graph_goldens.report.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
