"""A project whose versions are searched."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(
        root=tmp_path,
        cases=tmp_path / "cases",
        snapshots=tmp_path / "snapshots",
        working=tmp_path / ".goldens",
        default=Version("2.13.0"),
        supported=tuple(map(Version, ["2.8.0", "2.9.1", "2.13.0"])),
        timeout=60.0,
        jobs=1,
    )
