"""Run a module and note which lines of the harness it runs, for `coverage report`: `make coverage`."""

import subprocess
import sys
from pathlib import Path

from tests.counting.measurement import counting_lines, modules_of, noted, save, starters_of

REPOSITORY = Path(__file__).parents[2]


def main() -> int:
    """Run `python -m` with the arguments, and end as it does."""
    working = REPOSITORY / ".goldens"
    folder = working / "lines"
    modules = modules_of(REPOSITORY / "harness" / "graph_goldens")
    with counting_lines(folder, modules, starters_of(working)):
        ended = subprocess.run([sys.executable, "-m", *sys.argv[1:]], cwd=REPOSITORY, check=False)
    save(noted(folder, modules), REPOSITORY / ".coverage")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
