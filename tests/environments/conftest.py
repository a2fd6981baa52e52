"""A working folder, and stand-ins for interpreters, uv, compilers and workers that need no torch."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graph_goldens.environments.environment import Environment

PROBED = {
    "torch": "2.13.0+cpu",
    "git": "abc",
    "debug": False,
    "cuda": None,
    "python_version": "3.11.7",
    "platform": "Linux-x86_64",
    "cxx11_abi": True,
}

Script = Callable[[str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".goldens"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Make a shell script of a name under the test's folder, executable."""

    def make(name: str, body: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    return make


@pytest.fixture
def torch_root(tmp_path: Path) -> Path:
    """A torch package as far as the host looks at it."""
    root = tmp_path / "site-packages" / "torch"
    for file in ("version.py", "lib/libtorch_cpu.so", "include/ATen/ATen.h"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("#if __cplusplus < 201703L")
    return root


@pytest.fixture
def interpreter(script: Script, torch_root: Path, tmp_path: Path) -> Path:
    """A program that answers the probe as an interpreter with torch does, and counts how often."""
    answer = json.dumps({**PROBED, "torch_root": str(torch_root)})
    asked = tmp_path / "asked"
    return script(
        "bin/python",
        f"echo once >> {asked}\n"
        f"test -e {torch_root}/version.py || {{ echo 'ImportError: no torch' >&2; exit 1; }}\n"
        f"echo '{answer}'\necho 'a warning at exit'",
    )


@pytest.fixture
def environment(torch_root: Path) -> Environment:
    """An environment whose interpreter is the host's own."""
    return Environment(
        python=Path(sys.executable),
        torch="2.13.0+cpu",
        git="abc",
        debug=False,
        cuda=None,
        python_version="3.11.7",
        platform="Linux-x86_64",
        cxx11_abi=True,
        cxx_standard=17,
        torch_root=torch_root,
    )
