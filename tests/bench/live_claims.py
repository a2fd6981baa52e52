"""Hold what records say beside their graphs against live graphs, of every version and pack.

`python -m tests.bench.live_claims [--torch 2.15.0]`: by version how many graphs and nodes were run, what was
seen, and what a record says wrongly or leaves unsaid. Ends with 1 where that is anything.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from packaging.version import Version

from tests.capture.tracing.test_live_claims import PACKS, PROJECT, hold_claims

SHOWN = 20


def main() -> int:
    """Hold all versions, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live_claims", description=__doc__)
    parser.add_argument("--torch", type=Version, help="one version; all that are supported if not given")
    chosen = parser.parse_args()
    versions = [chosen.torch] if chosen.torch else list(PROJECT.supported)
    wrong = 0
    for version in versions:
        for cases in (PROJECT.root / "cases", PACKS):
            found = hold_claims(version, cases)
            _show(f"{version} {cases.name}", found)
            wrong += len(found["false"])
    print(f"{wrong} said wrongly or left unsaid")
    return 1 if wrong else 0


def _show(name: str, found: Mapping[str, Any]) -> None:
    counts = ", ".join(f"{number} {what}" for what, number in sorted(found["counts"].items()))
    print(f"{name}: {len(found['false'])} false; {counts}", flush=True)
    for each in found["false"][:SHOWN]:
        print(f"  {each}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
