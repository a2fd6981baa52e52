"""Bring a golden's artifacts to what newer rules write, as far as its stored text allows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from graph_goldens.capture.normalise.identities import holds_identity, number_identities
from graph_goldens.capture.normalise.symbol_names import SymbolNames, find_words_like_symbols
from graph_goldens.records import Artifact, Record

_RANGE = "range "
_SIGNATURE, _RANGES = "program.signature", "program.ranges"
_NO_BOUND = re.compile(r"\b922337203685477580[67]\b")
"""What stood for no bound before `int_oo`: `sys.maxsize - 1` of torch/fx/experimental/symbolic_shapes.py."""
_NUMBERED = re.compile(r"_<id \d+>")
_HIDDEN = "_<identity>"
"""What the first rules wrote for each name by identity."""
_FIRST_SYMBOL = re.compile(r"(?:zuf|zf|ps|s|u)\d+")
"""The words that rules of version 1 took for symbols, whatever they were."""


def add_artifacts(golden: Record, record: Record, suffix: str) -> Record:
    """Add a record's artifacts of a kind, of graphs that the golden has, where the record has them."""
    held = list(golden.artifacts)
    names = {artifact.name for artifact in held}
    graphs = {_name_graph(name) for name in names}
    before: list[str] = []
    for artifact in record.artifacts:
        is_new = artifact.name.endswith(f".{suffix}") and artifact.name not in names
        if is_new and _name_graph(artifact.name) in graphs:
            held.insert(_find_place(held, before), artifact)
        before.append(artifact.name)
    return replace(golden, artifacts=tuple(held))


def _name_graph(artifact: str) -> str:
    return artifact.rpartition(".")[0]


def _find_place(held: Iterable[Artifact], before: Iterable[str]) -> int:
    """Find the place behind the last artifact that stands before the new one in the record."""
    earlier = set(before)
    return max((place + 1 for place, artifact in enumerate(held) if artifact.name in earlier), default=0)


def move_ranges(golden: Record, record: Record) -> Record:
    """Move the lines of ranges from the signature into an artifact of their own, if the record has it."""
    texts = {artifact.name: artifact.text for artifact in golden.artifacts}
    lines = texts.get(_SIGNATURE, "").split("\n")
    ranges = [line.removeprefix(_RANGE) for line in lines if line.startswith(_RANGE)]
    if not ranges or _RANGES in texts or not any(each.name == _RANGES for each in record.artifacts):
        return golden
    signature = "\n".join(line for line in lines if not line.startswith(_RANGE))
    moved = Artifact(_RANGES, _NO_BOUND.sub("int_oo", "\n".join(ranges)))
    artifacts: list[Artifact] = []
    for artifact in golden.artifacts:
        kept = (Artifact(_SIGNATURE, signature),) if signature else ()
        artifacts += (*kept, moved) if artifact.name == _SIGNATURE else (artifact,)
    return replace(golden, artifacts=tuple(artifacts))


def order_ranges(golden: Record, record: Record) -> Record:
    """Put the lines of ranges in the record's order, where they are the same lines."""
    wanted = {artifact.name: artifact.text for artifact in record.artifacts}.get(_RANGES, "")
    return replace(
        golden,
        artifacts=tuple(
            Artifact(each.name, wanted)
            if each.name == _RANGES and _count_lines(each.text) == _count_lines(wanted)
            else each
            for each in golden.artifacts
        ),
    )


def _count_lines(text: str) -> Counter[str]:
    return Counter(text.split("\n"))


def name_identities(golden: Record, record: Record) -> Record:
    """Number the identities of a golden.

    Where the first rules hid one, its number is the record's, if nothing else in the artifact differs.
    """
    if golden != record and holds_identity(golden):
        golden = number_identities(golden, ())
    hidden = {each.name: each.text for each in record.artifacts if _NUMBERED.search(each.text)}
    return replace(
        golden,
        artifacts=tuple(
            Artifact(each.name, hidden[each.name])
            if each.name in hidden and _HIDDEN in each.text and _hide(hidden[each.name]) == _hide(each.text)
            else each
            for each in golden.artifacts
        ),
    )


def _hide(text: str) -> list[str]:
    """Hide identities as the first rules did; guards are sorted as they are written."""
    return sorted(_NUMBERED.sub(_HIDDEN, text).split("\n"))


def name_symbols(golden: Record, record: Record) -> Record:
    """Name the symbols of a golden as the record does, where the first rules would write both alike.

    These took words for symbols by their form, and numbered each by its first appearance.
    """
    shared = {artifact.name for artifact in golden.artifacts} & {each.name for each in record.artifacts}
    old, new = (_number_by_form(each, shared) for each in (golden, record))
    wanted = {artifact.name: artifact.text for artifact in record.artifacts}
    return replace(
        golden,
        artifacts=tuple(
            Artifact(each.name, wanted[each.name])
            if each.name in shared and _says_same(each.name, old[each.name], new[each.name])
            else each
            for each in golden.artifacts
        ),
    )


def _says_same(name: str, old: str, new: str) -> bool:
    return old == new or (name == _RANGES and _count_lines(old) == _count_lines(new))


def _number_by_form(record: Record, shared: set[str]) -> dict[str, str]:
    artifacts = [artifact for artifact in record.artifacts if artifact.name in shared]
    words = find_words_like_symbols(artifact.text for artifact in artifacts)
    names = SymbolNames([word for word in words if _FIRST_SYMBOL.fullmatch(word)])
    return {artifact.name: names.rename(artifact.text) for artifact in artifacts}
