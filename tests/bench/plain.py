"""What people do without this project: one `unittest` file with the expected code of each graph inline.

The file is made from the same programs, filled by `expecttest` itself (`EXPECTTEST_ACCEPT=1`), and then run
as it stands. It covers the tracing paths that a few lines of Python can trace by.
"""

import importlib.util
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import jinja2

from harness.environments import Environment, start_libraries
from harness.environments.variables import capture_variables
from harness.environments.worker_path import make_worker_path
from harness.gate.settings import Project
from tests.bench.measure import Measured, measure

TEMPLATE = Path(__file__).with_name("plain_test.py.j2")
_ROUNDS = 6
PATHS = {
    "make-fx-real": "make_fx_graphs('real')",
    "make-fx-fake": "make_fx_graphs('fake')",
    "make-fx-symbolic": "make_fx_graphs('symbolic')",
    "export": "export_graphs(strict=False)",
    "export-strict": "export_graphs(strict=True)",
    "compile-eager": "compile_graphs(dynamic=False)",
    "compile-dynamic": "compile_graphs(dynamic=True)",
}


class PlainFile:
    """The file, ready to run in a folder of its own."""

    def __init__(
        self, project: Project, environment: Environment, folder: Path, cases: Sequence[str]
    ) -> None:
        self._folder = folder
        self._command = [str(environment.python), "plain_test.py"]
        libraries = start_libraries(project.cases, environment, project.working)
        files = [str(library.result()) for library in libraries.values()]
        self._variables = _variables(project, folder)
        modules = sorted({module for module, _ in _places(project.cases)})
        template = jinja2.Template(TEMPLATE.read_text(), keep_trailing_newline=True, autoescape=False)
        text = template.render(libraries=files, modules=modules, cases=cases, paths=PATHS)
        (folder / "plain_test.py").write_text(text)

    def fill(self) -> None:
        """Let `expecttest` write what is expected; it does not always write all of it at once."""
        accepting = {**self._variables, "EXPECTTEST_ACCEPT": "1"}
        for _ in range(_ROUNDS):
            with suppress(subprocess.CalledProcessError):
                measure(self._command, self._folder, accepting)
                return

    def run(self) -> Measured:
        """Run the tests; its last line of output says how many graphs they saw."""
        return measure(self._command, self._folder, self._variables)


def graphs_seen(measured: Measured) -> int:
    """Give how many graphs a run of the file expected."""
    return int(json.loads(measured.output.splitlines()[-1])["graphs"])


def _variables(project: Project, folder: Path) -> Mapping[str, str]:
    worker_path = make_worker_path(project.working)
    (folder / "cases").symlink_to(project.cases)
    found = importlib.util.find_spec("expecttest")
    assert found is not None
    assert found.origin is not None
    (folder / "expecttest").symlink_to(Path(found.origin).parent)
    variables = capture_variables(project.working, worker_path, hash_seed=0)
    return {**variables, "PYTHONPATH": f"{folder}:{worker_path}"}


def _places(cases: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(cases.glob("*/*.py")):
        if "\n@case\n" in file.read_text():
            yield f"{cases.name}.{file.parent.name}.{file.stem}", file
