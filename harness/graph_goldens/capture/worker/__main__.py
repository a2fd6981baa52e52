"""Start a worker: `python …/worker/__main__.py --cases DIR [--jobs N]`, as a script.

A script is compiled from its source each time. It sees to it that everything else is imported from bytecode
that was checked against its source, before it imports anything else of the harness, or torch.
"""

import argparse
import runpy
import sys
from pathlib import Path

_OWN_FOLDER = Path(__file__).parent
sys.path[:] = [entry for entry in sys.path if not entry or Path(entry) != _OWN_FOLDER]  # before Python 3.11
runpy.run_path(str(_OWN_FOLDER / "checked_bytecode.py"))["install"]()

from graph_goldens.capture.worker.serve import Settings, serve  # noqa: E402  (see above)
from graph_goldens.cases.case_folders import join_folders, resolve_folders  # noqa: E402
from graph_goldens.cases.packs import PackChoice  # noqa: E402
from graph_goldens.cases.root_name import ROOT  # noqa: E402


def main() -> int:
    """Read the command line and serve requests until standard input ends."""
    parser = argparse.ArgumentParser(prog="worker", description=__doc__)
    parser.add_argument("--cases", type=Path, action="append", required=True, help="a folder of packs")
    parser.add_argument("--package", default=ROOT, help="import name of the folder of packs")
    parser.add_argument("--pack", action="append", help="the only pack, or one of them; all if not given")
    parser.add_argument("--jobs", type=int, default=1, help="captures at once")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long a case may take to build")
    parser.add_argument(
        "--unusable",
        nargs=2,
        action="append",
        default=[],
        metavar=("MODULE", "WHY"),
        help="a case module not to import",
    )
    parser.add_argument(
        "--import-from", type=Path, action="append", default=[], help="a folder of the project's own modules"
    )
    parser.add_argument(
        "--tracing-path",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "MODULE:FUNCTION"),
        help="a tracing path that the project's settings name",
    )
    chosen = parser.parse_args()
    unusable = [(module, why) for module, why in chosen.unusable]
    named = [(name, target) for name, target in chosen.tracing_path]
    choice = PackChoice(chosen.package, frozenset(chosen.pack) if chosen.pack else None)
    own = tuple(chosen.import_from)
    cases = resolve_folders(join_folders(chosen.cases))
    return serve(Settings(cases, chosen.jobs, chosen.seconds, unusable, choice, own, named))


if __name__ == "__main__":
    sys.exit(main())
