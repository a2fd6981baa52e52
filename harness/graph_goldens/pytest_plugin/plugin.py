"""Records and goldens for people who run pytest themselves.

A project names this module in `pytest_plugins` of its top `conftest.py` and writes one test:

    def test_record(record, golden):
        assert record == golden

`-k`, `-x` and `--snapshot-update` then work as everywhere; only what is selected is captured.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from graph_goldens.environments import Worker, describe_release, open_environment
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.capture import FIRST_SEED, Capturing, list_keys
from graph_goldens.gate.check import open_goldens
from graph_goldens.gate.judge import judge, prove
from graph_goldens.gate.project import Project, find_project
from graph_goldens.goldens import hold_update_lock
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.syrupy_extension import Binding, make_extension
from graph_goldens.pytest_plugin.records_session import RECORD, RecordsPlugin, asks_for_records
from graph_goldens.records import Capture
from graph_goldens.report.terminal import explain_verdict
from graph_goldens.runs.selection import Key


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `goldens check` that make sense here."""
    group = parser.getgroup("goldens", "graph goldens")
    group.addoption(
        "--torch", default="", metavar="VERSION", help="PyTorch version; the project's default if not given"
    )
    group.addoption("--because", default="", metavar="REASON", help="why new goldens are right; kept in each")


def pytest_configure(config: pytest.Config) -> None:
    """Register what captures, unless pytest was only asked what it can do."""
    if not config.option.help:
        config.pluginmanager.register(LivePlugin(config), "graph-goldens")


class LivePlugin(RecordsPlugin):
    """Lists the cases when the test of records is collected, and captures what is selected of them."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__()
        self._config = config
        self._capturing: Capturing | None = None
        self._worker: Worker | None = None
        self._opened = ExitStack()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one test for each record; the first time, find out which there are."""
        if asks_for_records(metafunc) and self._capturing is None:
            with _tell_by_pytest():
                self._list()
        super().pytest_generate_tests(metafunc)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Capture what is selected, and nothing when pytest only collects."""
        chosen = {key for item in session.items if (key := _read_key(item))}
        if chosen and not self._config.option.collectonly:
            with _tell_by_pytest():
                self._capture([key for key in self.keys if key in chosen])

    def pytest_unconfigure(self) -> None:
        """Leave no worker behind, whatever happened."""
        self._opened.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show the drift under the failure: pytest cuts what it says of an assertion to a few lines."""
        report = yield
        key = _read_key(item)
        if report.failed and key in self.verdicts:
            report.sections.append(("drift", explain_verdict(self.verdicts[key])))
        return report

    def note(self, text: str) -> None:
        """Show what is being done now."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and not self._config.option.verbose < 0:
            reporter.write_line(text)

    def begin(self, what: str, total: int) -> None:
        """Show how many captures are to come."""
        self.note(f"{what}: {total} records")

    def advance(self, capture: Capture) -> None:
        """Stay silent: pytest shows its own progress soon."""

    def _list(self) -> None:
        project = find_project(Path(self._config.rootpath))
        build = describe_release(self._config.option.torch or str(project.default))
        environment = open_environment(build, project.working, self.note)
        self._capturing = Capturing(project, environment, self)
        self.extension = make_extension(self._make_binding(project))
        self._worker = self._opened.enter_context(self._capturing.open_worker(FIRST_SEED))
        self.keys = list_keys(self._worker)

    def _make_binding(self, project: Project) -> Binding:
        assert self._capturing is not None
        return Binding(
            open_goldens(project),
            self._capturing.environment.version,
            self._config.option.because,
            exact=self._updates,
            lock=partial(hold_update_lock, project.snapshots, project.working, self.note),
            hint="accept: goldens update, or pytest --snapshot-update",
        )

    def _capture(self, keys: Sequence[Key]) -> None:
        assert self._capturing is not None
        assert self._worker is not None
        capturing = self._capturing
        project, version = capturing.project, capturing.environment.version
        goldens = FixedGoldens(project.snapshots, project.supported)
        expected = goldens.digest_records(keys, version)
        captures = capturing.collect(self._worker, "capturing", keys, expected=expected)
        self._opened.close()
        verdicts = judge(captures.values(), goldens, version)
        proved = prove(verdicts, capturing.capture_again) if self._updates else verdicts
        self.verdicts.update({verdict.record.key: verdict for verdict in proved})

    @property
    def _updates(self) -> bool:
        return bool(self._config.option.update_snapshots)


@contextmanager
def _tell_by_pytest() -> Iterator[None]:
    """Let pytest report a failure in one sentence."""
    try:
        yield
    except (UserError, ToolError) as error:
        raise pytest.UsageError(str(error)) from None


def _read_key(item: pytest.Item) -> Key | None:
    """Read the case and tracing path of a test of records."""
    parameters: dict[str, Key] = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get(RECORD)
