"""What differs between the values of nodes that two graphs share: dtype, shape, stride, device."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail, Edit
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.operators import (
    ValueKind,
    classify_value,
    generalise_target,
    shorten_target,
)
from graph_goldens.drift.text.sizes import generalise_sizes
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.drift.text.tokens import SYMBOL_KINDS
from graph_goldens.drift.text.wording import quote_pair, quote_short
from graph_goldens.graphs.contiguous_strides import find_contiguous_strides
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.graphs.value_items import split_items
from graph_goldens.words import format_count

_LINE = re.compile(r"%(\w+) : (.*)", re.DOTALL)
_NEXT = re.compile(r"\n(?=%\w+ : )")  # a value that is printed on several lines goes on until the next node
_TENSOR = re.compile(r"(parameter )?(\w+)\[(.*)\](?: stride \((.*)\)| (\w+))? (\S+)")
_SIZE = re.compile(rf"\b((?:{SYMBOL_KINDS})?)\d+\b")  # a number, or that of a symbol; `float32` is neither
UNKNOWN = "not known"
# One call of an object's method or of a custom operator, as different tracing paths show it.
_CALLS_OUT = ("a custom operator", "call_torchbind", "with_effects")
# Whether sizes of these are symbols is decided where they come in, not by what the graph computes.
_SOURCES = ("input", "a call out of PyTorch")
_BECAME = " became a "
_PARTS = ("kind", "dtype", "shape", "stride", "layout", "device")


def read_values(text: str | None) -> dict[str, str]:
    """Read a `values` artifact: each node's value by the node's name."""
    matches = (_LINE.fullmatch(line) for line in _NEXT.split(text or ""))
    return {match[1]: match[2] for match in matches if match}


@dataclass(frozen=True)
class _ChangedNode:
    """A node whose value changed, and its name in the new graph."""

    node: Node
    old: str
    new: str


def find_value_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find an edit for each node whose value changed though what it is computed from did not.

    Nodes further down, whose inputs changed already, are counted, not listed one by one.
    """
    retargeted = {node.name for region in alignment.regions for node in region.removed}
    changed = [each for each in _find_changed(alignment, symbols) if each.node.name not in retargeted]
    names = {each.node.name for each in changed}
    touched = names | retargeted
    changed += _find_changed_output(alignment, touched, symbols)
    first = [each for each in changed if not touched.intersection(each.node.inputs)] or changed[:1]
    literal = {each.node.name for each in first if alignment.differs_by_literals(each.node)}
    yield from _find_alike_edits(first, where, literal)
    if more := len(changed) - len(first):
        verb = "depends" if more == 1 else "depend"
        words = f"and {format_count(more, 'more node')} that {verb} on such values"
        detail = Detail.LITERALS if len(literal) == len(first) else None
        yield Edit(DriftClass.VALUES, where, words, detail, _build_edit(first[0], where).pattern)


def _find_alike_edits(changed: Sequence[_ChangedNode], where: str, literal: Container[str]) -> Iterator[Edit]:
    """Yield one edit for all nodes that call the same and whose values changed in the same way.

    Args:
        changed: the nodes.
        where: the artifact's name.
        literal: names of those whose own literals changed, which explains it.
    """
    alike: dict[tuple[str, str, str, bool], list[_ChangedNode]] = {}
    for each in changed:
        explained = each.node.name in literal
        alike.setdefault((_name_called(each.node)[0], each.old, each.new, explained), []).append(each)
    for (_, _, _, explained), found in alike.items():
        edit = _build_edit(found[0], where)
        more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
        detail = Detail.LITERALS if explained else None
        yield replace(edit, sentence=f"{edit.sentence}{more}", detail=detail)


def _find_changed(alignment: Alignment, symbols: Symbols) -> Iterator[_ChangedNode]:
    before, after = alignment.values
    for node in alignment.old.nodes:
        new = alignment.pairs.get(node.name)
        if new is not None and node.op != "output":
            yield from _compare_values(node, before.get(node.name), after.get(new), alignment, symbols)


def _compare_values(
    node: Node, old: str | None, new: str | None, alignment: Alignment, symbols: Symbols
) -> Iterator[_ChangedNode]:
    known = old is not None and new is not None
    if old != new and not (known and symbols.is_same(old or "", new or "", alignment.pairs)):
        yield _ChangedNode(node, UNKNOWN if old is None else old, UNKNOWN if new is None else new)


def _find_changed_output(alignment: Alignment, touched: set[str], symbols: Symbols) -> Iterator[_ChangedNode]:
    """Compare what is known of the output, where nothing else explains that it differs."""
    old, new = alignment.old.output, alignment.new.output
    if old is None or new is None or len(old.inputs) != len(new.inputs):
        return
    same = all(name in alignment.pairs and name not in touched for name in old.inputs)
    if same and alignment.back.keys() >= set(new.inputs):
        values = [
            _find_output_value(*each)
            for each in zip((alignment.old, alignment.new), alignment.values, strict=True)
        ]
        yield from _compare_values(old, values[0], values[1], alignment, symbols)


