"""What people do without this project: one `unittest` file with what is expected of each trace inline.

The file is made from the same programs, filled by `expecttest` itself (`EXPECTTEST_ACCEPT=1`), and then run
as it stands. It expects each graph's code and graph string, signatures, and whether what was traced, and what
was traced again from that, gives what eager gives.
"""

import importlib.util
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import jinja2

from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import Project
from tests.bench.measure import Measured, measure

TEMPLATE = Path(__file__).with_name("plain_test.py.j2")
_ROUNDS = 6
PATHS = {
    "symbolic-trace": "symbolic_trace",
    "make-fx-real": "make_fx_graphs(tracing_mode='real')",
    "make-fx-fake": "make_fx_graphs(tracing_mode='fake')",
    "make-fx-symbolic": "make_fx_graphs(tracing_mode='symbolic')",
    "make-fx-pre-dispatch": "make_fx_graphs(pre_dispatch=True)",
    "export": "export_graphs(strict=False)",
    "export-strict": "export_graphs(strict=True)",
    "export-pre-dispatch": "export_graphs(exported, strict=False, pre_dispatch=True)",
    "export-functional": "export_graphs(exported, strict=False, pre_dispatch=False)",
    "export-decomposed": "decomposed",
    "export-retraced": "retraced",
    "export-reloaded": "reloaded",
    "aot-inference": "aot_graphs(joint=False)",
    "aot-joint": "aot_graphs(joint=True)",
    "compile-eager": "compiled_graphs(lambda record: record)",
    "compile-dynamic": "compiled_graphs(lambda record: record, dynamic=True)",
    "compile-aot-eager": "compiled_graphs(aot_backend, backward=True)",
    "compile-inductor": "compiled_graphs(inductor_backend, backward=True)",
}
QUICK = (
    "make-fx-real",
    "make-fx-fake",
    "make-fx-symbolic",
    "export",
    "export-strict",
    "compile-eager",
    "compile-dynamic",
)


class PlainFile:
    """The file, ready to run in a folder of its own.

    Args:
        project: the project that has the cases.
        environment: what it runs in.
        folder: an empty folder for it.
        cases: the names of the cases that have a program.
        paths: the tracing paths that it covers.
    """

    def __init__(
        self,
        project: Project,
        environment: Environment,
        folder: Path,
        cases: Sequence[str],
        paths: Iterable[str] = tuple(PATHS),
    ) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._command = [str(environment.python), "plain_test.py"]
        libraries = start_libraries(project.cases, environment, project.working)
        files = [str(library.await_path()) for library in libraries.values()]
        self._variables = _variables(project, folder)
        modules = sorted({module for module, _ in _places(project.root / "cases")})
        template = jinja2.Template(TEMPLATE.read_text(), keep_trailing_newline=True, autoescape=False)
        text = template.render(
            libraries=files, modules=modules, cases=cases, paths={path: PATHS[path] for path in paths}
        )
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
    (folder / "cases").symlink_to(project.root / "cases")
    found = importlib.util.find_spec("expecttest")
    assert found is not None
    assert found.origin is not None
    (folder / "expecttest").symlink_to(Path(found.origin).parent)
    variables = compose_capture_variables(project.working, worker_path, hash_seed=0)
    return {**variables, "PYTHONPATH": f"{folder}:{worker_path}"}


def _places(cases: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(cases.glob("*/*.py")):
        if "\n@case\n" in file.read_text():
            yield f"{cases.name}.{file.parent.name}.{file.stem}", file
