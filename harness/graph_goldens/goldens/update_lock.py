"""One update of a folder of goldens at a time."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph_goldens.locks import hold_lock


@contextmanager
def hold_update_lock(root: Path, working: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock for writing goldens; wait for it where another process holds it.

    The system frees the lock when its holder ends, however that ends, so there is never anything to clear
    away. The lock does not nest: taking it twice in one process waits forever.

    Args:
        root: the folder of goldens.
        working: the working folder, in which the lock's file lies.
        tell: called with one sentence before waiting.

    Raises:
        ToolError: the lock's file cannot be made.
    """
    sentence = f"another update of {root} is running; waiting until it ends (Ctrl-C gives up)"
    with hold_lock(_place_lock_file(root, working), lambda: tell(sentence)):
        yield


def _place_lock_file(root: Path, working: Path) -> Path:
    digest = hashlib.sha256(str(root.resolve()).encode()).hexdigest()
    return working / f"update-{digest[:12]}.lock"
