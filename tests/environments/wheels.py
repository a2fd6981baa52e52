"""Wheels that hold as much of PyTorch as the host looks at, and a Python environment made of files alone."""

import os
import sys
import venv
import zipfile
from pathlib import Path

TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"
FILES = {
    "__init__.py": "from torch import _C, version\n__version__ = version.__version__\n",
    "_C.py": "_GLIBCXX_USE_CXX11_ABI = True\n",
    "version.py": "__version__ = {version!r}\ngit_version = {git!r}\ndebug = False\ncuda = None\n",
}


def platform_tag() -> str:
    return f"linux_{os.uname().machine}" if sys.platform == "linux" else "any"


def make_wheel(folder: Path, version: str, python: str = TAG, git: str = "abc", name: str = "torch") -> Path:
    """Write a wheel of a package, to be installed by uv."""
    folder.mkdir(parents=True, exist_ok=True)
    tag = f"{python}-none-{platform_tag()}"
    file = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in FILES.items():
            archive.writestr(f"{name}/{path}", text.format(version=version, git=git))
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


def make_interpreter(folder: Path, torch: dict[str, str]) -> Path:
    """Make a virtual environment with a package `torch` of these files; with none of it if there are none."""
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for name, text in torch.items():
        (site / "torch").mkdir(exist_ok=True)
        (site / "torch" / name).write_text(text.format(version="2.13.0+cpu", git="abc"))
    return folder / "bin" / "python"
