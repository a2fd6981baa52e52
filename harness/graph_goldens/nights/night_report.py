"""A night as a report: against the goldens, since the night before, and since the last release."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.version import Version

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.judge import judge
from graph_goldens.gate.project import Project
from graph_goldens.nights.night import NightLook
from graph_goldens.report.build import report_results
from graph_goldens.report.model import Item, Report, Section
from graph_goldens.runs.release_commits import RELEASE_COMMITS, SourceStep
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding
from graph_goldens.versions import make_public


def report_night(project: Project, look: NightLook) -> Report:
    """Build the report of a night: a section for each of the three that it is held against."""
    report = report_results(project, [look.result])
    sections = [*report.sections, *_build_since_night(look), *_build_since_release(project, look)]
    return Report(
        title=f"PyTorch {look.run.torch}, the night of {look.night.looked:%Y-%m-%d}",
        sections=tuple(sections),
        matrix=report.matrix,
        records=report.records,
        programs=report.programs,
    )


def find_night_step(look: NightLook) -> SourceStep | None:
    """Find the step between the builds of two nights; None where a commit is not known or the same."""
    before, night = look.before, look.night
    if before is None or not (before.commit and night.commit) or before.commit == night.commit:
        return None
    return SourceStep(before.build, before.commit, night.build, night.commit)


def _build_since_night(look: NightLook) -> Iterator[Section]:
    if look.before and look.before_run:
        drifts = list_run_drifts(look.before_run, look.run)
        yield _build_section(
            "since the night before", look.before.build, drifts, look.run, find_night_step(look)
        )


def list_run_drifts(before: Run, after: Run) -> list[Drift]:
    """List how the records of a run differ from those of another; what was not captured says nothing."""
    pairs = (
        (before.captures[key], capture) for key, capture in after.captures.items() if key in before.captures
    )
    found = (compare(old.record, new.record) for old, new in pairs if not (old.fault or new.fault))
    return [drift for drift in found if drift]


def find_last_release(supported: Iterable[Version], version: Version) -> Version | None:
    """Find the newest supported release before a version; None where there is none."""
    public = make_public(version)
    releases = (each for each in map(make_public, supported) if not each.is_prerelease)
    return max((each for each in releases if each < public), default=None)


def _build_since_release(project: Project, look: NightLook) -> Iterator[Section]:
    release = find_last_release(project.supported, look.run.version)
    if release is None:
        return
    verdicts = judge(look.run.captures.values(), open_fixed_goldens(project), release, project.policy)
    drifts = [each.drift for each in verdicts if each.drift and each.finding is Finding.DRIFTED]
    commit = RELEASE_COMMITS.get(str(release), "")
    known = commit and look.night.commit
    source = SourceStep(str(release), commit, look.night.build, look.night.commit) if known else None
    yield _build_section("since the last release", str(release), drifts, look.run, source)


def _build_section(
    what: str, before: str, drifts: Sequence[Drift], run: Run, source: SourceStep | None
) -> Section:
    return Section(
        title=f"{what}: {before} → {run.torch}",
        before=before,
        after=str(run.version.public),
        items=tuple(map(Item, drifts)),
        records=len(run.captures),
        source=source,
    )
