"""The floor of the benchmark: PyTorch's part of a check, in one process, and nothing of ours.

Runs in the environment itself: `PYTHON floor.py CASES LIBRARY…`. Every program is traced by every path, what
was traced is run and traced again as a capture does, and eager is run beside it; nothing is rendered,
normalised, held against eager, or observed. Prints seconds as JSON.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

START = time.perf_counter()

# These imports, that of torch above all, belong to what is measured.
import torch  # noqa: E402

from graph_goldens.capture.tracing import export_paths  # noqa: E402
from graph_goldens.capture.tracing.path_table import find_path  # noqa: E402
from graph_goldens.capture.tracing.switches import set_switches  # noqa: E402
from graph_goldens.capture.tracing.tracing import Tracing  # noqa: E402
from graph_goldens.cases.discovery import FoundCase, find_cases  # noqa: E402
from graph_goldens.cases.path_rows import PATH_ROWS  # noqa: E402


class Bare(Tracing):
    """A tracing that keeps nothing of what a tracing path gives."""

    def graph(self, *_: Any, **__: Any) -> None:
        """Count, as some paths ask how many there are, and keep nothing."""
        self.graphs += 1

    def text(self, *_: Any, **__: Any) -> None:
        """Keep nothing."""

    def fact(self, *_: Any) -> None:
        """Keep nothing."""

    def observe(self, *_: Any) -> None:
        """Observe nothing."""

    def compare_results(self, *_: Any, **__: Any) -> None:
        """Compare nothing: what ran, ran."""


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    """Trace everything once and give the seconds, in all and by path and case."""
    cases = find_bare_cases(folder, libraries)
    seconds: dict[str, float] = {}
    for name, found in cases.items():
        for path in PATH_ROWS:
            start = time.perf_counter()
            _trace(found.build, path)
            seconds[f"{name} {path}"] = time.perf_counter() - start
    return {"all": time.perf_counter() - START, "traces": seconds}


def find_bare_cases(folder: Path, libraries: list[str]) -> dict[str, FoundCase]:
    """Load the packs' libraries, find the cases, and let nothing warn, nor be unlifted to be recorded."""
    warnings.simplefilter("ignore")
    vars(export_paths)["_skip_guards"] = lambda _: None
    for library in libraries:
        torch.classes.load_library(library)
    return find_cases(folder).cases


def _trace(build: Any, path: str) -> None:
    set_switches()
    try:
        session = Bare(build)
        if session.case.program is not None:
            find_path(path)(session)
    except Exception:  # PyTorch's own refusals are part of what is traced
        return


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
