"""A worker's children touch as little memory as they can."""

import resource
import sys
from collections.abc import Callable

import pytest

from graph_goldens.capture.worker.process_memory import run_in_one_chunk

DEEPEST, CALLS = 200, 500


def _call_at(depth: int) -> int:
    """Call a function many times at a depth; at some depths the call crosses the end of a chunk of frames."""
    if depth:
        return _call_at(depth - 1)
    return sum(_find_one(each) for each in range(CALLS))


def _find_one(_: int) -> int:
    return 1


def _call_at_all_depths() -> int:
    return sum(_call_at(depth) for depth in range(DEEPEST))


def _count_faults(call: Callable[[], int]) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    assert call() == DEEPEST * CALLS
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.version_info < (3, 11), reason="frames are objects of their own there")
def test_no_call_maps_memory_for_its_frame_where_all_run_in_one_chunk() -> None:
    alone, together = (
        _count_faults(_call_at_all_depths),
        _count_faults(lambda: run_in_one_chunk(_call_at_all_depths)),
    )
    assert alone > CALLS / 5
    assert together < min(CALLS, alone) / 5


def test_what_a_function_raises_in_one_chunk_leaves_it() -> None:
    with pytest.raises(ZeroDivisionError):
        run_in_one_chunk(lambda: 1 // 0)
