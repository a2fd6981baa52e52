"""What of a project's own code a worker imports beside its case modules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class OwnCode:
    """What of a project's own code a worker imports beside its case modules.

    Attributes:
        folders: folders of modules that are not installed, searched after all that is.
        paths: the tracing paths that the project's settings name: `module:function` by name.
    """

    folders: tuple[Path, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    def list_options(self) -> list[str]:
        """List the options that tell a worker of it."""
        options = [word for folder in self.folders for word in ("--import-from", str(folder))]
        for name, target in self.paths.items():
            options += ["--tracing-path", name, target]
        return options


NO_OWN_CODE = OwnCode()
"""That of a project whose case modules need nothing else of it."""
