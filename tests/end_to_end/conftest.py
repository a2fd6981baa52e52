"""The environment that the projects of these tests share: made once, whichever test comes first."""

import shutil
from collections.abc import Iterator

import pytest

from tests.end_to_end.example import bytecode_of, make_shared_environment


@pytest.fixture(scope="session", autouse=True)
def shared_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make it, whatever the first test does; what projects leave beside its bytecode goes when they do.

    So does that of earlier ones in the same place.
    """
    left_behind = bytecode_of(tmp_path_factory.getbasetemp())
    shutil.rmtree(left_behind, ignore_errors=True)
    make_shared_environment()
    yield
    shutil.rmtree(left_behind, ignore_errors=True)
