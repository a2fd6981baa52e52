"""The environment that the projects of these tests share: made once, whichever test comes first."""

import shutil
from collections.abc import Iterator

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_path import make_worker_path
from tests.end_to_end.example import REPOSITORY, bytecode_of


@pytest.fixture(scope="session", autouse=True)
def shared_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make the default PyTorch's environment; projects link to it, and a link needs something to point at.

    What projects leave beside its bytecode goes when they do, also that of earlier ones in the same place.
    """
    left_behind = bytecode_of(tmp_path_factory.getbasetemp())
    shutil.rmtree(left_behind, ignore_errors=True)
    working = REPOSITORY / ".goldens"
    (working / "caches").mkdir(parents=True, exist_ok=True)
    make_worker_path(working)
    open_environment(describe_release("2.13.0"), working, print)
    yield
    shutil.rmtree(left_behind, ignore_errors=True)
