"""Choose among what was listed or captured: records, and the mistakes that a selection meets."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments.worker_messages import CaseListing
from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection, matches_case, matches_name, select


def select_listed(listing: CaseListing, selection: Selection) -> tuple[list[Key], tuple[Mistake, ...]]:
    """Choose what is to be captured, and the mistakes that cost cases which are selected too.

    Raises:
        UserError: a selector or tracing path matches nothing, nor any case that a mistake costs.
    """
    return select_usable([case.case for case in listing.cases], listing.keys, listing.mistakes, selection)


def select_usable(
    cases: Collection[str], keys: Sequence[Key], mistakes: Sequence[Mistake], selection: Selection
) -> tuple[list[Key], tuple[Mistake, ...]]:
    """Choose among records, and among the mistakes that cost others.

    Args:
        cases: the cases that can be used.
        keys: their records.
        mistakes: why others cannot be used.
        selection: what is asked for.

    Raises:
        UserError: a selector or tracing path matches nothing, nor any case that a mistake costs.
    """
    asked = [case for case in cases if any(matches_case(case, each) for each in selection.selectors)]
    packs = {case.rpartition("/")[0] for case in asked}
    met = tuple(
        mistake
        for mistake in mistakes
        if (_is_met(mistake, selection.selectors) or mistake.pack in packs)
        and _is_path_met(mistake, selection.paths)
    )
    kept = tuple(
        selector
        for selector in selection.selectors
        if any(matches_case(case, selector) for case in cases)
        or not any(_is_met(mistake, [selector]) for mistake in met)
    )
    paths = tuple(
        pattern
        for pattern in selection.paths
        if any(matches_name(path, pattern) for _, path in keys)
        or not any(_names_path(mistake, pattern) for mistake in met)
    )
    lost = (selection.selectors and not kept) or (selection.paths and not paths)
    if met and (not cases or lost):
        return [], met
    return select(keys, replace(selection, selectors=kept, paths=paths)), met


def demand_no_mistakes(mistakes: Sequence[Mistake]) -> None:
    """Refuse to go on where cases cannot be used.

    Raises:
        UserError: there are mistakes; it tells the first.
    """
    if mistakes:
        more = f" (and {len(mistakes) - 1} more mistakes)" if len(mistakes) > 1 else ""
        raise UserError(f"{mistakes[0]}{more}")


def _is_met(mistake: Mistake, selectors: Sequence[str]) -> bool:
    """Whether selectors ask for a case that a mistake costs, or may: the cases of some are not known."""
    return (
        not selectors
        or (mistake.is_of_path and not mistake.pack)
        or any(matches_case(name, selector) for name in mistake.names for selector in selectors)
    )


def _is_path_met(mistake: Mistake, patterns: Sequence[str]) -> bool:
    """Whether patterns of tracing paths ask for the one that a mistake costs; one that costs cases is met."""
    return not mistake.path or not patterns or any(_names_path(mistake, pattern) for pattern in patterns)


def _names_path(mistake: Mistake, pattern: str) -> bool:
    return bool(mistake.path) and matches_name(mistake.path, pattern)
