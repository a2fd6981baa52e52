"""What an environment is to be made of: a PyTorch, where to look for it, and which Python it is for."""

import hashlib
from dataclasses import dataclass

from harness.versions import overlay_name, parse_version

_DIGEST_LENGTH = 8


@dataclass(frozen=True)
class Indexes:
    """Where uv looks for packages, besides what uv's and pip's own settings say.

    Attributes:
        default: URL of the index that takes the place of the configured one.
        extra: URLs of further indexes.
        find_links: folders or pages of wheels.
        prereleases: whether pre-releases such as nightlies are allowed.
    """

    default: str = ""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    prereleases: bool = False

    def arguments(self) -> list[str]:
        """Give them as arguments of `uv pip install`."""
        return [
            *(["--default-index", self.default] if self.default else []),
            *(part for url in self.extra for part in ("--index", url)),
            *(part for place in self.find_links for part in ("--find-links", place)),
            *(["--prerelease", "allow"] if self.prereleases else []),
        ]


@dataclass(frozen=True)
class Build:
    """What an environment is to hold.

    Attributes:
        name: name of the environment's folder; builds that may differ have different names.
        requirements: what uv is told to install, such as `torch==2.13.0` or a wheel's path.
        indexes: where uv looks for it.
        python: the Python that uv makes the environment for, a path or a version; the host's when empty.
    """

    name: str
    requirements: tuple[str, ...]
    indexes: Indexes = Indexes()
    python: str = ""


def release(version: str, indexes: Indexes = Indexes(), python: str = "") -> Build:
    """Describe the environment that holds one version of PyTorch.

    Raises:
        UserError: the text is not a version.
    """
    parsed = parse_version(version)
    local = f"+{parsed.local}" if parsed.local else ""
    name = overlay_name(parsed) + local + _suffix(indexes, python)
    return Build(name, (f"torch=={parsed}",), indexes, python)


def _suffix(indexes: Indexes, python: str) -> str:
    """Tell environments of one version apart that were made from other indexes or for another Python."""
    if indexes == Indexes() and not python:
        return ""
    chosen = f"{indexes} {python}".encode()
    return "-" + hashlib.sha256(chosen).hexdigest()[:_DIGEST_LENGTH]
