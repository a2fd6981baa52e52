"""Differences of two texts by line, in time that stays near linear however long the texts are.

`difflib` takes minutes for some pairs of texts of a few thousand lines. Here common lines at both ends are
cut first; lines that occur once on both sides anchor the rest, and what lies between two anchors is done
again in the same way. A stretch without such lines, and any of at most `SMALL_CELLS` pairs of lines, is
aligned exactly where it is small (at most `EXACT_CELLS` pairs) or where few edits do it (fewer than
`MOST_EDITS`), and else shown as replaced as a whole: a longer difference than necessary, never a wrong one.
"""

import bisect
import enum
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

SMALL_CELLS = 900
EXACT_CELLS = 40_000
MOST_EDITS = 250
DEEPEST = 20

Pair: TypeAlias = "tuple[int, int]"


class LineKind(enum.Enum):
    """What a line of a difference is."""

    HEADER = "@"
    CONTEXT = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True)
class DiffLine:
    """One line of a difference, without a marker in front of its text."""

    kind: LineKind
    text: str


@dataclass(frozen=True)
class Block:
    """Lines `old_start` to `old_end` of one text that stand as `new_start` to `new_end` in the other."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class _Stretch:
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    depth: int = 0

    @property
    def cells(self) -> int:
        return (self.old_end - self.old_start) * (self.new_end - self.new_start)


def diff_lines(old: str | None, new: str | None, context: int = 3) -> tuple[DiffLine, ...]:
    """Compute the difference of two texts as typed lines, each change with some lines of context.

    A text that is None has no lines, while an empty one has one line, which is empty.

    Lines end at line feeds only, so a text that lost its final line end shows an empty line removed.
    """
    old_lines, new_lines = _split_lines(old), _split_lines(new)
    hunks = _group_hunks(find_changed_blocks(old_lines, new_lines), context)
    return tuple(line for hunk in hunks for line in _list_hunk_lines(hunk, old_lines, new_lines, context))


def _split_lines(text: str | None) -> list[str]:
    return [] if text is None else text.split("\n")


def find_changed_blocks(old: Sequence[str], new: Sequence[str]) -> tuple[Block, ...]:
    """Find the stretches in which two sequences of lines differ, in order; see the module for the method."""
    blocks = []
    i = j = 0
    for old_at, new_at in [*find_common_lines(old, new), (len(old), len(new))]:
        if i < old_at or j < new_at:
            blocks.append(Block(i, old_at, j, new_at))
        i, j = old_at + 1, new_at + 1
    return tuple(blocks)


def find_common_lines(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Find the places of lines that two sequences have in common, in order; see the module for the method."""
    pairs: list[Pair] = []
    stack = [_Stretch(0, len(old), 0, len(new))]
    while stack:
        stretch, ends = _trim(stack.pop(), old, new)
        pairs += ends
        if not stretch.cells:
            continue
        anchored = stretch.cells > SMALL_CELLS and stretch.depth < DEEPEST
        anchors = _find_anchors(stretch, old, new) if anchored else []
        if anchors:
            pairs += anchors
            stack += _split_between(stretch, anchors)
        elif stretch.cells <= EXACT_CELLS:
            pairs += _find_longest_common(stretch, old, new)
        else:
            pairs += _align_by_edits(stretch, old, new)
    return sorted(pairs)


def _trim(stretch: _Stretch, old: Sequence[str], new: Sequence[str]) -> tuple[_Stretch, list[Pair]]:
    i, old_end, j, new_end = stretch.old_start, stretch.old_end, stretch.new_start, stretch.new_end
    ends = []
    while i < old_end and j < new_end and old[i] == new[j]:
        ends.append((i, j))
        i, j = i + 1, j + 1
    while i < old_end and j < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
        ends.append((old_end, new_end))
    return _Stretch(i, old_end, j, new_end, stretch.depth), ends


