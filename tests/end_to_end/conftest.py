"""The environment that the projects of these tests share: made once, whichever test comes first."""

import pytest

from harness.environments import open_environment, release
from tests.end_to_end.example import REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def shared_environment() -> None:
    """Make the default PyTorch's environment; projects link to it, and a link needs something to point at."""
    working = REPOSITORY / ".goldens"
    (working / "caches").mkdir(parents=True, exist_ok=True)
    open_environment(release("2.13.0"), working, print)
