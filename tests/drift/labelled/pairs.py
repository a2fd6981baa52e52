"""All labelled pairs."""

from tests.drift.labelled import (
    added,
    arguments,
    conflicts,
    cosmetic,
    decomposed,
    effects,
    interface,
    many,
    mixed,
    outcomes,
    pairing,
    recorded,
    values,
)

MODULES = (
    cosmetic,
    effects,
    conflicts,
    arguments,
    added,
    decomposed,
    values,
    interface,
    outcomes,
    recorded,
    pairing,
    many,
    mixed,
)
PAIRS = tuple(pair for module in MODULES for pair in module.PAIRS)
