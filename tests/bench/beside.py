"""What effects, constants and provenance cost: `python -m tests.bench.beside [--torch 2.15.0]`.

Prints their share of the processor time of all captures; ends with 1 where it is more than a tenth.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import find_project

SCRIPT = Path(__file__).with_name("capture_beside.py")
MOST = 0.1


def main() -> int:
    """Measure, and say what each kind costs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.beside", description=__doc__)
    parser.add_argument("--torch", default="", help="PyTorch version, the project's default if not given")
    chosen = parser.parse_args()
    project = find_project(Path.cwd())
    build = describe_release(chosen.torch or str(project.default))
    environment = open_environment(build, project.working, print)
    libraries = start_libraries(project.cases, environment, project.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    make_capture_folders(variables)
    command = [str(environment.python), str(SCRIPT), str(project.cases), *files]
    found = json.loads(subprocess.run(command, env=variables, capture_output=True, check=True).stdout)
    seconds = found["seconds"]
    whole = seconds.pop("all")
    share = sum(seconds.values()) / whole
    parts = ", ".join(f"{kind} {spent:.2f} s" for kind, spent in sorted(seconds.items()))
    print(f"{found['torch']}: {found['records']} records take {whole:.1f} CPU s; {parts}: {share:.1%} of it")
    return 1 if share > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
