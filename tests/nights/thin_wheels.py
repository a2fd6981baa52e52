"""Builds of PyTorch that cost kilobytes: wheels whose `torch` lies over that of another environment.

What such a wheel holds itself is its version, its commit and one file that may differ from build to build;
all else is found where the wheel's `torch` looks next. `tests/wheels/repack.py` makes the builds of one.
"""

import base64
import hashlib
import os
import sys
import zipfile
from pathlib import Path

from tests.wheels.repack import Edit, repack

CHANGED = "torch/_changed.py"
UNCHANGED = "CHANGE = None\n"
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"

_INIT = """
import sys as _sys
from pathlib import Path as _Path

_BELOW = _Path({original!r})
_sys.path.append(str(_BELOW.parent))  # what PyTorch depends on lies beside it
__path__.append(str(_BELOW))
__file__ = str(_BELOW / "__init__.py")
exec(compile(_Path(__file__).read_text(), __file__, "exec"), globals())

from torch import _changed

if _changed.CHANGE:
    exec(_changed.CHANGE)
"""


def make_thin_wheel(folder: Path, original: Path) -> Path:
    """Write a wheel over the package `torch` of an environment, from which builds are repacked."""
    folder.mkdir(parents=True, exist_ok=True)
    machine = f"linux_{os.uname().machine}"
    file = folder / f"torch-2.13.0-{TAG}-{TAG}-{machine}.whl"
    info = "torch-2.13.0.dist-info"
    files = {
        "torch/__init__.py": _INIT.format(original=str(original)),
        "torch/version.py": (original / "version.py").read_text(),
        CHANGED: UNCHANGED,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {TAG}-{TAG}-{machine}\n",
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        rows = "".join(f"{name},{_digest(text)},{len(text)}\n" for name, text in files.items())
        archive.writestr(f"{info}/RECORD", f"{rows}{info}/RECORD,,\n")
    return file


def make_build(wheel: Path, folder: Path, version: str, change: str = "") -> Path:
    """Repack a thin wheel as another version, in which some lines run once PyTorch was imported."""
    edit = Edit(CHANGED, UNCHANGED, f"CHANGE = {change!r}\n") if change else None
    return repack(wheel, folder, version, edit)


def _digest(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
