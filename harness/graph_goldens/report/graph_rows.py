"""Two graphs as lines of one difference: nodes aligned, what changed in them marked, the rest folded."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from graph_goldens.drift.matching.alignment import Row, RowChange
from graph_goldens.drift.text.line_diff import DiffLine, LineKind, find_changed_blocks
from graph_goldens.graphs.node_arguments import Argument, Group, print_argument
from graph_goldens.graphs.node_table import Node
from graph_goldens.words import format_count

CONTEXT = 1
REMOVED, ADDED, DIM = "red", "green", "dim"

_QUIET = {RowChange.SAME, RowChange.RENAMED}
_REPLACED = {LineKind.REMOVED, LineKind.ADDED}
_TOKEN = re.compile(r"\w+|\s+|.")
_MARK = "reverse"


def format_node(node: Node) -> str:
    """Format a node as a reader wants it: `add = torch.ops.aten.add.Tensor(x, y)`."""
    match node.op:
        case "output":
            return f"return {print_argument(node.args, mark='')}"
        case "placeholder":
            default = f" = {node.default}" if node.default is not None else ""
            return f"placeholder {node.name}{default}"
        case "get_attr":
            return f"{node.name} = get_attr {node.target}"
        case "call_function":
            return f"{node.name} = {node.target}({_format_call(node)})"
        case _:
            return f"{node.name} = {node.op} {node.target}({_format_call(node)})"


def _format_call(node: Node) -> str:
    positional = [print_argument(item, mark="") for item in _list_items(node.args)]
    named = node.kwargs
    keys = named.keys if isinstance(named, Group) else ()
    keywords = [
        f"{key} = {print_argument(item, mark='')}" for key, item in zip(keys, _list_items(named), strict=True)
    ]
    return ", ".join([*positional, *keywords])


def _list_items(argument: Argument) -> tuple[Argument, ...]:
    return argument.items if isinstance(argument, Group) else ()


def format_rows(rows: Sequence[Row]) -> Iterator[Text]:
    """Format the rows that changed, each with a few rows around it; the rest is counted."""
    quiet = _QUIET if any(row.change not in _QUIET for row in rows) else {RowChange.SAME}
    shown = [not _is_quiet(row, quiet) for row in rows]
    near = [any(shown[max(0, at - CONTEXT) : at + CONTEXT + 1]) for at in range(len(rows))]
    for is_near, group in groupby(zip(rows, near, shown, strict=True), key=lambda each: each[1]):
        block = list(group)
        if is_near:
            yield from (line for row, _, changed in block for line in _format_row(row, changed=changed))
        else:
            yield Text(f"… {format_count(len(block), 'node')}", style=DIM)


def _is_quiet(row: Row, quiet: set[RowChange]) -> bool:
    if row.change in quiet:
        return True
    same_text = row.old and row.new and format_node(row.old) == format_node(row.new)
    return bool(same_text) and row.change is RowChange.CHANGED


def _format_row(row: Row, *, changed: bool) -> Iterator[Text]:
    match row.old, row.new:
        case None, Node() as new:
            yield Text(f"+ {format_node(new)}", style=ADDED)
        case Node() as old, None:
            yield Text(f"- {format_node(old)}", style=REMOVED)
        case Node() as old, Node() as new:
            yield from _format_both(row.change, format_node(old), format_node(new), changed=changed)
        case _:
            return


def _format_both(change: RowChange, old: str, new: str, *, changed: bool) -> Iterator[Text]:
    if not changed:
        yield Text(f"  {new}", style=DIM)
    elif old == new:
        yield Text(f"{'↕' if change is RowChange.MOVED else ' '} {new}", style="yellow")
    else:
        yield from mark_pair(old, new)


def mark_pair(old: str, new: str) -> tuple[Text, Text]:
    """Format a line and the one that replaced it, with what differs marked, unless little is the same."""
    left, right = Text(f"- {old}", style=REMOVED), Text(f"+ {new}", style=ADDED)
    old_tokens, new_tokens = _TOKEN.findall(old), _TOKEN.findall(new)
    blocks = find_changed_blocks(old_tokens, new_tokens)
    changed = sum(block.old_end - block.old_start + block.new_end - block.new_start for block in blocks)
    if 2 * changed > len(old_tokens) + len(new_tokens):
        return left, right
    for block in blocks:
        left.stylize(_MARK, *_find_span(old_tokens, block.old_start, block.old_end))
        right.stylize(_MARK, *_find_span(new_tokens, block.new_start, block.new_end))
    return left, right


def _find_span(tokens: Sequence[str], start: int, end: int) -> tuple[int, int]:
    begin = 2 + sum(map(len, tokens[:start]))
    return begin, begin + sum(map(len, tokens[start:end]))


def format_text_lines(lines: Sequence[DiffLine]) -> Iterator[Text]:
    """Format a difference line by line; where one line became another, what changed is marked."""
    for replaced, group in groupby(lines, key=lambda line: line.kind in _REPLACED):
        block = list(group)
        if not replaced:
            yield from map(_format_plain, block)
            continue
        removed = [line.text for line in block if line.kind is LineKind.REMOVED]
        added = [line.text for line in block if line.kind is LineKind.ADDED]
        yield from _pair_replaced(removed, added)


def _pair_replaced(removed: Sequence[str], added: Sequence[str]) -> Iterator[Text]:
    """Yield lines that others replaced, each beside the one that begins with the same word."""
    done_old = done_new = 0
    for old, new in _find_partners(removed, added):
        yield from _format_unpaired(removed[done_old:old], added[done_new:new])
        yield from mark_pair(removed[old], added[new])
        done_old, done_new = old + 1, new + 1
    yield from _format_unpaired(removed[done_old:], added[done_new:])


def _find_partners(removed: Sequence[str], added: Sequence[str]) -> list[tuple[int, int]]:
    if len(removed) == len(added) == 1:
        return [(0, 0)]
    old, new = [_read_first_word(line) for line in removed], [_read_first_word(line) for line in added]
    if len(set(old)) < len(old) or len(set(new)) < len(new):
        return []
    blocks = find_changed_blocks(old, new)
    apart = {at for block in blocks for at in range(block.old_start, block.old_end)}
    places = {word: at for at, word in enumerate(new)}
    return [(at, places[word]) for at, word in enumerate(old) if at not in apart]


def _read_first_word(line: str) -> str:
    return line.split(maxsplit=1)[0] if line.strip() else ""


def _format_unpaired(removed: Sequence[str], added: Sequence[str]) -> Iterator[Text]:
    yield from (_format_plain(DiffLine(LineKind.REMOVED, line)) for line in removed)
    yield from (_format_plain(DiffLine(LineKind.ADDED, line)) for line in added)


def _format_plain(line: DiffLine) -> Text:
    match line.kind:
        case LineKind.HEADER:
            return Text(line.text, style="cyan")
        case LineKind.CONTEXT:
            return Text(f"  {line.text}", style=DIM)
        case LineKind.REMOVED:
            return Text(f"- {line.text}", style=REMOVED)
        case LineKind.ADDED:
            return Text(f"+ {line.text}", style=ADDED)
