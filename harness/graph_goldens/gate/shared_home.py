"""The part of a working folder that is a project's own where projects share the folder."""

import hashlib
from pathlib import Path

from graph_goldens.cases.case_folders import CaseFolders


def name_shared_home(working: Path, root: Path, cases: CaseFolders) -> Path:
    """Name the part of a working folder that belongs to the project of two folders."""
    digest = hashlib.sha256(f"{root}\0{cases}".encode()).hexdigest()
    return working / "projects" / digest[:12]
