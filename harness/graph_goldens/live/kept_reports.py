"""The offline pages as a server shows them: made when they are asked for, kept until something changes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from graph_goldens.errors import UserError
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project
from graph_goldens.report.build import report_history, report_runs
from graph_goldens.report.model import Report
from graph_goldens.report.page import render_page
from graph_goldens.report.page.assets import load_assets
from graph_goldens.runs.nothing_pending import digest_files
from graph_goldens.runs.run import list_runs, load_run
from graph_goldens.runs.selection import Selection

_MOST = 4
_Asked = tuple[str, str, tuple[str, ...]]


@dataclass
class KeptReports:
    """Makes offline pages, one at a time, and keeps the last few.

    Attributes:
        project: the project.
    """

    project: Project
    _pages: "OrderedDict[_Asked, str]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def policy(self) -> str:
        """The content security policy of every offline page."""
        return load_assets().policy

    def render(self, kind: str, cases: Sequence[str]) -> str:
        """Render the page of the saved runs (`report`) or of the goldens (`history`).

        Args:
            kind: which of both.
            cases: cases or patterns; all where there are none.

        Raises:
            UserError: there are no runs or goldens, or the cases match nothing.
        """
        with self._lock:
            files = digest_files(find_home(self.project), self.project.snapshots)
            asked = (kind, files, tuple(cases))
            if asked not in self._pages:
                made = _REPORTS[kind](self.project, Selection(tuple(cases)))
                self._pages[asked] = render_page(made)
            self._pages.move_to_end(asked)
            while len(self._pages) > _MOST:
                self._pages.popitem(last=False)
            return self._pages[asked]


def _report_saved_runs(project: Project, selection: Selection) -> Report:
    runs = [load_run(file) for file in list_runs(find_home(project))]
    if not runs:
        raise UserError("no run is saved, so there is nothing to report; start a check")
    return report_runs(project, sorted(runs, key=lambda run: run.version), selection)


_REPORTS: Mapping[str, Callable[[Project, Selection], Report]] = {
    "report": _report_saved_runs,
    "history": report_history,
}
