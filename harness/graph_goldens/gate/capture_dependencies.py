"""What captures depend on beside their case: the environment, the code that captures, files beside cases."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import graph_goldens
from graph_goldens.cases.case_folders import CaseFolders, list_folders
from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.installed_digests import digest_packages, digest_torch
from graph_goldens.files import list_visible_files
from graph_goldens.runs.capture_cache import Dependencies

_DIGEST_LENGTH = 16


def digest_environment(environment: Environment, working: Path) -> Dependencies:
    """Say what all captures of an environment depend on: a digest for each name."""
    build = (environment.torch, environment.git, str(environment.cuda), str(environment.debug))
    python = (str(environment.python), environment.python_version, environment.platform)
    variables = compose_capture_variables(working, working, hash_seed=0)
    variables |= dict(environment.needs.variables)
    return {
        "torch": digest_texts([*build, digest_torch(environment)]),
        "python": digest_texts([*python, *(f"{name}={value}" for name, value in variables.items())]),
        "packages": digest_packages(environment),
        "code": digest_texts(_digest_content(file) for file in list_capturing_sources()),
    }


def list_capturing_sources() -> list[Path]:
    """List the files of the harness that a record depends on."""
    folder = Path(graph_goldens.__file__).parent
    parts = ("cases", "graphs", "capture")
    ground = ("descendants", "errors", "file_marks", "keys", "names", "record_bounds", "records", "words")
    return [
        *(folder / f"{name}.py" for name in ground),
        folder / "environments" / "cxx_compiler.py",
        folder / "environments" / "libraries.py",
        *(file for part in parts for file in sorted((folder / part).rglob("*.py"))),
    ]


def digest_files(place: CaseFolders) -> dict[str, str]:
    """Digest each file of the folders of packs, also behind links, by its path there.

    Files beside packs may have one path in several folders: all of them count.
    """
    found: dict[str, str] = {}
    for folder in list_folders(place):
        for file in list_visible_files(folder):
            name = file.relative_to(folder).as_posix()
            found[name] = " ".join(filter(None, (found.get(name), _digest_content(file))))
    return found


def digest_texts(parts: Iterable[str]) -> str:
    """Digest texts in order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_LENGTH]


def _digest_content(file: Path) -> str:
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGEST_LENGTH]}"
