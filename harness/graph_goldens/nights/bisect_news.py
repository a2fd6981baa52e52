"""Bisect what is new in a night over the builds between it and the night before."""

from collections.abc import Iterator

from graph_goldens.bisect.bisection import Bisection, RecordChange
from graph_goldens.bisect.probing import Prober
from graph_goldens.bisect.search import demand_change, search
from graph_goldens.bisect.subjects import find_candidates
from graph_goldens.bisect.version_range import Range
from graph_goldens.drift.clusters import Cluster
from graph_goldens.environments.builds import Indexes
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.gate.watcher import Watcher
from graph_goldens.nights.news import News
from graph_goldens.nights.night import NightLook
from graph_goldens.nights.night_messages import FoundBuild
from graph_goldens.runs.release_commits import SourceStep
from graph_goldens.runs.selection import Selection
from graph_goldens.versions import parse_version

MOST_BISECTED = 10


def bisect_news(
    project: Project, look: NightLook, news: News, indexes: Indexes, watcher: Watcher
) -> Iterator[FoundBuild]:
    """Yield for each new cluster, up to ten, between which builds its clearest drift came."""
    if look.before is None:
        return
    good, bad = parse_version(look.before.build), look.run.version
    for cluster in news.clusters[:MOST_BISECTED]:
        yield _bisect_cluster(project, cluster, Range(good, bad, prereleases=True, indexes=indexes), watcher)


def _bisect_cluster(project: Project, cluster: Cluster, wanted: Range, watcher: Watcher) -> FoundBuild:
    case, path = cluster.representative.key
    probe = Prober(project, Selection((case,), (path,)), wanted, watcher, keep=False)
    try:
        candidates = find_candidates(project, wanted)
        found = Bisection(tuple(candidates))
        for found in search(candidates, probe):
            watcher.note(f"{case} by {path}: {found.steps[-1].version} was tried")
        change = demand_change(found)
    except (UserError, ToolError) as error:
        return FoundBuild(cluster.fingerprint, problem=str(error))
    return FoundBuild(cluster.fingerprint, change, _find_step(change, probe))


def _find_step(change: RecordChange, probe: Prober) -> SourceStep | None:
    before, after = (probe.find_commit(version) for version in (change.before, change.after))
    if not (before and after) or before == after:
        return None
    return SourceStep(str(change.before), before, str(change.after), after)