def _find_anchors(stretch: _Stretch, old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    old_counts = Counter(old[stretch.old_start : stretch.old_end])
    new_counts = Counter(new[stretch.new_start : stretch.new_end])
    places = {new[j]: j for j in range(stretch.new_start, stretch.new_end) if new_counts[new[j]] == 1}
    return find_rising(
        [
            (i, places[old[i]])
            for i in range(stretch.old_start, stretch.old_end)
            if old_counts[old[i]] == 1 and old[i] in places
        ]
    )


def find_rising(pairs: list[Pair]) -> list[Pair]:
    """Find a longest run of pairs whose second parts rise; the pairs come in order of their first parts."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect.bisect_left(tails, j)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [j]
        ends[length : length + 1] = [at]
    run = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _split_between(stretch: _Stretch, anchors: list[Pair]) -> Iterator[_Stretch]:
    i, j = stretch.old_start, stretch.new_start
    for old_at, new_at in [*anchors, (stretch.old_end, stretch.new_end)]:
        if i < old_at and j < new_at:
            yield _Stretch(i, old_at, j, new_at, stretch.depth + 1)
        i, j = old_at + 1, new_at + 1


def _find_longest_common(stretch: _Stretch, old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    left = old[stretch.old_start : stretch.old_end]
    right = new[stretch.new_start : stretch.new_end]
    lengths = _count_common(left, right)
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            yield stretch.old_start + i, stretch.new_start + j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1


def _align_by_edits(stretch: _Stretch, old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Align by the fewest insertions and deletions where few suffice; else return no pairs.

    Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986).
    """
    left = old[stretch.old_start : stretch.old_end]
    right = new[stretch.new_start : stretch.new_end]
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(MOST_EDITS):
        trail.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            i = furthest[k + 1] if down else furthest[k - 1] + 1
            j = i - k
            while i < len(left) and j < len(right) and left[i] == right[j]:
                i, j = i + 1, j + 1
            furthest[k] = i
            if i >= len(left) and j >= len(right):
                found = _walk_back(trail, len(left), len(right))
                return [(stretch.old_start + i, stretch.new_start + j) for i, j in found]
    return []


def _walk_back(trail: list[dict[int, int]], i: int, j: int) -> Iterator[Pair]:
    """Follow the furthest points back to the start, and yield the diagonal steps."""
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], i - j
        down = k == -edits or (k != edits and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
        before = k + 1 if down else k - 1
        start = furthest.get(before, 0)
        while i > start and j > start - before and i > 0 and j > 0:
            i, j = i - 1, j - 1
            yield i, j
        i, j = start, start - before


def _count_common(left: Sequence[str], right: Sequence[str]) -> list[list[int]]:
    """Count, for each pair of places, how many lines the two rests have in common, in order."""
    rows = [[0] * (len(right) + 1)]
    for line in reversed(left):
        below, row = rows[-1], [0] * (len(right) + 1)
        for j in range(len(right) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if line == right[j] else max(below[j], row[j + 1])
        rows.append(row)
    return rows[::-1]


def _group_hunks(blocks: Sequence[Block], context: int) -> list[list[Block]]:
    hunks: list[list[Block]] = []
    for block in blocks:
        if hunks and block.old_start - hunks[-1][-1].old_end <= 2 * context:
            hunks[-1].append(block)
        else:
            hunks.append([block])
    return hunks


def _list_hunk_lines(hunk: list[Block], old: list[str], new: list[str], context: int) -> Iterator[DiffLine]:
    before = min(context, hunk[0].old_start)
    after = min(context, len(old) - hunk[-1].old_end)
    yield _build_header(hunk, before, after)
    at = hunk[0].old_start - before
    for block in hunk:
        yield from (DiffLine(LineKind.CONTEXT, line) for line in old[at : block.old_start])
        yield from (DiffLine(LineKind.REMOVED, line) for line in old[block.old_start : block.old_end])
        yield from (DiffLine(LineKind.ADDED, line) for line in new[block.new_start : block.new_end])
        at = block.old_end
    yield from (DiffLine(LineKind.CONTEXT, line) for line in old[at : at + after])


def _build_header(hunk: list[Block], before: int, after: int) -> DiffLine:
    first, last = hunk[0], hunk[-1]
    old = _spell_span(first.old_start - before, last.old_end + after)
    new = _spell_span(first.new_start - before, last.new_end + after)
    return DiffLine(LineKind.HEADER, f"@@ -{old} +{new} @@")


def _spell_span(start: int, end: int) -> str:
    # As in every unified difference: lines count from 1, and an empty span names the line before it.
    return f"{start + 1 if end > start else start},{end - start}"
