"""What a graph returns, compared item by item."""

from collections.abc import Iterator

from harness.drift.alignment import Alignment
from harness.drift.classes import DriftClass
from harness.drift.drift import Edit
from harness.drift.lines import changed_blocks
from harness.drift.spelling import Symbols
from harness.graphs import Argument, Group, Ref, Table
from harness.graphs.arguments import printed


def output_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find the edits of what a graph returns: items added, removed, reordered, or taken from elsewhere."""
    old, new = list(alignment.old.returned()), list(alignment.new.returned())
    if all(len(items) == len(old) for items in (old, new)) and all(
        alignment.follows(*pair, symbols) for pair in zip(old, new, strict=True)
    ):
        if _shape(alignment.old) != _shape(alignment.new):
            words = f"returns {_shape(alignment.old)} → {_shape(alignment.new)}"
            yield Edit(DriftClass.INTERFACE, where, words, pattern=words)
        return
    yield from _changed_items(alignment, old, new, where)


def _shape(table: Table) -> str:
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


def _changed_items(
    alignment: Alignment, old: list[Argument], new: list[Argument], where: str
) -> Iterator[Edit]:
    left = [_key(item, alignment, old=True) for item in old]
    right = [_key(item, alignment, old=False) for item in new]
    if sorted(left) == sorted(right):
        yield _edit(where, f"outputs reordered: {_shown(old)} → {_shown(new)}", "outputs reordered")
        return
    for block in changed_blocks(left, right):
        gone, come = old[block.old_start : block.old_end], new[block.new_start : block.new_end]
        if len(gone) == len(come):
            for number, (was, now) in enumerate(zip(gone, come, strict=True), start=block.old_start):
                if not alignment.follows(was, now, Symbols()):
                    words = f"output {number}: `{printed(was, '%')}` → `{printed(now, '%')}`"
                    yield _edit(where, words, "another output")
            continue
        yield from (
            _edit(where, f"- output `{printed(item, '%')}`", "- output") for item in gone[len(come) :]
        )
        yield from (
            _edit(where, f"+ output `{printed(item, '%')}`", "+ output") for item in come[len(gone) :]
        )


def _key(item: Argument, alignment: Alignment, *, old: bool) -> str:
    """Name an item in a way that is equal on both sides for the same node."""
    if isinstance(item, Ref):
        return f"%{item.name}" if old else f"%{alignment.back.get(item.name, f'+{item.name}')}"
    return printed(item)


def _shown(items: list[Argument]) -> str:
    return ", ".join(printed(item, "%") for item in items)


def _edit(where: str, sentence: str, pattern: str) -> Edit:
    return Edit(DriftClass.INTERFACE, where, sentence, pattern=pattern)
