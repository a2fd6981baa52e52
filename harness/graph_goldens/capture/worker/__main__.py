"""Start a worker: `python -m graph_goldens.capture.worker --cases DIR [--jobs N]`."""

import argparse
import sys
from pathlib import Path

from graph_goldens.capture.worker.serve import Settings, serve


def main() -> int:
    """Read the command line and serve requests until standard input ends."""
    parser = argparse.ArgumentParser(prog="graph_goldens.capture.worker", description=__doc__)
    parser.add_argument("--cases", type=Path, required=True, help="folder of packs")
    parser.add_argument("--jobs", type=int, default=1, help="captures at once")
    chosen = parser.parse_args()
    return serve(Settings(chosen.cases.resolve(), chosen.jobs))


if __name__ == "__main__":
    sys.exit(main())
