"""The PyTorch versions of which goldens tell."""

from packaging.version import Version

from graph_goldens.goldens.overlays import list_overlays
from graph_goldens.goldens.store import Goldens
from graph_goldens.versions import make_public


def list_watched_versions(goldens: Goldens) -> tuple[Version, ...]:
    """List the supported versions and those that have an overlay, oldest first, local parts dropped."""
    return tuple(sorted({*map(make_public, goldens.supported), *list_overlays(goldens.root)}))
