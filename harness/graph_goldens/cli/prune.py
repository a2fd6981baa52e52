"""`goldens prune`."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer
from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import make_request
from graph_goldens.errors import UserError
from graph_goldens.gate.inventory import Prunable, find_prunable
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.goldens.fold import fold, plan_fold
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.rebase import Rebase, plan_rebase, rebase
from graph_goldens.goldens.update_lock import hold_update_lock
from graph_goldens.versions import make_public, name_overlay, parse_version
from graph_goldens.words import format_count, make_visible

MOST_OTHERS = 8

MinTorch = Annotated[
    str,
    typer.Option(
        "--min-torch",
        metavar="VERSION",
        show_default=False,
        help="Instead, drop support for PyTorch versions before this one. Needs no PyTorch.",
    ),
]
FoldInto = Annotated[
    str,
    typer.Option(
        "--fold",
        metavar="VERSION",
        show_default=False,
        help="Instead, make goldens of nightlies and candidates those of their release. Needs no PyTorch.",
    ),
]


def prune(
    *,
    torch: options.Torch = "",
    python: options.Python = "",
    min_torch: MinTorch = "",
    fold_into: FoldInto = "",
    yes: options.Yes = False,
    places: options.Places,
) -> int:
    """Delete goldens that no case gives a record for, after showing them. Nothing else ever deletes one.

    With --min-torch delete instead the goldens of older versions, with --fold those of a release's nightlies.
    What remaining versions resolve to stays.

    Example: goldens prune --yes
    """
    project = open_project(places)
    if bool(min_torch) + bool(fold_into) + bool(torch or python) > 1:
        raise UserError(
            "--min-torch and --fold look at goldens of all cases and need no PyTorch, so leave out --torch "
            "and --python; give one of them"
        )
    if fold_into:
        return _fold_nightlies(project, parse_version(fold_into), yes=yes)
    if min_torch:
        return _prune_versions(project, parse_version(min_torch), yes=yes)
    return _prune_unused(project, torch, python, yes=yes)


def _prune_unused(project: Project, torch: str, python: str, *, yes: bool) -> int:
    console, requests = make_output(), _make_requests(project, torch, python)
    with ProgressWatcher(make_progress_output()) as watcher:
        found = find_prunable(requests, watcher)
    _show_prunable(console, found)
    if not found.unused:
        console.print("every golden is of a case; there is nothing to prune")
        return 0
    if not _ask_agreement(console, f"delete these {format_count(len(found.unused), 'golden')}?", yes=yes):
        return 0
    with hold_update_lock(project.snapshots, project.working, console.print):
        with ProgressWatcher(make_progress_output()) as watcher:  # a case may have come back meanwhile
            again = set(find_prunable(requests, watcher).unused)
        files = [stored.file for stored in found.unused if stored in again]
        open_goldens(project).remove(files)
    kept = len(found.unused) - len(files)
    left = f"; {format_count(kept, 'golden')} stayed, whose cases came back meanwhile" if kept else ""
    console.print(f"deleted {format_count(len(files), 'golden')}{left}")
    return 0


def _make_requests(project: Project, torch: str, python: str) -> list[Request]:
    """Say which environments are asked for their cases: one, or those of all supported versions."""
    versions = [str(version) for version in project.supported] if torch == "all" else [torch]
    return [make_request(project, version, python=python) for version in versions]


def _show_prunable(console: Console, found: Prunable) -> None:
    for stored in found.unused:
        console.print(Text(make_visible(str(stored.file))), soft_wrap=True)
    for file in found.others[:MOST_OTHERS]:
        console.print(Text(f"left alone, since it is no golden: {make_visible(str(file))}"), soft_wrap=True)
    if len(found.others) > MOST_OTHERS:
        console.print(f"left alone {len(found.others) - MOST_OTHERS} more files that are no goldens")
    if found.doubtful:
        console.print(
            f"{format_count(found.doubtful, 'golden')} more may be of cases or tracing paths that only other "
            "versions have; ask all that are supported: [bold]goldens prune --torch all[/]",
            soft_wrap=True,
        )


def _prune_versions(project: Project, minimum: Version, *, yes: bool) -> int:
    goldens, console = open_goldens(project), make_output()
    plan = plan_rebase(goldens, minimum)
    if plan.removed:
        _show_plan(console, plan)
        if not _ask_agreement(console, f"delete {format_count(len(plan.removed), 'golden')}?", yes=yes):
            return 0
        with hold_update_lock(project.snapshots, project.working, console.print):
            if plan_rebase(goldens, minimum) != plan:
                raise UserError("the goldens changed meanwhile, so nothing was deleted; run it again")
            rebase(goldens, plan)
        console.print(
            f"deleted {format_count(len(plan.removed), 'golden')}; the oldest are now those of {plan.base}"
        )
    else:
        console.print(f"no golden is older than {plan.base}; there is nothing to prune")
    _show_settings(console, project, plan.base)
    return 0


def _show_plan(console: Console, plan: Rebase) -> None:
    _show_removed(console, plan.removed)
    if plan.moved:
        base = name_overlay(plan.base)
        console.print(f"[green]+[/] {base}: {len(plan.moved)} of these, which {plan.base} falls back to")


def _show_removed(console: Console, removed: Iterable[StoredGolden]) -> None:
    for version, count in Counter(entry.version for entry in removed).items():
        console.print(f"[red]-[/] {name_overlay(version)}: {format_count(count, 'golden')}")


def _fold_nightlies(project: Project, release: Version, *, yes: bool) -> int:
    goldens, console = open_goldens(project), make_output()
    plan = plan_fold(goldens, release)
    if not plan.removed:
        console.print(f"no golden is of a nightly or a candidate of {plan.release}; there is nothing to fold")
        return 0
    _show_removed(console, plan.removed)
    console.print(f"[green]+[/] {name_overlay(plan.release)}: {len(plan.moved)} of these")
    if not _ask_agreement(console, f"delete {format_count(len(plan.removed), 'golden')}?", yes=yes):
        return 0
    with hold_update_lock(project.snapshots, project.working, console.print):
        if plan_fold(goldens, release) != plan:
            raise UserError("the goldens changed meanwhile, so nothing was done; run it again")
        fold(goldens, plan)
    versions = len({version for _, version in plan.resolved})
    console.print(
        f"folded {format_count(len(plan.removed), 'golden')} into {plan.release}; what each of "
        f"{format_count(versions, 'version')} resolves to is byte for byte what it was",
        soft_wrap=True,
    )
    return 0


def _show_settings(console: Console, project: Project, base: Version) -> None:
    """Say which older versions the project's settings still name."""
    older = [str(version) for version in project.supported if make_public(version) < base]
    if older:
        console.print(f"now drop {', '.join(older)} from `supported` in pyproject.toml", soft_wrap=True)
    if make_public(project.default) < base:
        console.print(f"and give a `default` there that is not older than {base}", soft_wrap=True)


def _ask_agreement(console: Console, question: str, *, yes: bool) -> bool:
    """Ask the person, unless `yes` says that they agree."""
    try:
        if yes or console.input(f"{question} \\[y/N]: ").strip().lower() in ("y", "yes"):
            return True
    except EOFError:
        raise UserError("nothing was deleted: nobody answered; --yes deletes without asking") from None
    console.print("nothing was deleted")
    return False
