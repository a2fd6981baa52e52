"""What is told of a night, as JSON for a program and as Markdown for people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph_goldens.bisect.bisection import RecordChange
from graph_goldens.drift.clusters import Cluster
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.nights.news import News
from graph_goldens.nights.night import DriftMark, NightLook
from graph_goldens.nights.night_report import find_night_step
from graph_goldens.records import Json
from graph_goldens.report.drift_text import shorten_sentence
from graph_goldens.report.formats.code_spans import format_code
from graph_goldens.report.history_table import encode_change, encode_edit
from graph_goldens.report.known_text import describe_decision, encode_known, name_decision
from graph_goldens.runs.release_commits import SourceStep
from graph_goldens.words import format_count, join_some

FORMAT = 1

_MOST_SHOWN = 20
_LONGEST = 160


@dataclass(frozen=True)
class FoundBuild:
    """Between which two builds a cluster's clearest drift came, as a bisection found.

    Attributes:
        fingerprint: the cluster's.
        change: what was found; None where it could not be.
        source: the two builds' commits; None where one is not known.
        problem: why nothing was found; empty where something was.
    """

    fingerprint: str
    change: RecordChange | None = None
    source: SourceStep | None = None
    problem: str = ""


def encode_news(news: News, look: NightLook, found: Sequence[FoundBuild] = ()) -> dict[str, Json]:
    """Encode what there is to tell of a night; the same whoever gets it: a hook, a file, a workflow."""
    night, before = look.night, look.before
    by_name = {each.fingerprint: each for each in found}
    return {
        "notification": FORMAT,
        "id": news.identity,
        "build": night.build,
        "commit": night.commit,
        "before": {"build": before.build, "commit": before.commit} if before else None,
        "compare": step.link if (step := find_night_step(look)) else None,
        "exit_code": night.exit_code,
        "open": len(night.new),
        "known": len(night.known),
        "new": [_encode_cluster(each, news, look, by_name.get(each.fingerprint)) for each in news.clusters],
        "troubles": [
            {
                "case": each.record.case,
                "path": each.record.path,
                "finding": each.finding.value,
                "problem": each.problem or each.record.reason,
            }
            for each in news.troubles
        ],
        "back": _encode_marks(news.back),
        "gone": _encode_marks(news.gone),
        "ending": _encode_decisions(news.ending),
        "over": _encode_decisions(news.over),
        "settled": _encode_decisions(news.settled),
        "failure": news.failure,
    }


def encode_failure(news: News, build: str) -> dict[str, Json]:
    """Encode that a night could not be looked at."""
    return {"notification": FORMAT, "id": news.identity, "build": build, "failure": news.failure}


def _encode_marks(marks: Iterable[DriftMark]) -> list[Json]:
    return [{"case": case, "path": path, "change": change} for case, path, change in marks]


def _encode_decisions(known: Iterable[KnownDrift]) -> list[Json]:
    return [encode_known(each) for each in known]


def _encode_cluster(cluster: Cluster, news: News, look: NightLook, found: FoundBuild | None) -> Json:
    appeared = {mark[:2] for mark in look.appeared}
    step = found.source if found and found.source else find_night_step(look)
    return {
        "fingerprint": cluster.fingerprint,
        "class": cluster.kind.value,
        "label": cluster.label,
        "severity": cluster.severity.value,
        "cases": list(cluster.cases),
        "paths": list(cluster.paths),
        "records": [list(key) for key in cluster.keys],
        "since_last_night": any(tuple(key) in appeared for key in cluster.keys),
        "back": any(mark[2] == cluster.fingerprint for mark in news.back),
        "edits": [encode_edit(edit) for edit in cluster.edits],
        "also": [encode_change(each.change) for each in cluster.also],
        "commits": {"before": step.before_commit, "after": step.after_commit} if step else None,
        "compare": step.link if step else None,
        "first_changed": str(found.change.after) if found and found.change else None,
        "last_same": str(found.change.before) if found and found.change else None,
        "bisection": found.problem if found else "",
    }


def write_summary(news: News, look: NightLook, found: Sequence[FoundBuild] = ()) -> str:
    """Write what was found in a night, and what of it is new, as Markdown; texts from elsewhere are code."""
    return "\n".join((*_list_head(look), *_list_news(news, look, found))) + "\n"


def _list_head(look: NightLook) -> Iterator[str]:
    night, before = look.night, look.before
    drifts = f"{format_count(len(night.new), 'open finding')}, {len(night.known):,} known"
    yield f"### PyTorch {format_code(night.build)}: {drifts}"
    yield ""
    since = (
        f"{len(look.appeared):,} new and {len(look.went):,} gone since {format_code(before.build)}"
        if before
        else "the first night"
    )
    yield f"{since}; its check ends with {night.exit_code}."
    if step := find_night_step(look):
        yield f"Built from {format_code(step.words)}: {step.link}"


def _list_news(news: News, look: NightLook, found: Sequence[FoundBuild]) -> Iterator[str]:
    by_name = {each.fingerprint: each for each in found}
    if news.new:
        yield "\n#### New\n"
    for cluster in news.clusters[:_MOST_SHOWN]:
        yield from _list_cluster(cluster, news, look, by_name.get(cluster.fingerprint))
    if left := news.clusters[_MOST_SHOWN:]:
        yield f"- … and {format_count(len(left), 'more cluster')}"
    for verdict in news.troubles[:_MOST_SHOWN]:
        words = verdict.problem or verdict.record.reason or "nothing was accepted yet"
        said = format_code(shorten_sentence(words, _LONGEST))
        yield f"- {verdict.finding.value}: {format_code(' · '.join(verdict.record.key))} {said}"
    if news.gone:
        keys = list(dict.fromkeys(f"{case} · {path}" for case, path, _ in news.gone))
        yield f"\n#### Gone\n\n- {format_code(join_some(keys, 6))}"
    yield from _list_decisions("Known drift that ends soon", news.ending)
    yield from _list_decisions("No longer known: the last day has passed", news.over)
    yield from _list_decisions("Known drift that is gone: `goldens triage --prune`", news.settled)


def _list_cluster(cluster: Cluster, news: News, look: NightLook, found: FoundBuild | None) -> Iterator[str]:
    back = " (back)" if any(mark[2] == cluster.fingerprint for mark in news.back) else ""
    count = format_count(len(cluster.drifts), "golden")
    name, cases = format_code(cluster.fingerprint), format_code(join_some(cluster.cases))
    yield f"- **{cluster.label}**{back} {name}, {count}: {cases}"
    yield f"  {format_code(shorten_sentence(cluster.edits[0].sentence, _LONGEST))}"
    if found and found.change:
        before, after = format_code(str(found.change.before)), format_code(str(found.change.after))
        yield f"  first changed in {after}; {before} is as before"
    elif found:
        yield f"  {format_code(found.problem)}"
    if step := found.source if found and found.source else find_night_step(look):
        yield f"  {format_code(step.words)}: {step.link}"


def _list_decisions(title: str, known: Sequence[KnownDrift]) -> Iterator[str]:
    if known:
        yield f"\n#### {title}\n"
    for each in known:
        yield f"- {format_code(name_decision(each))}: {format_code(describe_decision(each))}"
