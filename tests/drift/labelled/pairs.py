"""All labelled pairs."""

from tests.drift.labelled import (
    added,
    arguments,
    cosmetic,
    decomposed,
    effects,
    interface,
    mixed,
    outcomes,
    values,
)

MODULES = (cosmetic, effects, arguments, added, decomposed, values, interface, outcomes, mixed)
PAIRS = tuple(pair for module in MODULES for pair in module.PAIRS)
