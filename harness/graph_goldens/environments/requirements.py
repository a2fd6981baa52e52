"""Environments of a PyTorch and of requirements: layers over the environment that holds PyTorch alone.

A layer is a virtual environment of its own that holds what uv resolves beside what the base has, and looks
into the base's packages after its own. So PyTorch, which takes gigabytes, is there once, whatever uv can
link, and packages in a layer take the place of those below. Resolution counts what is installed in the
base, so a requirement that PyTorch's own contradict cannot be met.
"""

import hashlib
import json
import os
import re
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from graph_goldens.environments.builds import CONFIGURED, PACKAGE, Indexes
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_place
from graph_goldens.environments.environment_places import EnvironmentPlace, find_place
from graph_goldens.environments.layer_removal import LAYER_MARK, RESOLVED, drop_old_layers
from graph_goldens.environments.local_projects import (
    digest_build_inputs,
    find_local_folder,
    list_install_arguments,
)
from graph_goldens.environments.uv_command import list_pip_arguments
from graph_goldens.environments.uv_run import Progress, UvError, make_uv_log, run_uv
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error, write_whole
from graph_goldens.json_reading import JsonError, read_json_as

_INSTALLED = re.compile(r"^ \+ (\S+==\S+|\S+ @ \S+)(?: \(.*\))?$")
_BASE_LINK = "zz_graph_goldens_base.pth"  # the last of the folder, so that editable packages come first
_DIGEST_LENGTH = 8
_HEAD = "No solution found when resolving dependencies: "  # says nothing that the outcome does not


class UnmetRequirementsError(ToolError):
    """Requirements cannot be met beside a PyTorch; its text is uv's sentence."""


@dataclass(frozen=True)
class Layer:
    """What an environment holds beside its base.

    Attributes:
        pins: requirements of exact packages, such as `einops==0.8.2`.
        local: requirements of folders, which are installed editable.
    """

    pins: tuple[str, ...]
    local: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[str, ...]:
        """All of it, as people read it."""
        return (*self.pins, *self.local)


@dataclass(frozen=True)
class Layered:
    """An environment and what its layer holds; the base itself where there is nothing to add."""

    environment: Environment
    layer: Layer


@dataclass(frozen=True)
class LayerMaker:
    """What makes layers over one environment.

    Attributes:
        base: the environment that holds PyTorch.
        name: the base's name in the working folder.
        folder: the working folder, absolute; it keeps how requirements were resolved in `requirements`.
        progress: hears in short lines what takes time.
        indexes: where uv looks for packages.
    """

    base: Environment
    name: str
    folder: Path
    progress: Progress
    indexes: Indexes = CONFIGURED

    def open(self, requires: Sequence[str]) -> Layered:
        """Open the environment that holds requirements too, and make it first if it is missing.

        Raises:
            UnmetRequirementsError: the requirements cannot be met.
            RefusedEnvironmentError: no index can be reached.
            ToolError: the environment cannot be made.
        """
        layer = self._resolve(requires) if requires else Layer(())
        if not layer.packages:
            return Layered(self.base, layer)
        digest = _digest([str(self.base.python), *layer.packages, *_digest_folders(layer.local)])
        place = find_place(f"{self.name}{LAYER_MARK}{digest[:_DIGEST_LENGTH]}", self.folder)
        return Layered(self._open(place, layer), layer)

    def _open(self, place: EnvironmentPlace, layer: Layer) -> Environment:
        """Open a layer, or make it; each that is made is a reason to drop those that nobody uses."""
        new = not place.path.exists()
        made = open_place(place, self.folder, self.progress, lambda draft: self._fill(draft, layer))
        if new:
            drop_old_layers(self.folder, self.progress)
        return made

    def _resolve(self, requires: Sequence[str]) -> Layer:
        """Resolve requirements once for what they are asked of; a folder's once for how it is built."""
        local = tuple(each for each in requires if find_local_folder(each))
        asked = [self.base.torch, self.base.git, str(self.base.python), *requires, str(self.indexes)]
        file = self.folder / RESOLVED / f"{_digest([*asked, *_digest_folders(local)])}.json"
        known = _recall(file)
        if known is not None:
            return known
        found = [pin for pin in self._list_pins(requires) if not find_local_folder(pin)]
        layer = Layer(tuple(sorted(found)), local)
        with explain_os_error("keep how requirements were resolved"):
            write_whole(file, json.dumps({"pins": layer.pins, "local": layer.local}).encode())
        return layer

    def _list_pins(self, requires: Sequence[str]) -> list[str]:
        """Ask uv what it would install for requirements beside what the base holds."""
        shown = ", ".join(requires)
        self.progress(f"resolving {shown} beside PyTorch {self.base.torch}")
        arguments = [word for each in requires for word in list_install_arguments(each)]
        try:
            lines = self._uv(
                f"cannot resolve {shown}",
                *("pip", "install", "--dry-run", "--python", str(self.base.python)),
                *(*list_pip_arguments(), f"{PACKAGE}=={_find_installed_version(self.base)}", *arguments),
            )
        except UvError as error:
            if error.unmet:
                raise UnmetRequirementsError(error.summary.removeprefix(_HEAD)) from None
            raise
        return [match[1] for line in lines if (match := _INSTALLED.match(line))]

    def _fill(self, draft: Path, layer: Layer) -> None:
        """Make a virtual environment that looks into the base, and install the layer's packages alone."""
        what = f"cannot make an environment of {', '.join(layer.packages)}"
        options = ("--no-project", "--relocatable", "--python", str(self.base.python))
        self._uv(what, "venv", *options, str(draft))
        below = f"import site; site.addsitedir({str(self.base.torch_root.parent)!r})\n"
        (_find_packages(draft, self.base) / _BASE_LINK).write_text(below, encoding="utf-8")
        self._uv(
            what,
            *("pip", "install", "--no-deps", "--python", str(draft / "bin" / "python")),
            *(*list_pip_arguments(), *layer.pins),
            *(word for each in layer.local for word in list_install_arguments(each)),
        )

    def _uv(self, what: str, *arguments: str) -> list[str]:
        log = make_uv_log(self.folder, self.name)
        return run_uv(what, self.indexes, log, self.progress, *arguments)


def _digest_folders(local: Sequence[str]) -> list[str]:
    return [digest_build_inputs(place) for each in local if (place := find_local_folder(each))]


def _recall(file: Path) -> Layer | None:
    try:
        found = read_json_as(file.read_bytes(), Layer)
        os.utime(file)  # one that is used stays
        return found
    except (OSError, JsonError):
        return None


def _find_installed_version(base: Environment) -> str:
    """Find the version that PyTorch is installed as: `2.15.0` where torch itself tells `2.15.0+cu132`."""
    found = distributions(name=PACKAGE, path=[str(base.torch_root.parent)])
    return next((each.version for each in found), base.torch)


def _find_packages(draft: Path, base: Environment) -> Path:
    version = ".".join(base.python_version.split(".")[:2])
    variables = {"base": str(draft), "platbase": str(draft), "py_version_short": version}
    return Path(sysconfig.get_path("purelib", "posix_prefix", variables))


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
