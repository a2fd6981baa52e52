"""The folder of the packages that a worker needs besides torch."""

import os
from pathlib import Path

import packaging

import graph_goldens

_PACKAGES = (graph_goldens, packaging)


def make_worker_path(folder: Path) -> Path:
    """Make or repair the folder that links to each package, and return it.

    A worker sees no other package of the host, so none can shadow the environment's.
    """
    worker_path = folder / "worker-path"
    worker_path.mkdir(parents=True, exist_ok=True)
    for package in _PACKAGES:
        _link(worker_path / package.__name__, Path(package.__path__[0]).resolve())
    return worker_path


def _link(link: Path, target: Path) -> None:
    """Make a link in one step: another command may be starting a worker from it."""
    if link.is_symlink() and link.readlink() == target:
        return
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)
