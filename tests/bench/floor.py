"""The floor of the benchmark: trace every program by every path, in one process, and do nothing else.

Runs in the environment itself: `PYTHON floor.py CASES LIBRARY…`. Nothing is rendered, normalised, compared
with eager or traced again. Prints seconds as JSON.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

START = time.perf_counter()

import torch  # noqa: E402  (its import belongs to what is measured)

from harness.cases.discovery import find_cases  # noqa: E402
from harness.tracing import export  # noqa: E402
from harness.tracing.paths import TRACING_PATHS  # noqa: E402
from harness.tracing.session import Session  # noqa: E402
from harness.tracing.switches import set_switches  # noqa: E402


class Bare(Session):
    """A session that keeps nothing of what a tracing path gives."""

    def graph(self, *_: Any) -> None:
        """Keep nothing."""

    def text(self, *_: Any) -> None:
        """Keep nothing."""

    def fact(self, *_: Any) -> None:
        """Keep nothing."""

    def observe(self, *_: Any) -> None:
        """Observe nothing."""

    def same_as_eager(self, *_: Any) -> None:
        """Run nothing."""

    def judge(self, *_: Any) -> None:
        """Compare nothing."""

    def eager_calls(self) -> list[Any]:
        """Run nothing; the paths only look whether eager raised."""
        return [None] * (1 + len(self.case.calls))


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    """Trace everything once and give the seconds, in all and by path and case."""
    warnings.simplefilter("ignore")
    export._retrace = lambda *_: None
    for library in libraries:
        torch.classes.load_library(library)
    cases, _ = find_cases(folder)
    seconds: dict[str, float] = {}
    for name, found in cases.items():
        for path in TRACING_PATHS:
            start = time.perf_counter()
            _trace(found.build, path)
            seconds[f"{name} {path}"] = time.perf_counter() - start
    return {"all": time.perf_counter() - START, "traces": seconds}


def _trace(build: Any, path: str) -> None:
    set_switches()
    try:
        session = Bare(build)
        if session.case.program is not None:
            TRACING_PATHS[path](session)
    except Exception:  # PyTorch's own refusals are part of what is traced
        return


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
