"""Renumber the names of symbolic sizes, whose spelling says nothing about the graph."""

import re
from collections.abc import Iterable
from dataclasses import replace

from graph_goldens.records import Artifact, Json, Record

_SYMBOL = re.compile(r"(?<![\w.])(zuf|zf|ps|s|u)(\d+)(?!\w)")


class SymbolNames:
    """New names for symbols, given by first appearance: `s77`, `s23` become `s0`, `s1`."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def rename(self, text: str) -> str:
        """Give the text with its symbols renamed; equal symbols stay equal, others stay different."""
        return _SYMBOL.sub(self._name, text)

    def _name(self, match: re.Match[str]) -> str:
        symbol, prefix = match[0], match[1]
        if symbol not in self._names:
            number = self._counts.get(prefix, 0)
            self._counts[prefix] = number + 1
            self._names[symbol] = f"{prefix}{number}"
        return self._names[symbol]


def renumber_symbols(record: Record) -> Record:
    """Renumber symbols over the whole record: artifacts in their order, then the reason and the facts."""
    names = SymbolNames()
    return replace(
        record,
        artifacts=tuple(_renamed(record.artifacts, names)),
        reason=names.rename(record.reason),
        facts={name: _rename_json(value, names) for name, value in record.facts.items()},
    )


def _renamed(artifacts: Iterable[Artifact], names: SymbolNames) -> Iterable[Artifact]:
    for artifact in artifacts:
        yield Artifact(artifact.name, names.rename(artifact.text))


def _rename_json(value: Json, names: SymbolNames) -> Json:
    match value:
        case str():
            return names.rename(value)
        case list():
            return [_rename_json(item, names) for item in value]
        case dict():
            return {name: _rename_json(item, names) for name, item in value.items()}
        case _:
            return value
