"""What all tests share: no deadlines, slow files first, and a checkout that stays as it was."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)  # no test asserts a time: machines are slow and shared
settings.load_profile("steady")

_SLOW = ("tracing", "end_to_end")

_BUILT = [Path(__file__).parents[1] / name for name in ("build", "dist")]


@pytest.fixture(scope="session", autouse=True)
def leave_nothing_built() -> Iterator[None]:
    """Demand that tests build nothing in the checkout itself."""
    before = [folder.exists() for folder in _BUILT]
    yield
    assert [folder.exists() for folder in _BUILT] == before


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one file more than there are cores: tests of whole commands wait for processes and disks."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first: where files run side by side, the last one to end is then a quick one."""
    items.sort(key=lambda item: _place(item.path))


def _place(file: Path) -> int:
    return next((place for place, name in enumerate(_SLOW) if name in file.parts), len(_SLOW))
