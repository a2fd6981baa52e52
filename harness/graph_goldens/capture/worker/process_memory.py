"""Memory of processes: how much they hold, and how to make the worker cheap to fork."""

import ctypes
import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from graph_goldens.descendants import find_children

Result = TypeVar("Result")

_KINDS = ("RssAnon:", "RssShmem:", "VmSwap:")
_KIBIBYTE = 1 << 10
_HUGE_PAGE = 2 << 20
_WORTH_IT = 100
_SLOTS = 1 << 16
_MADV_HUGEPAGE, _MADV_COLLAPSE = 14, 25
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def measure_memory(process: int) -> int:
    """Measure the bytes that a process holds and no file backs; 0 where the system does not say."""
    held = 0
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(errors="replace").splitlines():
            if line.startswith(_KINDS):
                held += int(line.split()[1]) * _KIBIBYTE
    return held


def exceeds_memory(process: int, forked_with: int, most: int) -> bool:
    """Whether a process and what it started hold more than allowed beyond what each was forked with."""
    held, waiting = 0, [process]
    while waiting and held <= most:
        each = waiting.pop()
        held += max(0, measure_memory(each) - forked_with)
        waiting.extend(find_children(each))
    return held > most


def make_cheap_to_fork(times: int) -> None:
    """Prepare this process for so many forks: each fork and its end then take a third of the time.

    Garbage is collected once and never in a child, where that would write to, and so copy, all of torch's
    objects. Memory moves into huge pages, so that a fork copies a few page tables instead of thousands;
    the kernel may refuse, which only costs time, and for a few forks the move does not pay.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    if times >= _WORTH_IT:
        _use_huge_pages()


def run_in_one_chunk(function: Callable[[], Result]) -> Result:
    """Run a function with room for the frames of all that it calls, as deep as any capture goes.

    From Python 3.11 frames lie in chunks of 16 KiB (`push_chunk` of Python/pystate.c): a call that crosses
    the end of one maps another and unmaps it when it returns, each time, up to some hundred times a capture.
    A frame that asks for as many slots as this one gets a chunk of 1 MiB, and leaves half of it to others.
    """
    return function()


run_in_one_chunk.__code__ = run_in_one_chunk.__code__.replace(co_stacksize=_SLOTS)


def _use_huge_pages() -> None:
    for start, end in _find_writable_ranges():
        first, last = -(-start // _HUGE_PAGE) * _HUGE_PAGE, end // _HUGE_PAGE * _HUGE_PAGE
        if _LIBC is not None and last > first:
            for advice in (_MADV_HUGEPAGE, _MADV_COLLAPSE):
                _LIBC.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), advice)


def _find_writable_ranges() -> list[tuple[int, int]]:
    """Find the address ranges of this process that are writable and that no file backs."""
    ranges = []
    with suppress(OSError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            addresses, permissions, *_, inode = line.split(maxsplit=5)[:5]
            if permissions.startswith("rw") and inode == "0":
                start, end = addresses.split("-")
                ranges.append((int(start, 16), int(end, 16)))
    return ranges
