"""Report what a change does to the goldens: those of its base held against those of the tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.drift.compare import compare
from graph_goldens.errors import UserError
from graph_goldens.files import read_whole
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.policy_rules import SeverityPolicy
from graph_goldens.gate.project import Project
from graph_goldens.gate.severity_policy import judge_drift
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.reader import parse
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.report.build import GoldenFiles, choose_keys, find_golden_files
from graph_goldens.report.golden_lines import find_changed_line
from graph_goldens.report.model import Gravity, Item, Problem, ProblemKind, Report, Section
from graph_goldens.runs.selection import EVERYTHING, Selection
from graph_goldens.versions import find_newest_not_after, name_overlay, read_overlay_version


@dataclass(frozen=True)
class _Turn:
    """What some versions resolved to in the base and resolve to now; None where that is nothing.

    Attributes:
        key: case and tracing path.
        old: the base's overlay.
        new: the tree's overlay.
        versions: the watched versions that went from the one to the other.
    """

    key: Key
    old: Version | None
    new: Version | None
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class _Sides:
    """The goldens of the tree, where those of its base and its own lie, and how the project judges drifts."""

    goldens: Goldens
    old: GoldenFiles
    new: GoldenFiles
    policy: SeverityPolicy

    def list_keys(self) -> set[Key]:
        return {*self.old.held, *self.new.held}

    def find_turns(self, key: Key, versions: Sequence[Version]) -> Iterator[_Turn]:
        """Find what moved from one file to another, each pair of files once."""
        old, new = self.old.held.get(key, {}), self.new.held.get(key, {})
        turned: dict[tuple[Version | None, Version | None], list[Version]] = {}
        for version in versions:
            pair = find_newest_not_after(old, version), find_newest_not_after(new, version)
            turned.setdefault(pair, []).append(version)
        for (before, after), of in turned.items():
            if not _is_equal(old.get(before) if before else None, new.get(after) if after else None):
                yield _Turn(key, before, after, tuple(of))

    def find_changed_overlay(self, turn: _Turn) -> Version:
        """Find the overlay whose file was changed, added or, where the newer one is as it was, removed."""
        before, after = self.old.held.get(turn.key, {}), self.new.held.get(turn.key, {})
        if turn.new and not _is_equal(before.get(turn.new), after[turn.new]):
            return turn.new
        assert turn.old is not None  # else both sides resolve to the same file, which is no turn
        return turn.old

    def choose_file(self, turn: _Turn) -> str:
        """Choose the file to look at: the tree's, or the place where it was if it is gone."""
        if turn.new:
            return self.new.name_file(self.new.held[turn.key][turn.new])
        return self.new.name_file(self.goldens.locate_own(*turn.key, self.find_changed_overlay(turn)))


def report_change(project: Project, base: Path, selection: Selection = EVERYTHING) -> Report:
    """Report what the tree's goldens say otherwise than its base's: a section for each overlay that changed.

    What a changed file changes for several versions is reported once, in the section of its overlay.

    Args:
        project: the project, as the change leaves it.
        base: the folder of goldens, or of the project, as it was before.
        selection: the cases and tracing paths.

    Raises:
        UserError: the base is not a folder, a golden cannot be read, or the selection matches nothing.
    """
    before, after = Goldens(_find_base_folder(project, base), project.supported), open_goldens(project)
    versions = tuple(sorted({*list_watched_versions(before), *list_watched_versions(after)}))
    sides = _Sides(
        after,
        find_golden_files(project, before.list_stored()),
        find_golden_files(project, after.list_stored()),
        project.policy,
    )
    keys = choose_keys(project, sides.list_keys(), selection)
    turns = [turn for key in keys for turn in sides.find_turns(key, versions)]
    sections = _build_sections(turns, sides, len(keys))
    return Report(
        title="What this change does to the goldens",
        sections=sections,
        records={item.drift.key: item.drift.record for section in sections for item in section.items},
        programs=read_program_sources(project.cases, {turn.key[0] for turn in turns}),
    )


def _find_base_folder(project: Project, base: Path) -> Path:
    """Find the goldens of the base: they may be the folder itself; an empty one has none."""
    for folder in (base / project.snapshots.name, base):
        if folder.is_dir() and any(read_overlay_version(entry.name) for entry in folder.iterdir()):
            return folder
    if base.is_dir() and not any(base.iterdir()):
        return base
    raise UserError(
        f"{base} holds no goldens; give the base's folder of goldens, such as the one that "
        "`git worktree add base origin/main` leaves in base/snapshots"
    )


def _is_equal(old: Path | None, new: Path | None) -> bool:
    if old is None or new is None:
        return old is new
    return read_whole(old) == read_whole(new)


def _build_sections(turns: Sequence[_Turn], sides: _Sides, records: int) -> tuple[Section, ...]:
    items: dict[Version, list[Item]] = {}
    problems: dict[Version, list[Problem]] = {}
    for turn in turns:
        overlay = sides.find_changed_overlay(turn)
        match _report_turn(turn, sides):
            case Item() as item:
                items.setdefault(overlay, []).append(item)
            case Problem() as problem:
                problems.setdefault(overlay, []).append(problem)
    return tuple(
        Section(
            title=f"goldens of {name_overlay(overlay)}",
            before="base",
            after=str(overlay),
            items=tuple(items.get(overlay, ())),
            problems=tuple(problems.get(overlay, ())),
            records=records,
        )
        for overlay in sorted({*items, *problems})
    )


def _report_turn(turn: _Turn, sides: _Sides) -> Item | Problem | None:
    """Report a turn: a drift, a golden that is new or gone, or nothing where only the source differs."""
    file = sides.choose_file(turn)
    before, after = _read_golden(turn.key, turn.old, sides.old), _read_golden(turn.key, turn.new, sides.new)
    if after is None:
        sentence = f"there is none for {_format_span(turn.versions)} any more"
        return Problem(ProblemKind.REMOVED_GOLDEN, *turn.key, sentence, file, Gravity.NOTE)
    if before is None:
        because = f"; because: {after.because}" if after.because else ""
        sentence = f"{after.record.outcome.value} for {_format_span(turn.versions)}{because}"
        return Problem(ProblemKind.NEW_GOLDEN, *turn.key, sentence, file, Gravity.NOTE)
    if drift := compare(before.record, after.record):
        drift = judge_drift(sides.policy, drift)
        return Item(drift, file, after.because, find_changed_line(after, drift))
    return None


def _read_golden(key: Key, version: Version | None, files: GoldenFiles) -> Golden | None:
    if version is None:
        return None
    file = files.held[key][version]
    return parse(read_whole(file), str(file))


def _format_span(versions: Sequence[Version]) -> str:
    return str(versions[0]) if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
