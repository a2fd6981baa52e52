"""Lines of two texts paired by what they say, in time near linear in their number."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

MOST_TRIES = 50


def pair_lines(
    old: Sequence[str],
    new: Sequence[str],
    key: Callable[[str], str],
    same: Callable[[str, str], bool],
) -> list[tuple[str, str]]:
    """Pair each line of one text with the first of the other that says the same; none is paired twice.

    Args:
        old: the lines of the one text.
        new: the lines of the other.
        key: what lines that can be the same have in common; of more lines than `MOST_TRIES` under one key,
            the first ones are tried.
        same: whether two lines say the same.
    """
    waiting: dict[str, deque[str]] = defaultdict(deque)
    for line in new:
        waiting[key(line)].append(line)
    pairs = []
    for line in old:
        candidates = waiting.get(key(line), deque())
        found = next((other for other in islice(candidates, MOST_TRIES) if same(line, other)), None)
        if found is not None:
            candidates.remove(found)
            pairs.append((line, found))
    return pairs


def drop_lines(lines: Sequence[str], paired: Iterable[str]) -> list[str]:
    """List the lines that are not paired, each as often as it is not."""
    counts: dict[str, int] = defaultdict(int)
    for line in paired:
        counts[line] += 1
    left = []
    for line in lines:
        if counts[line]:
            counts[line] -= 1
        else:
            left.append(line)
    return left
