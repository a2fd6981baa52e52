"""Capture one record with one version after the other, for a bisection."""

import shutil
from contextlib import suppress

from packaging.version import Version

from graph_goldens.bisect.bisection import Probed, Untestable
from graph_goldens.bisect.subjects import choose_subject
from graph_goldens.bisect.version_range import Range
from graph_goldens.environments.builds import Build
from graph_goldens.environments.environment_places import find_place
from graph_goldens.environments.environment_removal import remove_environment
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.gate.watcher import Watcher
from graph_goldens.records import Record
from graph_goldens.runs.selection import Selection

LEAST_ROOM = 10 << 30


class Prober:
    """Captures one case by one tracing path in one version after the other, and reuses earlier captures.

    Args:
        project: the project.
        selection: the case and the tracing path.
        wanted: what is bisected, where versions are looked for, and the interpreters that have some.
        watcher: what hears of the progress.
        keep: whether environments that are made here stay.
    """

    def __init__(
        self, project: Project, selection: Selection, wanted: Range, watcher: Watcher, *, keep: bool = True
    ) -> None:
        self._project = project
        self._selection = selection
        self._watcher = watcher
        self._keep = keep
        self._subject = choose_subject(project, wanted)
        self._worked = False
        self._commits: dict[Version, str] = {}

    def find_commit(self, version: Version) -> str:
        """Find the commit that a build says it was built from; empty where it was not captured."""
        return self._commits.get(version, "")

    def __call__(self, version: Version) -> Probed:
        """Capture the record of a version, or say why it captures nothing.

        Raises:
            UserError: no version has worked yet, and the selection means nothing or several records there.
            ToolError: there is no room on the disk for another environment.
        """
        request = self._subject.request(version, self._selection)
        build = request.build
        there = isinstance(build, str) or find_place(build.name, self._project.working).python.exists()
        if not there:
            _demand_room(self._project)
        try:
            record = self._capture(version, request)
        except ToolError as error:
            return Untestable(str(error))
        except UserError as error:  # such as a case module that cannot be imported there
            if not self._worked:
                raise UserError(f"with {self._subject.name} {version}: {error}") from None
            return Untestable(str(error))
        finally:
            if not (isinstance(build, str) or there or self._keep):
                self._remove(build)
        self._worked = True
        return record

    def _capture(self, version: Version, request: Request) -> Record:
        with hold_environment(request, self._watcher) as capturing:
            run = capturing.run(self._selection)
        self._commits[version] = str(run.environment.get("git") or "")
        if len(run.captures) > 1:
            first, second, *_ = (" · ".join(key) for key in run.captures)
            raise UserError(f"only one record can be bisected, and this means {first}, {second}, …")
        (capture,) = run.captures.values()
        if capture.fault:
            raise ToolError(capture.fault.sentence)
        if capture.record.reason == UNMET:
            raise ToolError("; ".join(pack.sentence for pack in run.packs if pack.unmet))
        return capture.record

    def _remove(self, build: Build) -> None:
        with suppress(UserError):  # it was never made, or another command uses it
            remove_environment(build.name, self._project.working, self._watcher.note)


def _demand_room(project: Project) -> None:
    folder = next(each for each in (project.working, *project.working.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise ToolError(
            f"only {free / 2**30:.1f} GiB are free, too little to make another environment: remove some from "
            f"{project.working / 'envs'} and run the command again; what was captured is remembered"
        )