def _find_output_value(table: Table, values: Mapping[str, str]) -> str | None:
    """Find the output's value under a name no other node has: the graph string does not name its output."""
    inner = {node.name for node in table.nodes if node.op != "output"}
    return "\n".join(value for name, value in values.items() if name not in inner) or None


def _build_edit(changed: _ChangedNode, where: str) -> Edit:
    words, pattern = spell_value_change(changed.old, changed.new)
    node = changed.node
    what, plain = _name_called(node)
    sentence = f"{what}: {words}" if node.op == "output" else f"{what}: {words} at `%{node.name}`"
    if plain in _SOURCES and _BECAME in pattern:
        plain = "what comes from outside"
    general = f"{plain}: {pattern}" if pattern.startswith(("shape", "stride")) else pattern
    return Edit(DriftClass.VALUES, where, sentence, pattern=general)


def _name_called(node: Node) -> tuple[str, str]:
    """Name what a node calls, and the same without what differs from program to program."""
    if node.op in ("placeholder", "output"):
        what = "input" if node.op == "placeholder" else "output"
        return what, what
    plain = generalise_target(node)
    return shorten_target(node), "a call out of PyTorch" if plain in _CALLS_OUT else plain


def spell_value_change(old: str, new: str) -> tuple[str, str]:
    """Say how a value changed, and the same without sizes."""
    (left, binds), (right, now) = _split_binds(old), _split_binds(new)
    if left == right:
        words = f"binds {binds or 'nothing'} → {now or 'nothing'}"
        return words, f"binds {bool(binds)} → {bool(now)}"
    return _spell_plain_change(left, right)


def _split_binds(value: str) -> tuple[str, str]:
    """Split off which symbols a node binds."""
    plain, _, binds = value.partition(" binds ")
    return plain, binds


def _spell_plain_change(old: str, new: str) -> tuple[str, str]:
    left, right = _split_parts(old), _split_parts(new)
    if left is None or right is None:
        inner = _spell_inner_change(old, new)
        return inner or (_spell_pair(old, new), _generalise(old, new))
    changes = [(name, left[name], right[name]) for name in _PARTS if left[name] != right[name]]
    words = ", ".join(f"{name} {was or 'none'} → {now or 'none'}" for name, was, now in changes)
    plain = ", ".join(_generalise_part(*change) for change in changes) or "value"
    words = words or _spell_pair(old, new)  # the same, said otherwise
    return words, f"an effect token: {plain}" if _is_token(old) and _is_token(new) else plain


def _generalise_part(name: str, was: str, now: str) -> str:
    """Say how one part of a value changed, without the sizes of one program."""
    if name in ("kind", "dtype", "device", "layout"):
        return f"{name} {was} → {now}"
    return f"shape ({generalise_sizes(was, now)})" if name == "shape" else name


def _spell_pair(old: str, new: str) -> str:
    if UNKNOWN in (old, new):
        return " → ".join(value if value == UNKNOWN else quote_short(value) for value in (old, new))
    return quote_pair(old, new)


def _split_parts(value: str) -> Mapping[str, str] | None:
    match = _TENSOR.fullmatch(value)
    if match is None:
        return None
    parameter, dtype, shape, stride, layout, device = match.groups()
    if stride is None and layout is None:
        stride = ", ".join(find_contiguous_strides(split_items(shape)) or ())
    return {
        "kind": "parameter" if parameter else "tensor",
        "dtype": dtype,
        "shape": f"[{shape}]",
        "stride": "" if stride is None else f"({stride})",
        "layout": layout or "strided",
        "device": device,
    }


def _spell_inner_change(old: str, new: str) -> tuple[str, str] | None:
    """Say which item of two tuples changed, where one did."""
    left, right = _split_items(old), _split_items(new)
    if len(left) != len(right):
        return _spell_token_item(left, right)
    found = [
        (at, *spell_value_change(a, b)) for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b
    ]
    words = ", ".join(f"item {at}: {change}" for at, change, _ in found)
    return (words, "; ".join(dict.fromkeys(pattern for *_, pattern in found))) if found else None


def _is_token(value: str) -> bool:
    return classify_value(value) is ValueKind.TOKEN


def _spell_token_item(old: list[str], new: list[str]) -> tuple[str, str] | None:
    """Say that a tuple has an effect token more or less, where that is all."""
    for sign, fewer, more in (("+", old, new), ("-", new, old)):
        if more[1:] == fewer and _is_token(more[0]):
            return f"{sign} item 0, an effect token", f"{sign} item, an effect token"
    return None


def _split_items(value: str) -> list[str]:
    """Split a tuple's items; nothing where the value is no tuple."""
    if not (value.startswith("(") and value.endswith(")")):
        return []
    items, depth, start = [], 0, 1
    for at, char in enumerate(value[:-1]):
        depth += (char in "([") - (char in ")]")
        if depth == 1 and value.startswith(", ", at):
            items.append(value[start:at])
            start = at + 2
    return [*items, value[start:-1]]


def _generalise(old: str, new: str) -> str:
    if UNKNOWN in (old, new):
        return " → ".join("not known" if value == UNKNOWN else "known" for value in (old, new))
    return " → ".join(_SIZE.sub(r"\1N", value) for value in (old, new))
