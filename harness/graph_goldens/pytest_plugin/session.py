"""Records for a session of pytest: lists cases when tests are collected, and captures what is selected."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments.environment import Environment
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.check import capture_afresh
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.judge import CHANGED, PENDING, judge_run, prove
from graph_goldens.gate.known_matching import open_known
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.request import Request, choose_build, hold_environment
from graph_goldens.gate.severity_policy import is_all_ignored
from graph_goldens.gate.unused import find_unused
from graph_goldens.gate.write import open_writer
from graph_goldens.goldens.known_drift import NOTHING_STANDS
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.syrupy_extension import Binding, GoldenExtension, make_extension
from graph_goldens.keys import Key
from graph_goldens.pytest_plugin.entry import RECORD
from graph_goldens.records import Capture, Record
from graph_goldens.report.known_text import describe_known, list_standing
from graph_goldens.report.let_through import find_let_through
from graph_goldens.report.terminal import explain_verdict
from graph_goldens.runs.selection import EVERYTHING, Selection
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.words import format_count, make_visible

NO_ASSERTIONS = (
    "Python runs without assertions (PYTHONOPTIMIZE), so no golden would be compared or written; "
    "leave that out, or --assert=plain"
)


UNUSABLE = "cannot-be-used"  # stands where a test of records names its tracing path


class RecordsSession:
    """Lists the cases when the first test of records is collected, and captures what is selected of them.

    Attributes:
        keys: cases and tracing paths; one test is made for each.
        unusable: why some cases cannot be used; one test is made for each such case, and fails.
        verdicts: what was found about each record that was captured.
        extension: syrupy's extension that reads and writes the goldens.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.keys: Sequence[Key] = ()
        self.unusable: Mapping[Key, Mistake] = {}
        self.verdicts: dict[Key, Verdict] = {}
        self.extension = GoldenExtension
        self._config = config
        self._opened = ExitStack()
        self._unused: Sequence[StoredGolden] = ()
        self._standing = NOTHING_STANDS

    def open(self) -> None:
        """Open the environment, and find out which records there are.

        Raises:
            pytest.Collector.CollectError: the project, its cases or the environment cannot be used, or
                Python runs without the assertions that compare and write.
        """
        with _tell_by_pytest(pytest.Collector.CollectError):
            if not __debug__ and self._config.option.assertmode == "plain":
                raise UserError(NO_ASSERTIONS)
            project = find_project(Path(self._config.rootpath))
            options = self._config.option
            build = choose_build(project, options.goldens_torch, options.goldens_python)
            request = Request(project, build, reuse=not options.goldens_no_cache)
            self._capturing = self._opened.enter_context(hold_environment(request, self))
            self.extension = make_extension(self._bind_goldens(project, self._capturing.environment))
            self._surveyed = self._opened.enter_context(self._capturing.survey())
            listing = self._surveyed.listing
            self.keys = listing.keys
            self.unusable = {
                Key(name, UNUSABLE): mistake for mistake in listing.mistakes for name in mistake.names
            }

    def _bind_goldens(self, project: Project, environment: Environment) -> Binding:
        def write(record: Record) -> None:
            with open_writer(project, self._config.option.goldens_because, self.note) as writer:
                writer.write(record, environment.version)

        return Binding(
            open_goldens(project),
            environment.version,
            write,
            exact=self._updates,
            hint="accept: goldens update, or pytest --snapshot-update",
            ignores=partial(is_all_ignored, project.policy),
        )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Capture what is selected, and nothing when pytest only collects."""
        chosen = {key for item in session.items if (key := _read_key(item))}
        if chosen and not self._config.option.collectonly:
            with _tell_by_pytest(pytest.UsageError):
                self._capture([key for key in self.keys if key in chosen])

    def _capture(self, keys: Sequence[Key]) -> None:
        capturing = self._capturing
        version = capturing.environment.version
        goldens = open_fixed_goldens(capturing.project)
        whole = len(keys) == len(self.keys) and not self.unusable
        run = self._surveyed.run(EVERYTHING if whole else Selection(keys=frozenset(keys)))
        if run.reused:
            self.note(f"reused from before: {format_count(len(run.reused), 'record')}")
        verdicts = judge_run(run, goldens, capturing.project.policy)
        differing = CHANGED if self._updates else PENDING
        run, verdicts = capture_afresh(run, verdicts, goldens, capturing, differing)
        proved = prove(verdicts, capturing.capture_again, differing)
        self._opened.close()
        known = open_known(capturing.project)
        marked = known.mark_unstable(proved, version) if self._updates else known.mark(proved, version)
        self.verdicts.update({verdict.record.key: verdict for verdict in marked})
        if not self._updates:
            self._standing = known.find_standing(run, marked)
        if whole:
            self._unused = find_unused(goldens, keys, (version,), capturing.project.cases)

    def take_record(self, key: Key) -> Record:
        """Return a record; fail the test of one that may not become a golden, skip that of one not judged."""
        if key in self.unusable:
            pytest.fail(str(self.unusable[key]), pytrace=False)
        verdict = self.verdicts[key]
        if verdict.finding is Finding.NOT_JUDGED:
            pytest.skip(f"{verdict.finding.value}: {verdict.problem}")
        if verdict.finding is Finding.KNOWN_UNSTABLE or (
            verdict.finding is Finding.KNOWN and not self._updates
        ):
            pytest.xfail(f"{verdict.finding.value}: {describe_known(verdict)}")
        if not verdict.sound:
            pytest.fail(f"{verdict.finding.value}: {verdict.problem}", pytrace=False)
        return verdict.record

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

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail for unused goldens where all records were selected, and for known drift that is gone."""
        if (self._unused or self._standing.gone) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name unused goldens and what removes them, and what the project's rules let through."""
        root = self._config.rootpath
        for each in find_let_through(self.verdicts.values()):
            terminalreporter.write_line(each.sentence)
        for line in list_standing(self._standing):
            terminalreporter.write_line(line.plain.strip())
        for stored in self._unused:
            file = stored.file.relative_to(root) if stored.file.is_relative_to(root) else stored.file
            terminalreporter.write_line(make_visible(f"unused golden {file}"))
        if self._unused:
            terminalreporter.write_line("remove unused goldens: goldens prune")

    def pytest_unconfigure(self) -> None:
        """Leave no worker behind, whatever happened."""
        self._opened.close()

    def note(self, text: str) -> None:
        """Show what is being done now."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and not self._config.option.verbose < 0:
            reporter.write_line(text)

    def begin(self, what: str, total: int) -> None:
        """Show how many captures are to come."""
        self.note(f"{what}: {format_count(total, 'record')}")

    def advance(self, capture: Capture) -> None:
        """Stay silent: pytest shows its own progress soon."""

    @property
    def _updates(self) -> bool:
        return bool(self._config.option.update_snapshots)


@contextmanager
def _tell_by_pytest(kind: type[Exception]) -> Iterator[None]:
    """Let pytest report a failure in one sentence: as the exception that it shows so at this stage."""
    try:
        yield
    except (UserError, ToolError) as error:
        raise kind(str(error)) from None


def _read_key(item: pytest.Item) -> Key | None:
    """Read the case and tracing path of a test of records."""
    parameters: dict[str, Key] = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get(RECORD)
