"""Environments that exist: what their PyTorch is, asked once and then read from a file."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.version import Version

from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.pack_needs import NO_NEEDS, Needs
from graph_goldens.environments.processes import TookTooLongError, describe_ending, run
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error, write_whole
from graph_goldens.json_reading import JsonError, convert_json, read_json_as
from graph_goldens.versions import parse_version

_PROBE = Path(__file__).with_name("probe.py")
_PROBE_SECONDS = 300.0
_TELLTALES = ("version.py", "lib/libtorch_cpu.so", "lib/libtorch_cpu.dylib")
_CXX20_MARK = b"202002L"
_DIGEST_LENGTH = 16

Stamp = list[list[str | int]]


@dataclass(frozen=True)
class Environment:
    """A Python interpreter that has one PyTorch build.

    Attributes:
        python: the interpreter.
        torch: PyTorch's version with its local part, such as `2.13.0+cpu`.
        git: the commit that it was built from.
        debug: whether it is a debug build.
        cuda: the CUDA version that it was built with, None without.
        python_version: such as `3.11.7`.
        platform: such as `Linux-x86_64`.
        cxx11_abi: value of `_GLIBCXX_USE_CXX11_ABI` that its libraries were built with.
        cxx_standard: the C++ standard that its headers need, such as 17.
        torch_root: folder of the `torch` package, which holds `include` and `lib`.
        needs: what the packs that are captured in it need besides; not known from the interpreter.
    """

    python: Path
    torch: str
    git: str
    debug: bool
    cuda: str | None
    python_version: str
    platform: str
    cxx11_abi: bool
    cxx_standard: int
    torch_root: Path
    needs: Needs = NO_NEEDS

    @cached_property
    def version(self) -> Version:
        """PyTorch's version, which sorts among others."""
        return parse_version(self.torch)

    @property
    def name(self) -> str:
        """The name of files about this environment."""
        return f"torch-{self.torch}"


@dataclass(frozen=True)
class _Described:
    """An info file: an environment, and what tells that it is still the one that was described."""

    stamp: Stamp
    environment: Environment


def describe(python: Path, folder: Path) -> Environment:
    """Describe an interpreter's PyTorch from its info file, or by asking it where that is out of date.

    Args:
        python: the interpreter; symbolic links are kept, since a virtual environment's is one.
        folder: the working folder.

    Raises:
        ToolError: the interpreter does not run or cannot import torch.
    """
    known = recall(python, folder)
    if known is not None:
        return known
    environment = _probe_torch(python, folder)
    content = {"stamp": _take_stamp(environment), "environment": asdict(environment)}
    with explain_os_error("save the description of an environment"):
        write_whole(_name_info_file(python, folder), json.dumps(content, default=str, indent=1).encode())
    return environment


def recall(python: Path, folder: Path) -> Environment | None:
    """Read an interpreter's info file; no process is started.

    Returns:
        None where there is no file, it is broken, or what it describes has changed since.
    """
    try:
        known = read_json_as(_name_info_file(python, folder).read_bytes(), _Described)
        return known.environment if known.stamp == _take_stamp(known.environment) else None
    except (OSError, JsonError):
        return None


def _name_info_file(python: Path, folder: Path) -> Path:
    digest = hashlib.sha256(str(python).encode()).hexdigest()[:_DIGEST_LENGTH]
    return folder / "info" / f"{digest}.json"


def _take_stamp(environment: Environment) -> Stamp:
    """Record size and time of the files that another build, or the loss of this one, would change."""
    files = [environment.python, *(environment.torch_root / name for name in _TELLTALES)]
    return [_take_mark(file) for file in files]


def _take_mark(file: Path) -> list[str | int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return [str(file)]
    return [str(file), status.st_mtime_ns, status.st_size]


def _probe_torch(python: Path, folder: Path) -> Environment:
    """Ask an interpreter what its PyTorch is, which takes as long as `import torch`."""
    variables = compose_capture_variables(folder, folder, hash_seed=0)
    cache = f"pycache_prefix={variables['PYTHONPYCACHEPREFIX']}"
    command = [str(python), "-I", "-W", "ignore", "-X", cache, str(_PROBE)]
    try:
        with explain_os_error(f"run {python}"):
            make_capture_folders(variables)
            finished = run(command, variables, folder, _PROBE_SECONDS)
    except TookTooLongError:
        raise ToolError(f"{python} took more than {_PROBE_SECONDS:.0f} seconds to import torch") from None
    lines = [line for line in finished.output.splitlines() if line.strip()]
    if finished.status:
        last = lines[-1] if lines else describe_ending(finished.status)
        raise ToolError(f"{python} cannot import torch: {last}")
    return _read_probe(python, lines)


def _read_probe(python: Path, lines: list[str]) -> Environment:
    for line in reversed(lines):  # what torch prints at exit may follow the answer
        try:
            fields = read_json_as(line, dict[str, Any])
            standard = _find_cxx_standard(Path(fields["torch_root"]))
            return convert_json({**fields, "python": str(python), "cxx_standard": standard}, Environment)
        except (JsonError, LookupError, TypeError):
            continue
    raise ToolError(f"{python} does not say what its torch is; is it a Python interpreter?")


def _find_cxx_standard(torch_root: Path) -> int:
    """Find the C++ standard that the headers ask for: 17 up to PyTorch 2.13, 20 from 2.14."""
    header = torch_root / "include" / "ATen" / "ATen.h"
    try:
        return 20 if _CXX20_MARK in header.read_bytes() else 17
    except FileNotFoundError:
        return 17
