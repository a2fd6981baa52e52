"""The two sides of a comparison: what each is called, and the packs whose requirements one cannot meet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph_goldens.errors import UserError
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.records import Capture, Outcome
from graph_goldens.runs.run import PackEnvironment, Run

_MOST_PACKAGES = 3


@dataclass(frozen=True)
class LostPacks:
    """Packs whose requirements one of two builds cannot meet, so that nothing of them is compared.

    Attributes:
        packs: their names.
        sentence: under which of the two, and why.
    """

    packs: tuple[str, ...]
    sentence: str


def name_sides(before: Run, after: Run) -> tuple[str, str]:
    """Name two builds as briefly as keeps them apart: by PyTorch, or by what they have beside one."""
    runs = (before, after)
    for names in ([str(run.version.public) for run in runs], [run.torch for run in runs]):
        if names[0] != names[1]:
            return names[0], names[1]
    held = ({each for group in run.packs for each in group.packages} for run in runs)
    required = ({each for group in run.packs for each in group.requires} for run in runs)
    for first, second in (held, required):
        if 0 < len(first - second) <= _MOST_PACKAGES and 0 < len(second - first) <= _MOST_PACKAGES:
            return ", ".join(sorted(first - second)), ", ".join(sorted(second - first))
    return f"{before.torch} (first)", f"{after.torch} (second)"


def demand_any_met(run: Run) -> Run:
    """Refuse a side none of whose packs has what it requires: nothing can be compared with it.

    Raises:
        UserError: it is such a one; it says what cannot be installed beside which PyTorch, and why.
    """
    if run.captures and all(map(_is_unmet, run.captures.values())):
        raise UserError("; ".join(_explain(pack, run) for pack in run.packs if pack.unmet) or UNMET)
    return run


def find_lost_packs(before: Run, after: Run) -> frozenset[str]:
    """Find the packs whose requirements exactly one of two builds cannot meet."""
    return _find_unmet(before.captures.values()) ^ _find_unmet(after.captures.values())


def explain_lost_packs(before: Run, after: Run) -> tuple[LostPacks, ...]:
    """Explain under which of two builds packs cannot have what they require, and why."""
    lost, names = find_lost_packs(before, after), name_sides(before, after)
    return tuple(
        LostPacks(packs, f"nothing is known under {name}, as {_explain(group, run)}")
        for run, name in zip((before, after), names, strict=True)
        for group in run.packs
        if group.unmet and (packs := tuple(_list_packs(group, lost)))
    )


def _list_packs(group: PackEnvironment, lost: Iterable[str]) -> Iterator[str]:
    return (pack for pack in sorted(lost) if not group.packs or pack in group.packs)


def _find_unmet(captures: Iterable[Capture]) -> frozenset[str]:
    return frozenset(capture.record.key.pack for capture in captures if _is_unmet(capture))


def _is_unmet(capture: Capture) -> bool:
    return capture.record.outcome is Outcome.UNAVAILABLE and capture.record.reason == UNMET


def _explain(group: PackEnvironment, run: Run) -> str:
    return f"{', '.join(group.requires)} cannot be installed beside PyTorch {run.torch}: {group.unmet}"
