"""Work in a process that is forked for it, while the worker does something else: both use a core."""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from graph_goldens.descendants import adopt_orphans, end_with_parent, word_status


@dataclass(frozen=True)
class Beside:
    """A process that works beside this one.

    Attributes:
        process: its number.
    """

    process: int

    def wait(self) -> None:
        """Wait until it has done its work.

        Raises:
            RuntimeError: it ended otherwise.
        """
        _, status = os.waitpid(self.process, 0)
        if status:
            raise RuntimeError(f"the process that captures ended with {word_status(status)}")


def work_beside(work: Callable[[], None]) -> Beside:
    """Do some work in a process of its own, which ends with this one."""
    worker = os.getpid()
    process = os.fork()
    if process == 0:
        _work_and_leave(work, worker)
    return Beside(process)


def _work_and_leave(work: Callable[[], None], worker: int) -> NoReturn:
    status = 1
    try:
        adopt_orphans()
        end_with_parent()
        if os.getppid() == worker:  # it did not end before the kernel knew of this process
            work()
            status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)
