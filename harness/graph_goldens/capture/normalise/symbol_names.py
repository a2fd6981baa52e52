"""Renumber the names of symbolic sizes, whose spelling says nothing about the graph.

Which words are symbols is told by the capture, `frame_symbols` in `tracing`; no other word is touched.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from graph_goldens.records import Artifact, Json, Record

_FORM = re.compile(r"([A-Za-z]+)\d+")
_WORD = re.compile(r"(?<![\w.])[A-Za-z]+\d+(?!\w)")
_SIZES = re.compile(r"^(\S+ : (?:parameter )?\w+)(\[[^\]\n]*\](?: stride \([^)\n]*\))?)", re.MULTILINE)
"""The sizes and strides of a constant, which may be symbols; its name and values are the program's own."""
_NODES = re.compile(r"^%.*?: ", re.MULTILINE)
"""What begins a line of provenance: the nodes that it is about; what follows is of the program itself."""


class SymbolNames:
    """New names for symbols, given by first appearance: `s77`, `s23` become `s0`, `s1`.

    Args:
        symbols: the words that are symbols.
        taken: words that are not, and that no symbol may be called.
    """

    def __init__(self, symbols: Collection[str], taken: Collection[str] = ()) -> None:
        self._symbols = frozenset(symbol for symbol in symbols if _FORM.fullmatch(symbol))
        self._taken = frozenset(taken) - self._symbols
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def rename(self, text: str) -> str:
        """Rename the symbols of a text; equal symbols stay equal, others stay different."""
        return _WORD.sub(lambda match: self._name_symbol(match[0]), text) if self._symbols else text

    def _name_symbol(self, word: str) -> str:
        if word not in self._symbols:
            return word
        if word not in self._names:
            self._names[word] = self._take_next(str(_FORM.fullmatch(word)[1]))  # type: ignore[index]
        return self._names[word]

    def _take_next(self, prefix: str) -> str:
        """Find the next name that no other word of the record has."""
        while True:
            number = self._counts.get(prefix, 0)
            self._counts[prefix] = number + 1
            if f"{prefix}{number}" not in self._taken:
                return f"{prefix}{number}"


def renumber_symbols(record: Record, symbols: Collection[str]) -> Record:
    """Renumber symbols over the whole record: artifacts in their order, then the reason and the facts.

    Args:
        record: the record, with the names that tracing gave.
        symbols: the words of it that are symbols.
    """
    names = SymbolNames(symbols, find_words_like_symbols(artifact.text for artifact in record.artifacts))
    return replace(
        record,
        artifacts=tuple(_rename_artifacts(record.artifacts, names)),
        reason=names.rename(record.reason),
        facts={name: _rename_json(value, names) for name, value in record.facts.items()},
    )


def find_words_like_symbols(texts: Iterable[str]) -> set[str]:
    """Find the words of texts that could be taken for symbols."""
    return {word for text in texts for word in _WORD.findall(text)}


def _rename_artifacts(artifacts: Iterable[Artifact], names: SymbolNames) -> Iterable[Artifact]:
    for artifact in artifacts:
        yield Artifact(artifact.name, _rename_artifact(artifact, names))


def _rename_artifact(artifact: Artifact, names: SymbolNames) -> str:
    if artifact.name.endswith(".constants"):
        return _SIZES.sub(lambda match: f"{match[1]}{names.rename(match[2])}", artifact.text)
    if artifact.name.endswith(".provenance"):
        return _NODES.sub(lambda match: names.rename(match[0]), artifact.text)
    return names.rename(artifact.text)


def _rename_json(value: Json, names: SymbolNames) -> Json:
    match value:
        case str():
            return names.rename(value)
        case list():
            return [_rename_json(item, names) for item in value]
        case dict():
            return {names.rename(name): _rename_json(item, names) for name, item in value.items()}
        case _:
            return value
