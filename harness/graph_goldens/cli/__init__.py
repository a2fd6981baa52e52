"""The `goldens` command line."""

import sys
from importlib import import_module


def main() -> None:
    """Run the command line; Ctrl-C while it is still imported ends it as quietly as later."""
    try:
        import_module("graph_goldens.cli.main").run()
    except KeyboardInterrupt:
        sys.stderr.write("goldens: interrupted; nothing was begun\n")
        sys.exit(130)
