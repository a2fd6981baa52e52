"""The floor of the benchmark: trace every program by every path, in one process, and do nothing else.

Runs in the environment itself: `PYTHON floor.py CASES LIBRARY…`. Nothing is rendered, normalised, compared
with eager or traced again. Prints seconds as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

START = time.perf_counter()
sys.path.append(str(Path(__file__).parents[2]))  # what an environment imports holds no tests

# These imports, that of torch above all, belong to what is measured.
from graph_goldens.capture.tracing.path_table import find_path  # noqa: E402
from graph_goldens.capture.tracing.switches import set_switches  # noqa: E402
from graph_goldens.cases.path_rows import PATH_ROWS  # noqa: E402
from tests.capture.tracing.bare import BareSession, bare_cases  # noqa: E402


class Bare(BareSession):
    """A session that keeps nothing of what a tracing path gives."""

    def graph(self, *_: Any, **__: Any) -> None:
        """Keep nothing."""

    def text(self, *_: Any, **__: Any) -> None:
        """Keep nothing."""

    def fact(self, *_: Any) -> None:
        """Keep nothing."""

    def observe(self, *_: Any) -> None:
        """Observe nothing."""


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    """Trace everything once and give the seconds, in all and by path and case."""
    cases = bare_cases(folder, libraries)
    seconds: dict[str, float] = {}
    for name, found in cases.items():
        for path in PATH_ROWS:
            start = time.perf_counter()
            _trace(found.build, path)
            seconds[f"{name} {path}"] = time.perf_counter() - start
    return {"all": time.perf_counter() - START, "traces": seconds}


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
