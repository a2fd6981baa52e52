"""Number the identities of objects, which PyTorch prints as decimal numbers, by first appearance."""

import re
from collections.abc import Collection
from dataclasses import replace

from graph_goldens.records import Artifact, Json, Record

_NAME = re.compile(r"_(\d{12,15})(?:_c\d+(?![A-Za-z\d])|(?=_\d{12,15}_c\d+(?![A-Za-z\d])))")
"""`OutputGraph.install_global_by_id` of torch/_dynamo/output_graph.py: prefix, identity, compile count."""
_NUMBER = re.compile(r"(?<![\w.])\d{12,15}(?![\w.]\w)\b")
_ADDRESSES = (range(0x5500_0000_0000, 0x8000_0000_0000), range(0xAAAA_0000_0000, 0x1_0000_0000_0000))
"""Where Linux puts heaps and mappings, on x86-64 and on aarch64."""


class Identities:
    """New names for identities, given by first appearance; the program's own names stay."""

    def __init__(self, own: Collection[str] = ()) -> None:
        self._own = own
        self._numbers: dict[str, int] = {}

    def in_names(self, text: str) -> str:
        """Rename globals that Dynamo named by an identity: `_140031920574832_c6` becomes `_<id 0>`."""
        return _NAME.sub(self._name_identity, text)

    def in_messages(self, text: str) -> str:
        """Rename those, and numbers that stand alone and are addresses, as an error prints an `id()`."""
        return _NUMBER.sub(self._number, self.in_names(text))

    def _name_identity(self, match: re.Match[str]) -> str:
        """Rename what no name of the program holds; export puts `p_` and the like before those.

        Within a longer name, as that of an input that Dynamo takes from such a global, it stays a word.
        """
        if any(match[0] in name for name in self._own):
            return match[0]
        within = match.string.startswith("_", match.end()) and match[0] != f"_{match[1]}"
        return f"_id{self._find_number(match[1])}" if within else f"_{self._write_label(match[1])}"

    def _number(self, match: re.Match[str]) -> str:
        address = any(int(match[0]) in each for each in _ADDRESSES)
        return self._write_label(match[0]) if address and match[0] not in self._own else match[0]

    def _write_label(self, identity: str) -> str:
        return f"<id {self._find_number(identity)}>"

    def _find_number(self, identity: str) -> int:
        return self._numbers.setdefault(identity, len(self._numbers))


def holds_identity(record: Record) -> bool:
    """Whether any text of a record may hold an identity."""
    texts = [record.reason, *(artifact.text for artifact in record.artifacts), str(record.facts)]
    return any(_NAME.search(text) or _NUMBER.search(text) for text in texts)


def number_identities(record: Record, own: Collection[str]) -> Record:
    """Number the identities of a record: in its artifacts in their order, then its reason and its facts.

    Args:
        record: the record.
        own: names and numbers that the program itself uses, which stay whatever their form.
    """
    names = Identities(own)
    artifacts = tuple(Artifact(each.name, names.in_names(each.text)) for each in record.artifacts)
    return replace(
        record,
        artifacts=artifacts,
        reason=names.in_messages(record.reason),
        facts={name: _rename_in_json(value, names) for name, value in record.facts.items()},
    )


def _rename_in_json(value: Json, names: Identities) -> Json:
    match value:
        case str():
            return names.in_messages(value)
        case list():
            return [_rename_in_json(item, names) for item in value]
        case dict():
            return {names.in_messages(name): _rename_in_json(item, names) for name, item in value.items()}
        case _:
            return value
