"""The version of Graph Goldens itself."""

from importlib.metadata import PackageNotFoundError, version

_DISTRIBUTION = "graph-goldens"


def read_own_version() -> str:
    """Read which version is installed; `0` where it runs from its sources alone."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "0"
