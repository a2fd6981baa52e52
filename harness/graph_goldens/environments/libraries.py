"""Compile the C++ sources of packs for an environment, once, and find the libraries again later."""

import hashlib
import os
import re
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.logs import make_log
from graph_goldens.environments.processes import Guarded, TookTooLongError, describe_ending, run, start
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error, name_draft, write_whole

_COMPILERS = ("c++", "g++", "clang++")
_FLAGS = ("-O1", "-fPIC", "-shared", "-w")  # -O1 is the fastest to compile, and a sixth of -O0's size
_LINKED = ("-lc10", "-ltorch_cpu", "-ltorch")
_SOURCES = "*.cpp"
_INCLUDED = ("*.h", "*.hpp")
_VERSION_SECONDS = 60.0
_COMPILE_SECONDS = 1800.0
_DIGEST_LENGTH = 20
_ERROR = re.compile(r"(?:^|\s)(?:fatal )?error:")
_NO_COMPILER = "no C++ compiler found: install g++ (Debian: apt-get install g++) or set CXX"


@dataclass(frozen=True)
class Compiler:
    """A C++ compiler.

    Attributes:
        command: the program and the arguments that it always takes, such as `("ccache", "/usr/bin/g++")`.
        version: the first line that it prints about itself.
    """

    command: tuple[str, ...]
    version: str


class Library:
    """A pack's shared library, which exists or is being compiled.

    Attributes:
        pack: the pack's name.
        path: where the file is, or will be once it is compiled.
    """

    def __init__(self, pack: str, path: Path, compiling: "_Compiling | None") -> None:
        self.pack = pack
        self.path = path
        self._compiling = compiling

    def await_path(self) -> Path:
        """Wait until the file exists and return its path.

        Raises:
            ToolError: the sources do not compile.
        """
        compiling, self._compiling = self._compiling, None
        if compiling is not None:
            with explain_os_error(f"store the C++ library of the pack {self.pack}"):
                _finish(compiling, self.path)
        return self.path

    def cancel(self) -> None:
        """Stop compiling."""
        compiling, self._compiling = self._compiling, None
        if compiling is not None:
            compiling.running.kill()
            compiling.draft.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Compiling:
    running: Guarded
    draft: Path
    log: Path
    what: str


def start_libraries(cases: Path, environment: Environment, folder: Path) -> dict[str, Library]:
    """Start to compile every pack's library that does not exist yet; return all of them by pack.

    Raises:
        ToolError: there is no compiler, or the working folder cannot be written.
    """
    packs = sorted({source.parent for source in cases.glob(f"*/{_SOURCES}")})
    if not packs:
        return {}
    compiler = find_compiler()
    started: dict[str, Library] = {}
    try:
        for pack in packs:
            started[pack.name] = start_library(pack, environment, folder, compiler)
    except BaseException:
        cancel(started.values())
        raise
    return started


def cancel(libraries: Iterable[Library]) -> None:
    """Stop compiling libraries."""
    for library in libraries:
        library.cancel()


def start_library(pack: Path, environment: Environment, folder: Path, compiler: Compiler) -> Library:
    """Start to compile a pack's `*.cpp` files into one shared library, unless it exists.

    Args:
        pack: the pack's folder.
        environment: what to compile for.
        folder: the working folder; it keeps libraries in `libraries`.
        compiler: what to compile with.
    """
    folder = folder.resolve()
    sources = sorted(pack.resolve().glob(_SOURCES))
    command = [*compiler.command, *_list_flags(environment), *map(str, sources), *_list_links(environment)]
    with explain_os_error(f"compile the C++ library of the pack {pack.name}"):
        digest = _digest_inputs(environment, compiler, pack)
        path = folder / "libraries" / f"{pack.name}-{digest}.so"
        if _is_whole(path):
            return Library(pack.name, path, None)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = name_draft(path)
        log = make_log(folder, f"library-{pack.name}-{environment.name}")
        running = start([*command, "-o", str(draft)], _compose_variables(), pack, log=log)
    what = f"the C++ library of the pack {pack.name} does not compile for {environment.name}"
    return Library(pack.name, path, _Compiling(running, draft, log, what))


def find_compiler() -> Compiler:
    """Find the C++ compiler: `$CXX`, else the first of c++, g++ and clang++.

    Raises:
        ToolError: there is none, or it does not run.
    """
    chosen = shlex.split(os.environ.get("CXX", ""))
    first, *arguments = chosen or [next(filter(shutil.which, _COMPILERS), "")]
    program = shutil.which(first) if first else None
    if program is None:
        raise ToolError(
            f"CXX names no program: {first}; set it to a C++ compiler" if chosen else _NO_COMPILER
        )
    try:
        finished = run([program, *arguments, "--version"], _compose_variables(), Path.cwd(), _VERSION_SECONDS)
    except TookTooLongError:
        raise ToolError(f"{program} --version does not end; set CXX to another compiler") from None
    if finished.status:
        raise ToolError(
            f"{program} --version fails with {describe_ending(finished.status)}; set CXX to another compiler"
        )
    return Compiler((program, *arguments), finished.output.partition("\n")[0].strip())


def _compose_variables() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}  # messages are searched for `error:`


def _list_flags(environment: Environment) -> list[str]:
    include = environment.torch_root / "include"
    return [
        *_FLAGS,
        f"-std=c++{environment.cxx_standard}",
        f"-D_GLIBCXX_USE_CXX11_ABI={int(environment.cxx11_abi)}",
        *("-isystem", str(include)),
        *("-isystem", str(include / "torch" / "csrc" / "api" / "include")),
    ]


def _list_links(environment: Environment) -> list[str]:
    return ["-L" + str(environment.torch_root / "lib"), *_LINKED]


def _digest_inputs(environment: Environment, compiler: Compiler, pack: Path) -> str:
    """Digest all that a library depends on, which torch's folder is no part of."""
    abi = f"abi{int(environment.cxx11_abi)} c++{environment.cxx_standard} debug{int(environment.debug)}"
    build = [environment.torch, environment.git, str(environment.cuda), environment.platform, abi]
    parts = [*build, *compiler.command, compiler.version, *_FLAGS]
    digest = hashlib.sha256("\0".join(parts).encode())
    for file in sorted(file for kind in (_SOURCES, *_INCLUDED) for file in pack.glob(kind)):
        digest.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _finish(compiling: _Compiling, path: Path) -> None:
    """Wait for the compiler, then write the checksum that proves its file whole and rename the file."""
    try:
        with compiling.running as running:
            status = running.wait(_COMPILE_SECONDS)
        if status:
            raise ToolError(
                f"{compiling.what}: {_find_first_error(compiling.log, status)}; see {compiling.log}"
            )
        write_whole(_name_checksum_file(path), _compute_checksum(compiling.draft).encode())
        compiling.draft.replace(path)
    except TookTooLongError:
        raise ToolError(f"{compiling.what} within {_COMPILE_SECONDS / 60:.0f} minutes") from None
    finally:
        compiling.draft.unlink(missing_ok=True)


def _find_first_error(log: Path, status: int) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    said = (line for line in lines if _ERROR.search(line))
    return next(said, next(filter(None, reversed(lines)), describe_ending(status)))


def _is_whole(path: Path) -> bool:
    try:
        return _name_checksum_file(path).read_text(encoding="utf-8") == _compute_checksum(path)
    except (OSError, UnicodeDecodeError):
        return False


def _name_checksum_file(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _compute_checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
