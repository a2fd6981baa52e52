"""What a graph returns, compared item by item."""

from collections.abc import Iterator, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.consequences import name_nodes
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.text.line_diff import find_changed_blocks
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.drift.text.wording import join_changed
from graph_goldens.graphs.node_arguments import Argument, Group, Ref, list_refs, print_argument
from graph_goldens.graphs.node_table import Table


def find_output_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find the edits of what a graph returns: items added, removed, reordered, or taken from elsewhere."""
    old, new = list(alignment.old.list_returned()), list(alignment.new.list_returned())
    if all(len(items) == len(old) for items in (old, new)) and all(
        alignment.follows(*pair, symbols) for pair in zip(old, new, strict=True)
    ):
        if _spell_shape(alignment.old) != _spell_shape(alignment.new):
            words = f"returns {_spell_shape(alignment.old)} → {_spell_shape(alignment.new)}"
            yield Edit(DriftClass.INTERFACE, where, words, pattern=words)
        return
    yield from _find_changed_items(alignment, old, new, where)


def _spell_shape(table: Table) -> str:
    args = table.output.args if table.output else None
    match args:
        case None:
            return "nothing"
        case Group(opening="("):
            return "a tuple"
        case Group(opening="["):
            return "a list"
        case Group():
            return "a mapping"
        case _:
            return "one value"


def _find_changed_items(
    alignment: Alignment, old: list[Argument], new: list[Argument], where: str
) -> Iterator[Edit]:
    left = [_spell_key(item, alignment, old=True) for item in old]
    right = [_spell_key(item, alignment, old=False) for item in new]
    if sorted(left) == sorted(right):
        yield _build_edit(
            where,
            f"outputs reordered: {join_changed(_spell_items(old), _spell_items(new))}",
            "outputs reordered",
        )
        return
    for block in find_changed_blocks(left, right):
        gone, come = old[block.old_start : block.old_end], new[block.new_start : block.new_end]
        for number, (was, now) in enumerate(zip(gone, come, strict=False), start=block.old_start):
            if not alignment.follows(was, now, Symbols()):
                words = f"output {number}: `{print_argument(was, '%')}` → `{print_argument(now, '%')}`"
                needs = _list_unpaired(alignment, [was], [now])
                yield _build_edit(where, words, "another output", needs)
        for item in gone[len(come) :]:
            yield _build_item_edit(where, "-", item, _list_unpaired(alignment, [item], []))
        for item in come[len(gone) :]:
            yield _build_item_edit(where, "+", item, _list_unpaired(alignment, [], [item]))


def _build_item_edit(where: str, sign: str, item: Argument, needs: frozenset[str]) -> Edit:
    return _build_edit(where, f"{sign} output `{print_argument(item, '%')}`", f"{sign} output", needs)


def _spell_key(item: Argument, alignment: Alignment, *, old: bool) -> str:
    """Name an item in a way that is equal on both sides for the same node."""
    if isinstance(item, Ref):
        return f"%{item.name}" if old else f"%{alignment.back.get(item.name, f'+{item.name}')}"
    return print_argument(item)


def _spell_items(items: list[Argument]) -> list[str]:
    return [print_argument(item, "%") for item in items]


def _list_unpaired(alignment: Alignment, old: Sequence[Argument], new: Sequence[Argument]) -> frozenset[str]:
    """List the nodes that are returned and that only one of the graphs has."""
    gone = (name for item in old for name in list_refs(item) if name not in alignment.pairs)
    come = (name for item in new for name in list_refs(item) if name not in alignment.back)
    return name_nodes("-", gone) | name_nodes("+", come)


def _build_edit(where: str, sentence: str, pattern: str, needs: frozenset[str] = frozenset()) -> Edit:
    return Edit(DriftClass.INTERFACE, where, sentence, pattern=pattern, needs=needs)
