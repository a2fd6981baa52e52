"""Where two lists differ: a part that is loaded where lists do, since deepdiff is large."""

from collections.abc import Iterator, Sequence

from deepdiff import DeepDiff
from deepdiff.helper import notpresent

from graph_goldens.records import Json


def find_list_changes(
    old: list[Json], new: list[Json], nothing: object
) -> Iterator[tuple[Sequence[str | int], object, object]]:
    """Find each place in which two lists differ: what leads there, and the old and the new value.

    Args:
        old: a list.
        new: another list.
        nothing: what stands for a value where there is none.
    """
    tree = DeepDiff(old, new, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    levels = (level for found in tree.values() for level in found)
    for level in sorted(levels, key=lambda level: level.path()):
        before, after = (nothing if side is notpresent else side for side in (level.t1, level.t2))
        yield tuple(level.path(output_format="list")), before, after
