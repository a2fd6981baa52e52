"""Capture the cases of a folder with and without what is said beside their graphs, and hold both together.

Runs in an environment: `PYTHON capture_with_and_without.py CASES`. Prints JSON: how many records were
compared, how many of them have effects, and in which anything else differs; so do random numbers drawn next.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from graph_goldens.capture.tracing import recording, said_beside
from graph_goldens.capture.tracing.case_capture import capture
from graph_goldens.capture.tracing.graph_text import Texts
from graph_goldens.capture.tracing.switches import set_switches
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.records import Outcome, Record

sys.path.append(str(Path(__file__).parents[3]))  # what an environment imports holds no tests

from tests.capture.tracing.bare import bare_cases

BESIDE = (".effects", ".constants", ".provenance")
MODULE = "effectful.py"
SAID = said_beside.render_beside


def say_nothing(*_: Any) -> Texts:
    return lambda _: iter(())


def main(folder: Path) -> dict[str, Any]:
    compared = with_effects = 0
    differences = []
    for found in bare_cases(folder, []).values():
        for path in (found.build().paths or ()) if Path(found.file).name == MODULE else ():
            without, plain = _captured(found, path, say_nothing)
            said, full = _captured(found, path, SAID)
            compared += 1
            with_effects += any(name.endswith(".effects") for name, _ in full)
            kept = [text for text in full if not text[0].endswith(BESIDE)]
            if (without, plain) != (said, kept):
                differences.append(f"{found.name} {path}")
    return {"compared": compared, "with_effects": with_effects, "differences": differences}


def _captured(found: FoundCase, path: str, beside: Callable[..., Texts]) -> tuple[Any, list[tuple[str, str]]]:
    """Capture a record: what it says but for its texts, what random numbers come next, and its texts."""
    vars(recording)["render_beside"] = beside
    set_switches()
    record = capture(found.build, Record(found.name, path, Outcome.GRAPHS)).record
    drawn = torch.rand(2).tolist()
    texts = [(artifact.name, artifact.text) for artifact in record.artifacts]
    return [record.outcome, record.reason, dict(record.facts), drawn], texts


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
