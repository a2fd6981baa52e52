"""A golden's history over versions: which versions share one, and where it drifted."""

import string
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import Version

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.overlays import list_golden_overlays, locate_golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.records import Outcome
from graph_goldens.versions import find_newest_not_after


@dataclass(frozen=True)
class DriftStep:
    """Where a golden differs from that of the version before.

    Attributes:
        before: the version before.
        after: the version that first resolves to another record.
        drift: how the two records differ.
        because: the reason that the newer golden gives.
    """

    before: Version
    after: Version
    drift: Drift
    because: str = ""


@dataclass(frozen=True)
class History:
    """What one case and tracing path resolve to, version by version.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        letters: for each version the letter of its record, None where nothing resolves. Records that are
            equal apart from `source` share a letter; that of a record without graphs is in lower case.
        goldens: for each letter the first golden that has it.
        steps: where the letter changes, in the order of the versions.
    """

    case: str
    path: str
    letters: Mapping[Version, str | None]
    goldens: Mapping[str, Golden]
    steps: tuple[DriftStep, ...]


def trace_history(goldens: Goldens, case: str, path: str, versions: Sequence[Version]) -> History:
    """Find what a case and tracing path resolve to at each of some versions, in the order given.

    Raises:
        GoldenError: one of the files does not hold a golden of that case and path.
        ToolError: one of the files cannot be read.
    """
    resolved = _resolve_all(goldens, make_golden_key(case, path), versions)
    letters = _assign_letters(resolved)
    first = {letter: resolved[version] for version, letter in reversed(letters.items())}
    return History(
        case=case,
        path=path,
        letters={version: letters.get(version) for version in versions},
        goldens={letter: first[letter] for letter in dict.fromkeys(letters.values())},
        steps=tuple(_find_steps(resolved)),
    )


def _resolve_all(goldens: Goldens, key: Key, versions: Sequence[Version]) -> dict[Version, Golden]:
    """Read each file once; versions that resolve to nothing are left out."""
    held = list_golden_overlays(goldens.root, key)
    own = {version: find_newest_not_after(held, version) for version in versions}
    read = {each: _read_held(goldens, key, each) for each in set(own.values()) if each}
    return {version: golden for version, each in own.items() if each and (golden := read[each])}


def _read_held(goldens: Goldens, key: Key, version: Version) -> Golden | None:
    """Read the golden that an overlay was seen to hold; where it has gone meanwhile, what is there now."""
    file = locate_golden(goldens.root, version, key)
    return goldens.read_golden(file, key) if file.is_file() else goldens.resolve(*key, version)


def _assign_letters(resolved: Mapping[Version, Golden]) -> dict[Version, str]:
    seen: dict[Hashable, str] = {}
    return {
        version: seen.setdefault(golden.record.content, _spell_letter(len(seen), golden))
        for version, golden in resolved.items()
    }


def _spell_letter(number: int, golden: Golden) -> str:
    letter = _spell_capital(number)
    return letter if golden.record.outcome is Outcome.GRAPHS else letter.lower()


def _spell_capital(number: int) -> str:
    more, place = divmod(number, len(string.ascii_uppercase))
    return (_spell_capital(more - 1) if more else "") + string.ascii_uppercase[place]


def _find_steps(resolved: Mapping[Version, Golden]) -> Iterator[DriftStep]:
    for (before, old), (after, new) in pairwise(resolved.items()):
        if old is not new and (drift := compare(old.record, new.record)):
            yield DriftStep(before, after, drift, new.because)
