"""Choose among cases and tracing paths by what a person typed."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graph_goldens.errors import UserError
from graph_goldens.keys import Key


@dataclass(frozen=True)
class Selection:
    """What a person chose.

    Attributes:
        selectors: names of cases, of packs, or patterns of either, `torchbind/compile_*`; all when empty.
        paths: names or patterns of tracing paths; all when empty.
        keys: the only records that are meant, a case's all where one names no tracing path; any where None.
    """

    selectors: Sequence[str] = ()
    paths: Sequence[str] = ()
    keys: frozenset[Key] | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.selectors and not self.paths and self.keys is None

    @property
    def arguments(self) -> str:
        """The selection as a command line says it.

        Of records that are named one by one it is their cases, and their tracing paths where each names one.
        """
        keys = sorted(self.keys or ())
        named = self.selectors or dict.fromkeys(key.case for key in keys)
        quoted = [f"'{word}'" if _has_wildcard(word) else word for word in named]
        known = all(key.path for key in keys)
        paths = self.paths or (sorted({key.path for key in keys}) if known else ())
        return " ".join([*quoted, *(f"--path {path}" for path in paths)])


EVERYTHING = Selection()


def select(keys: Sequence[Key], selection: Selection) -> list[Key]:
    """Choose among keys, and keep their order.

    Raises:
        UserError: a selector or tracing path matches nothing; it names what is near.
    """
    cases = list(dict.fromkeys(case for case, _ in keys))
    paths = list(dict.fromkeys(path for _, path in keys))
    _demand_matches(selection.selectors, cases, matches_case, "case", "goldens list")
    _demand_matches(selection.paths, paths, matches_name, "tracing path", "goldens list --json", paths)
    chosen = [key for key in keys if _is_chosen(key, selection)]
    if not chosen and selection.keys is not None:
        raise UserError("none of what failed last is among the cases and tracing paths of now")
    if not chosen:
        raise UserError(f"no case that is chosen goes through {' or '.join(selection.paths)}")
    return chosen


def matches_name(name: str, pattern: str) -> bool:
    """Whether a pattern means a name; a plain one is not compiled, which takes longest."""
    return fnmatchcase(name, pattern) if _has_wildcard(pattern) else name == pattern


def _has_wildcard(pattern: str) -> bool:
    return any(letter in pattern for letter in "*?[")


def matches_case(case: str, selector: str) -> bool:
    """Whether a selector means a case: by its full name, its own name, its pack, or a pattern of these."""
    pack, _, name = case.rpartition("/")
    return any(matches_name(text, selector.rstrip("/")) for text in (case, name, pack))


def selects_any(names: Iterable[str], selection: Selection) -> bool:
    """Whether a selection means any of some cases by its patterns; it means all where it has none."""
    chosen = selection.selectors
    return not chosen or any(matches_case(name, selector) for name in names for selector in chosen)


def _is_chosen(key: Key, selection: Selection) -> bool:
    case, path = key
    if selection.keys is not None and selection.keys.isdisjoint((key, Key(case, ""))):
        return False
    by_case = not selection.selectors or any(matches_case(case, selector) for selector in selection.selectors)
    return by_case and (
        not selection.paths or any(matches_name(path, pattern) for pattern in selection.paths)
    )


def _demand_matches(
    wanted: Sequence[str],
    names: Sequence[str],
    matches: object,
    what: str,
    listing: str,
    shown: Sequence[str] = (),
) -> None:
    assert callable(matches)
    for selector in wanted:
        if not any(matches(name, selector) for name in names):
            raise UserError(
                f"{selector!r} matches no {what}; {_suggest(selector, names, shown)}see `{listing}`"
            )


def _suggest(selector: str, names: Sequence[str], shown: Sequence[str]) -> str:
    """Say which name was probably meant, or else which there are of those that are few."""
    known = {short: name for name in names for short in (name, name.rpartition("/")[2])}
    near = difflib.get_close_matches(selector, known, n=1)
    if near:
        return f"did you mean {known[near[0]]}? or "
    return f"there are {', '.join(shown)}; " if shown else ""
