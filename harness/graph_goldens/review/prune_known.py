"""Take out of decisions about known drift what the saved runs show to be gone, or what a person names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.judge import judge_run
from graph_goldens.gate.known_matching import KnownLook, look_at
from graph_goldens.gate.project import Project
from graph_goldens.gate.write import Tell
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.goldens.known_folder import list_known
from graph_goldens.keys import Key
from graph_goldens.review.find_pending import LEAST_LETTERS, find_saved_runs
from graph_goldens.review.triage import rewrite_known
from graph_goldens.versions import make_public

_Looks = Sequence[tuple[Version, KnownLook]]


def prune_known(project: Project, torch: Sequence[str], tell: Tell) -> list[KnownDrift]:
    """Narrow decisions to what the saved runs still show, and remove those of which nothing is left.

    Returns:
        The decisions that were narrowed or removed, as they were.

    Raises:
        UserError: no run is saved, or a decision cannot be read.
        ToolError: a file cannot be written or removed.
    """
    known = list_known(project.snapshots)
    goldens = open_fixed_goldens(project)
    looks: dict[KnownDrift, list[tuple[Version, KnownLook]]] = {each: [] for each in known}
    for run in find_saved_runs(project, torch):
        verdicts = judge_run(run, goldens, project.policy)
        for each in known:
            if each.covers(run.version):
                looks[each].append((make_public(run.version), look_at(each, run, verdicts)))
    left = {each.file: list(_narrow(each, found)) for each, found in looks.items() if each.file}
    return rewrite_known(project, left, tell)


def _narrow(known: KnownDrift, looks: _Looks) -> Iterator[KnownDrift]:
    """Yield what is left of a decision: for each range of versions the records that show it there."""
    by_range: dict[tuple[Version, Version | None], list[Key]] = {}
    for key in known.records:
        if narrowed := _find_left(known, [(v, key in look.shown) for v, look in looks if _tells(look, key)]):
            by_range.setdefault(narrowed, []).append(key)
    for (first, last), keys in by_range.items():
        yield replace(known, first=first, last=last, records=tuple(keys))


def _tells(look: KnownLook, key: Key) -> bool:
    return key in look.shown or key in look.gone


def _find_left(
    known: KnownDrift, told: Sequence[tuple[Version, bool]]
) -> tuple[Version, Version | None] | None:
    """Find for which versions a record still shows what is known of it; None where for none."""
    if not told:
        return known.first, known.last
    shown = [version for version, shows in told if shows]
    if not shown:
        return None
    first = known.first if told[0][1] else min(shown)
    last = known.last if told[-1][1] else max(shown)
    return first, last


def remove_named(project: Project, names: Sequence[str], tell: Tell) -> list[KnownDrift]:
    """Remove decisions that a person names, by the beginning of their files' names.

    Raises:
        UserError: one of the names means none or several; nothing is removed then.
        ToolError: a file cannot be removed.
    """
    known = list_known(project.snapshots)
    meant = [_find_named(known, name) for name in names]
    return rewrite_known(project, {each.file: [] for each in meant if each.file}, tell)


def _find_named(known: Sequence[KnownDrift], name: str) -> KnownDrift:
    see = "`goldens known` lists them"
    if len(name) < LEAST_LETTERS:
        raise UserError(
            f"{name!r} is too short to name a decision: give at least {LEAST_LETTERS} letters; {see}"
        )
    found = [each for each in known if each.name.startswith(name.lower().removesuffix(".toml"))]
    if len(found) > 1:
        raise UserError(
            f"{name!r} names several decisions: {', '.join(each.name for each in found)}; give more of one"
        )
    if not found:
        raise UserError(f"no decision is called {name}; {see}")
    return found[0]
