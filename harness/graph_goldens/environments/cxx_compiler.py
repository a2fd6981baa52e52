"""The C++ compiler that makes packs' libraries: which one it is, and how it is called."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.processes import TookTooLongError, describe_ending, run
from graph_goldens.errors import ToolError

# What a compiler itself takes from the environment: where it looks for headers, libraries and its own parts
# (GCC's manual, "Environment Variables Affecting GCC"; clang's knows the same names of include folders).
INCLUDE_VARIABLES = ("CPATH", "CPLUS_INCLUDE_PATH")
_READ_VARIABLES = (*INCLUDE_VARIABLES, "LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "SDKROOT")

_COMPILERS = ("c++", "g++", "clang++")
_FLAGS = ("-O1", "-fPIC", "-w")  # -O1 is the fastest to compile, and a sixth of -O0's size
_LINKED = ("-lc10", "-ltorch_cpu", "-ltorch")
_TARGET = "library"
_VERSION_SECONDS = 60.0
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


def find_compiler() -> Compiler:
    """Find the C++ compiler and ask it for its version.

    Raises:
        ToolError: there is none, or it does not run.
    """
    command = locate_compiler()
    program = command[0]
    try:
        finished = run([*command, "--version"], compose_variables(), Path.cwd(), _VERSION_SECONDS)
    except TookTooLongError:
        raise ToolError(f"{program} --version does not end; set CXX to another compiler") from None
    if finished.status:
        raise ToolError(
            f"{program} --version fails with {describe_ending(finished.status)}; set CXX to another compiler"
        )
    return Compiler(command, finished.output.partition("\n")[0].strip())


def locate_compiler() -> tuple[str, ...]:
    """Locate the C++ compiler, `$CXX`, else the first of c++, g++ and clang++; it is not started.

    Raises:
        ToolError: there is none.
    """
    chosen = shlex.split(os.environ.get("CXX", ""))
    first, *arguments = chosen or [next(filter(shutil.which, _COMPILERS), "")]
    program = shutil.which(first) if first else None
    if program is None:
        raise ToolError(
            f"CXX names no program: {first}; set it to a C++ compiler" if chosen else _NO_COMPILER
        )
    return (program, *arguments)


def compose_variables() -> dict[str, str]:
    """Compose the compiler's environment variables."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}  # messages are searched for `error:`


def describe_build(environment: Environment, command: Sequence[str]) -> list[str]:
    """Describe all that a library depends on but the files that the compiler reads."""
    abi = f"abi{int(environment.cxx11_abi)} c++{environment.cxx_standard} debug{int(environment.debug)}"
    build = [environment.torch, environment.git, str(environment.cuda), environment.platform, abi]
    given = [f"{name}={os.environ.get(name, '')}" for name in _READ_VARIABLES]
    own = [*environment.needs.include, *environment.needs.libraries]
    return [*build, *command, *_FLAGS, *_LINKED, *given, *own]


def compose_compiling(
    command: Sequence[str], environment: Environment, sources: Sequence[str], folder: Path
) -> str:
    """Compose the shell text that compiles sources and links them to `folder`'s `library.so`.

    Each source is compiled by itself, and what the compiler has read for it is written to a file of its own,
    `name_read_file`: where one command compiles several sources, compilers differ about that file's name.
    """
    objects = [str(folder / f"{number}.o") for number in range(len(sources))]
    flags = [*command, *_list_flags(environment)]
    rules = [str(name_read_file(folder, number)) for number in range(len(sources))]
    steps = [
        [*flags, "-c", source, "-MD", "-MT", _TARGET, "-MF", rule, "-o", made]
        for source, rule, made in zip(sources, rules, objects, strict=True)
    ]
    link = [*flags, "-shared", *objects, *_list_links(environment), "-o", str(folder / "library.so")]
    return " && ".join(shlex.join(step) for step in [*steps, link])


def name_read_file(folder: Path, number: int) -> Path:
    """Name the file of the rules for `make` that say what was read for a source."""
    return folder / f"{number}.d"


def list_include_folders(variables: Mapping[str, str] = os.environ) -> list[str]:
    """List the include folders that the environment names; an empty one is the working directory."""
    given = (variables.get(name, "") for name in INCLUDE_VARIABLES)
    return [folder or "." for paths in given if paths for folder in paths.split(os.pathsep)]


def _list_flags(environment: Environment) -> list[str]:
    include = environment.torch_root / "include"
    return [
        *_FLAGS,
        f"-std=c++{environment.cxx_standard}",
        f"-D_GLIBCXX_USE_CXX11_ABI={int(environment.cxx11_abi)}",
        *(f"-I{folder}" for folder in environment.needs.include),
        *("-isystem", str(include)),
        *("-isystem", str(include / "torch" / "csrc" / "api" / "include")),
    ]


def _list_links(environment: Environment) -> list[str]:
    """List what is linked; a library that is given by its path is also found there when it is loaded."""
    own = [word for each in environment.needs.libraries for word in _link(each)]
    return [*own, "-L" + str(environment.torch_root / "lib"), *_LINKED]


def _link(library: str) -> list[str]:
    if os.sep in library:
        return [library, f"-Wl,-rpath,{os.path.dirname(library)}"]  # noqa: PTH120 (a word for the linker)
    return [f"-l{library}"]
