"""What an environment is made of: a PyTorch, where to look for it, and which Python it is for."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.versions import name_overlay, parse_version

PACKAGE = "torch"
_DIGEST_LENGTH = 8
_PYTHON_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
_WHEEL_DIGEST_LENGTH = 12


@dataclass(frozen=True)
class Indexes:
    """Where uv looks for packages, besides what uv's and pip's own settings say.

    Attributes:
        default: URL of the index that replaces the configured one.
        extra: URLs of further indexes; all indexes rank alike, as they do for pip.
        find_links: folders or pages of wheels.
        prereleases: whether pre-releases of every package are allowed; PyTorch's own always are.
    """

    default: str = ""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    prereleases: bool = False

    def list_variables(self, configured: Mapping[str, str]) -> dict[str, str]:
        """List the variables of uv that add these indexes to the configured ones.

        Arguments of uv would replace what the configured variables say.

        Args:
            configured: the variables that uv would run under.
        """
        found = {"UV_DEFAULT_INDEX": _spell_as_url(self.default)} if self.default else {}
        if self.extra:
            found["UV_INDEX"] = _join(" ", self.extra, configured.get("UV_INDEX", ""))
            found["UV_INDEX_STRATEGY"] = configured.get("UV_INDEX_STRATEGY") or "unsafe-best-match"
        if self.find_links:
            found["UV_FIND_LINKS"] = _join(",", self.find_links, configured.get("UV_FIND_LINKS", ""))
        if self.prereleases:
            found["UV_PRERELEASE"] = "allow"
        return found


CONFIGURED = Indexes()


@dataclass(frozen=True)
class Build:
    """What an environment holds.

    Attributes:
        name: name of the environment's folder; builds that may differ have different names.
        requirements: what uv is told to install, such as `torch==2.13.0` or a wheel's URL.
        indexes: where uv looks for it.
        python: the Python that uv makes the environment for, a path or a version; the host's when empty.
    """

    name: str
    requirements: tuple[str, ...]
    indexes: Indexes = CONFIGURED
    python: str = ""


def describe_release(version: str, indexes: Indexes = CONFIGURED, python: str = "") -> Build:
    """Describe the environment that holds one version of PyTorch.

    Raises:
        UserError: the text is not a version.
    """
    parsed = parse_version(version)
    name = _name_build(parsed) + _choose_suffix(indexes, python)
    return Build(name, (f"{PACKAGE}=={parsed}",), indexes, python)


def describe_wheel(file: Path, indexes: Indexes = CONFIGURED, python: str = "") -> Build:
    """Describe the environment that holds the PyTorch of a wheel file; the wheel's content is read once.

    A wheel that was rebuilt under the same version gets another name here; a copy of a wheel does not.

    Raises:
        UserError: there is no such file, or its name is not that of a wheel of PyTorch.
    """
    version = read_wheel_version(file)
    try:
        with file.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}; give the path of a wheel") from None
    name = f"{_name_build(version)}-wheel-{digest[:_WHEEL_DIGEST_LENGTH]}" + _choose_suffix(indexes, python)
    return Build(name, (f"{PACKAGE} @ {file.resolve().as_uri()}",), indexes, python)


def read_wheel_version(file: Path) -> Version:
    """Read the version of PyTorch from a wheel's file name.

    Raises:
        UserError: it is not the name of a wheel of PyTorch.
    """
    try:
        package, version, _, _ = parse_wheel_filename(file.name)
    except InvalidWheelFilename:
        raise UserError(
            f"{file.name} is not the name of a wheel, such as torch-2.13.0-cp311-cp311-linux_x86_64.whl"
        ) from None
    if package != PACKAGE:
        raise UserError(f"{file.name} is a wheel of {package}, not of PyTorch; give a wheel of torch")
    return version


def _name_build(version: Version) -> str:
    return name_overlay(version) + (f"+{version.local}" if version.local else "")


def _choose_suffix(indexes: Indexes, python: str) -> str:
    """Distinguish environments of one version that were made from other indexes or for another Python."""
    named = f"-py{python}" if is_python_version(python) else ""
    rest = "" if named else python
    if indexes == CONFIGURED and not rest:
        return named
    chosen = f"{indexes.list_variables({})} {rest}".encode()
    return f"{named}-{hashlib.sha256(chosen).hexdigest()[:_DIGEST_LENGTH]}"


def is_python_version(python: str) -> bool:
    """Whether a Python is named by its version, such as `3.13`, and not by an interpreter."""
    return bool(_PYTHON_VERSION.fullmatch(python))


def choose_python(build: Build, python: str) -> Build:
    """Describe the environment that holds the same for another Python; the same one where it is empty."""
    if not python or python == build.python:
        return build
    name = build.name.removesuffix(_choose_suffix(build.indexes, build.python))
    return replace(build, name=name + _choose_suffix(build.indexes, python), python=python)


def _join(separator: str, given: tuple[str, ...], configured: str) -> str:
    return separator.join([*map(_spell_as_url, given), *([configured] if configured else [])])


def _spell_as_url(text: str) -> str:
    """Write a folder as a URL: it means the same from everywhere and holds no separator."""
    folder = Path(text)
    return folder.resolve().as_uri() if folder.is_dir() else text
