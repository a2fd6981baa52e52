"""The pytest session of a run: one test per case, tracing path and PyTorch."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError
from graph_goldens.goldens.syrupy_assertion import SnapshotAssertion, find_problem
from graph_goldens.goldens.syrupy_extension import Binding, GoldenExtension, make_extension
from graph_goldens.pytest_plugin import records_test
from graph_goldens.records import Record
from graph_goldens.runs.selection import Key
from graph_goldens.runs.verdict import Verdict

RECORD = "record"

_OPTIONS = (
    "--noconftest",
    "--disable-plugin-autoload",
    "-p",
    "syrupy",
    "--assert=plain",
)
# What these plugins do around each test is most of a session's time, and nothing here asks for it.
_NEEDLESS = (
    "cacheprovider",
    "capture",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "legacypath",
    "logging",
    "monkeypatch",
    "pastebin",
    "recwarn",
    "setuponly",
    "setupplan",
    "stepwise",
    "terminal",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
    "warnings",
)
_WITHOUT = tuple(f"-pno:{plugin}" for plugin in _NEEDLESS)
_NO_SETTINGS = ("-c", "/dev/null")
_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_UPDATE = ("--snapshot-update", "--snapshot-no-cleanup")


@contextmanager
def _hide_options() -> Iterator[None]:
    """Hide the pytest options of a person's shell: they are meant for tests of their own."""
    hidden = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def asks_for_records(metafunc: pytest.Metafunc) -> bool:
    """Whether a test asks for a record and its golden."""
    return {RECORD, "golden"} <= set(metafunc.fixturenames)


class RecordsPlugin:
    """Hands every test that asks for a `record` and its `golden` one after the other.

    Attributes:
        keys: cases and tracing paths; one test is made for each.
        verdicts: what was found about each record; filled before the tests run.
        extension: syrupy's extension that stores the goldens; set before the tests run.
        failures: what is wrong with each test that failed, in a sentence unless it is a plain difference.
    """

    def __init__(
        self, verdicts: Sequence[Verdict] = (), extension: type[GoldenExtension] = GoldenExtension
    ) -> None:
        self.keys = [verdict.record.key for verdict in verdicts]
        self.verdicts = {verdict.record.key: verdict for verdict in verdicts}
        self.extension = extension
        self.failures: dict[Key, str] = {}
        self._assertions: dict[Key, SnapshotAssertion] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one test for each record, named as its golden: `torchbind/attribute/export`."""
        if asks_for_records(metafunc):
            metafunc.parametrize(RECORD, self.keys, ids=["/".join(key) for key in self.keys], indirect=True)

    @pytest.fixture
    def record(self, request: pytest.FixtureRequest) -> Record:
        """Return a record that may be held against its golden."""
        verdict = self.verdicts[request.param]
        if not verdict.sound:
            pytest.fail(f"{verdict.finding.value}: {verdict.problem}", pytrace=False)
        return verdict.record

    @pytest.fixture
    def golden(self, snapshot: SnapshotAssertion, record: Record) -> SnapshotAssertion:
        """Return the golden that a record is asserted to equal."""
        assertion = snapshot.use_extension(self.extension)
        self._assertions[record.key] = assertion
        return assertion

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            case, _, path = report.nodeid.partition("[")[2].removesuffix("]").rpartition("/")
            assertion = self._assertions.get((case, path))
            verdict = self.verdicts.get((case, path))
            stated = find_problem(assertion) if assertion else ""
            self.failures[case, path] = stated or (verdict.problem if verdict else "")


def assert_records(
    verdicts: Sequence[Verdict], binding: Binding, *, update: bool = False
) -> Mapping[Key, str]:
    """Run the tests of some records; where `update`, goldens that differ are written.

    Returns:
        What is wrong with each test that failed, in a sentence unless it is a plain difference.

    Raises:
        ToolError: pytest itself failed.
        KeyboardInterrupt: the session was interrupted.
    """
    plugin = RecordsPlugin(verdicts, make_extension(binding))
    options = [*_OPTIONS, *_WITHOUT, *_NO_SETTINGS, *(_UPDATE if update else ())]
    arguments = [*options, f"--rootdir={Path(records_test.__file__).parent}", records_test.__file__]
    with _hide_options():
        code = pytest.main(arguments, plugins=[plugin])
    match pytest.ExitCode(code):
        case pytest.ExitCode.OK | pytest.ExitCode.TESTS_FAILED:
            return plugin.failures
        case pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        case failure:
            raise ToolError(f"the pytest session that asserts the records ended with {failure.name}")
