"""What all tests share: no deadlines, and slow files first."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)  # no test asserts a time: machines are slow and shared
settings.load_profile("steady")

_SLOW = ("tracing", "end_to_end")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first: where files run side by side, the last one to end is then a quick one."""
    items.sort(key=lambda item: _place(item.path))


def _place(file: Path) -> int:
    return next((place for place, name in enumerate(_SLOW) if name in file.parts), len(_SLOW))
