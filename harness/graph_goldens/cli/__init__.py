"""The `goldens` command line."""

import gc
import os
import sys
from importlib import import_module


def main() -> None:
    """Run the command line; Ctrl-C while it is still imported ends it as quietly as later."""
    gc.disable()  # until all is imported: a tenth of the time goes into looking through it for garbage
    try:
        import_module("graph_goldens.cli.main").run()
    except KeyboardInterrupt:
        sys.stderr.write("goldens: interrupted; nothing was begun\n")
        sys.stderr.flush()
        os._exit(
            130
        )  # Python would end by the signal where text was being run (pythonrun.c, run_eval_code_obj)
