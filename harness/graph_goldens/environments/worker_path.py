"""The folder of the packages that a worker needs besides torch, one for each place and content of them."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import packaging

import graph_goldens
from graph_goldens.files import replace_whole

_PACKAGES = (graph_goldens, packaging)
_DIGEST_LENGTH = 16
_MOST = 20


def make_worker_path(folder: Path) -> Path:
    """Make or repair the folder that links to each package, and return it.

    A worker sees no other package of the host, so none can shadow the environment's. Clones that share a
    working folder, and revisions of one clone, have folders of their own: no worker runs code, or bytecode
    of code, that another one's command left there.
    """
    packages = {package.__name__: Path(package.__path__[0]).resolve() for package in _PACKAGES}
    root = folder / "worker-path"
    worker_path = root / _digest_code(packages)
    worker_path.mkdir(parents=True, exist_ok=True)
    for name, place in packages.items():
        _link(worker_path / name, place)
    os.utime(worker_path)
    _drop_unused(root)
    return worker_path


def _digest_code(packages: dict[str, Path]) -> str:
    """Digest where the packages lie and what their modules hold."""
    digest = hashlib.sha256()
    for place in packages.values():
        for file in sorted(place.rglob("*.py")):
            content = hashlib.sha256(file.read_bytes()).digest()
            digest.update(os.fsencode(file) + b"\0" + content)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _link(link: Path, target: Path) -> None:
    """Make a link in one step: another command may be starting a worker from it."""
    if link.is_symlink() and link.readlink() == target:
        return
    with replace_whole(link) as draft:
        draft.symlink_to(target)


def _drop_unused(root: Path) -> None:
    """Remove the folders of older code, but for the twenty used last."""
    for unused in sorted(_list_folders(root), key=_read_last_use, reverse=True)[_MOST:]:
        shutil.rmtree(unused, ignore_errors=True)


def _list_folders(root: Path) -> Iterator[Path]:
    return (entry for entry in root.iterdir() if len(entry.name) == _DIGEST_LENGTH and not entry.is_symlink())


def _read_last_use(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another command removed it
        return 0.0
