"""Fold goldens that were accepted from nightlies and candidates of a release into the release's own."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.files import read_whole, write_whole
from graph_goldens.goldens.overlays import StoredGolden, locate_golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.versions import find_newest_not_after, make_public

Resolutions = Mapping[tuple[Key, Version], str]


@dataclass(frozen=True)
class Fold:
    """What folding the pre-releases of a release does.

    Attributes:
        release: the release.
        moved: the goldens that the release falls back to, and that become its own.
        removed: every golden of a pre-release of it, oldest overlay first; what is none by its first line
            stays.
        resolved: what each golden resolved to, by a digest, for each version that stays: the release, all
            supported versions and all others that have an overlay.
    """

    release: Version
    moved: tuple[StoredGolden, ...]
    removed: tuple[StoredGolden, ...]
    resolved: Resolutions


def plan_fold(goldens: Goldens, release: Version) -> Fold:
    """Say what folding does, and prove before anything is done that no version that stays resolves otherwise.

    Raises:
        UserError: the version is not a release, a golden that is to move cannot be read, or a version that is
            supported would resolve otherwise.
        ToolError: a file cannot be read.
    """
    public = make_public(release)
    if public.is_prerelease or release.local:
        raise UserError(
            f"{release} is not a release; give one such as {Version(release.base_version)} to --fold"
        )
    stored = goldens.list_stored()
    early = tuple(entry for entry in stored if _is_early(entry.version, public))
    if named := [version for version in map(make_public, goldens.supported) if _is_early(version, public)]:
        raise UserError(
            f"`supported` in pyproject.toml still lists {named[0]}, which would resolve otherwise; "
            "drop it there"
        )
    own = {entry.key for entry in stored if entry.version == public}
    newest = {entry.key: entry for entry in early}  # entries come oldest overlay first
    others = tuple(entry for entry in stored if entry not in set(early))
    fallen = {entry.key: entry for entry in others if entry.version < public}
    moved = tuple(
        entry
        for key, entry in newest.items()
        if key not in own and not (key in fallen and _digest(entry) == _digest(fallen[key]))
    )
    for entry in moved:
        goldens.resolve(*entry.key, public)
    versions = [version for version in _list_staying(goldens, public) if not _is_early(version, public)]
    fold = Fold(public, moved, tuple(filter(goldens.begins_as_golden, early)), _resolve(stored, versions))
    _demand_equal(fold, _resolve((*others, *_move(fold)), versions), "nothing was done")
    return fold


def fold(goldens: Goldens, plan: Fold) -> None:
    """Do what was planned, and prove that it did no more; the caller must hold `hold_update_lock`.

    What the release falls back to is first written as its own, which changes nothing that any version
    resolves to. Then goldens of pre-releases go, oldest overlay first. So wherever this dies, each version
    that stays resolves to what it did; planning and doing it again finishes the work.

    Raises:
        UserError: a version resolves otherwise, since something else was written meanwhile.
        ToolError: the file system reports an error.
    """
    for entry in plan.moved:
        write_whole(
            locate_golden(goldens.root, plan.release, entry.key), read_whole(entry.file), goldens.root
        )
    goldens.remove(entry.file for entry in plan.removed)
    versions = sorted({version for _, version in plan.resolved})
    now = _resolve(goldens.list_stored(), versions)
    _demand_equal(plan, now, "look at what git says of the goldens")


def _is_early(version: Version, release: Version) -> bool:
    """Whether a version is a nightly, a build from sources or a candidate of a release."""
    return version.is_prerelease and make_public(Version(version.base_version)) == release


def _list_staying(goldens: Goldens, release: Version) -> list[Version]:
    return sorted({release, *map(make_public, list_watched_versions(goldens))})


def _move(plan: Fold) -> Iterable[StoredGolden]:
    """List the goldens as the release's own, at the files that they are copied from."""
    return (StoredGolden(plan.release, entry.case, entry.path, entry.place) for entry in plan.moved)


def _resolve(stored: Iterable[StoredGolden], versions: Iterable[Version]) -> Resolutions:
    """Find what each golden resolves to for each version, by a digest of its file."""
    held: dict[Key, dict[Version, StoredGolden]] = {}
    for entry in stored:
        held.setdefault(entry.key, {})[entry.version] = entry
    digests = {entry: _digest(entry) for entries in held.values() for entry in entries.values()}
    found = {}
    for key, entries in held.items():
        for version in versions:
            if at := find_newest_not_after(entries, version):
                found[key, version] = digests[entries[at]]
    return found


def _digest(entry: StoredGolden) -> str:
    return hashlib.sha256(read_whole(entry.file)).hexdigest()


def _demand_equal(plan: Fold, now: Resolutions, what: str) -> None:
    wrong = [each for each in {**plan.resolved, **now} if plan.resolved.get(each) != now.get(each)]
    if wrong:
        (case, path), version = min(wrong)
        raise UserError(f"{case} by {path} would resolve otherwise for PyTorch {version}; {what}")
