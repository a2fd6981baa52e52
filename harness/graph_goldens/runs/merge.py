"""Join runs of one environment, captured in parts or on several machines, to one that is judged as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.run import Run
from graph_goldens.runs.shard import Shard

_MOST_NAMED = 5


def merge_runs(runs: Sequence[tuple[Path, Run]]) -> Run:
    """Join runs; all shards of a whole give its run, anything else gives a part of a run.

    Args:
        runs: the runs, and the files that they come from, which errors name.

    Raises:
        UserError: they are not of one environment, a shard is missing or was split differently, or two runs
            say different things about one record.
    """
    _demand_one_environment(runs)
    shards = [(file, run.shard) for file, run in runs if run.shard]
    if shards and len(shards) < len(runs):
        other = next(file for file, run in runs if not run.shard)
        raise UserError(f"{other} is not a shard, so it cannot be merged with {shards[0][0]}, which is")
    captures = _join_captures(runs)
    if shards:
        _demand_one_plan(shards)
        captures = _sort_captures(runs, captures)
    unstable = frozenset(key for _, run in runs for key in run.unstable)
    mistakes = tuple(dict.fromkeys(mistake for _, run in runs for mistake in run.mistakes))
    return replace(
        runs[0][1],
        captures=captures,
        complete=_is_complete(runs, shards) and not mistakes,
        seconds=max(run.seconds for _, run in runs),
        reused=frozenset(key for _, run in runs for key in run.reused),
        proved=frozenset(key for _, run in runs for key in run.proved) - unstable,
        unstable=unstable,
        shard=None,
        mistakes=mistakes,
    )


def _is_complete(runs: Sequence[tuple[Path, Run]], shards: Sequence[tuple[Path, Shard]]) -> bool:
    """Whether runs hold all that there was to capture: all shards do, or one run that is none."""
    if shards:
        return all(shard.complete for _, shard in shards)
    return any(run.complete for _, run in runs)


def _demand_one_environment(runs: Sequence[tuple[Path, Run]]) -> None:
    (first, run), *others = runs
    for file, other in others:
        names = run.environment.keys() | other.environment.keys()
        differing = sorted(n for n in names if run.environment.get(n) != other.environment.get(n))
        if differing:
            named = ", ".join(map(_escape_name, differing))
            raise UserError(f"{first} and {file} are not of one environment: they differ in {named}")


def _demand_one_plan(shards: Sequence[tuple[Path, Shard]]) -> None:
    """Refuse parts of different wholes, and name the parts that are missing."""
    first_file, first = shards[0]
    for file, shard in shards:
        _demand_one_revision(first_file, first, file, shard)
        if _identify_whole(shard) != _identify_whole(first):
            raise UserError(
                f"{first_file} and {file} were not split alike: give every machine the same cases, "
                "selection, N and --durations FILE"
            )
    missing = sorted(set(range(1, first.count + 1)) - {shard.number for _, shard in shards})
    if missing:
        listed = ", ".join(map(str, missing[:_MOST_NAMED])) + (", …" if missing[_MOST_NAMED:] else "")
        raise UserError(
            f"of {first.count} shards these are missing: {listed}; "
            f"capture each with `goldens check --shard {missing[0]}/{first.count}` and so on"
        )
    if {at for _, shard in shards for at in shard.positions} != set(range(first.total)):
        raise UserError(f"the shards hold less than the {first.total} records of the whole")


def _demand_one_revision(first_file: Path, first: Shard, file: Path, shard: Shard) -> None:
    """Refuse parts whose records may not belong together although they were split alike."""
    if shard.revision.cases != first.revision.cases:
        what = "of two revisions of the cases"
    elif shard.revision.tool != first.revision.tool:
        what = "by two revisions of the tool"
    else:
        return
    raise UserError(f"{first_file} and {file} were captured {what}; capture all shards from one checkout")


def _identify_whole(shard: Shard) -> tuple[object, ...]:
    return shard.count, shard.plan, shard.total, shard.complete


def _join_captures(runs: Iterable[tuple[Path, Run]]) -> dict[Key, Capture]:
    joined: dict[Key, tuple[Path, Capture]] = {}
    for file, run in runs:
        for key, capture in run.captures.items():
            before, known = joined.setdefault(key, (file, capture))
            if _extract_content(known) != _extract_content(capture):
                raise UserError(f"{before} and {file} say different things about {key[0]} by {key[1]}")
    return {key: capture for key, (_, capture) in joined.items()}


def _extract_content(capture: Capture) -> tuple[object, ...]:
    """Return what two captures of one record must have in common: all but times and logs."""
    return capture.record, capture.broken, capture.fault


def _sort_captures(runs: Iterable[tuple[Path, Run]], captures: Mapping[Key, Capture]) -> dict[Key, Capture]:
    """Put the captures of all shards in the order of the whole."""
    places = {
        key: at
        for _, run in runs
        if run.shard
        for at, key in zip(run.shard.positions, run.captures, strict=True)
    }
    return {key: captures[key] for key in sorted(captures, key=lambda key: places[key])}


def _escape_name(name: str) -> str:
    return name if name.isidentifier() else ascii(name)
