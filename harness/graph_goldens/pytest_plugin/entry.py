"""What pytest loads in each session: options and fixtures, at no cost where no test asks for records.

A project in whose environment this package is installed writes one test:

    def test_record(golden_record, golden_snapshot):
        assert golden_record == golden_snapshot

`-k`, `-x` and `--snapshot-update` then work as everywhere; only what is selected is captured. This module
imports pytest and the standard library alone. All else is imported by `_open_session`, at the first test that
asks for a record.
"""

import importlib
from typing import Any

import pytest

RECORD = "golden_record"

_SESSION = "graph_goldens.pytest_plugin.session"
_OPENED = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `goldens update` that make sense here."""
    group = parser.getgroup("goldens", "graph goldens")
    group.addoption(
        "--goldens-torch",
        default="",
        metavar="VERSION",
        help="PyTorch version of the records; the project's default if not given",
    )
    group.addoption(
        "--goldens-python",
        default="",
        metavar="PATH",
        help="an interpreter that has a PyTorch, instead of --goldens-torch; nothing is installed",
    )
    group.addoption(
        "--goldens-because",
        default="",
        metavar="REASON",
        help="why goldens that --snapshot-update writes are right; kept in each",
    )
    group.addoption(
        "--goldens-no-cache",
        action="store_true",
        help="capture every record, also where an earlier capture still holds",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test for each record, named as its golden: `torchbind/attribute/export`."""
    if RECORD in metafunc.fixturenames:
        session = _open_session(metafunc.config)
        keys = [*session.keys, *session.unusable]
        metafunc.parametrize(RECORD, keys, ids=["/".join(key) for key in keys], indirect=True)


def _open_session(config: pytest.Config) -> Any:
    """Import what captures, and list the records; the second time, return what was opened before."""
    if _OPENED not in config.stash:
        session = importlib.import_module(_SESSION).RecordsSession(config)
        config.pluginmanager.register(session, "graph-goldens-session")
        config.stash[_OPENED] = session
        session.open()
    return config.stash[_OPENED]


@pytest.fixture
def golden_record(request: pytest.FixtureRequest) -> Any:
    """Return a record that may be held against its golden; the test fails where there is none."""
    return _open_session(request.config).take_record(request.param)


@pytest.fixture
def golden_snapshot(snapshot: Any, golden_record: Any, pytestconfig: pytest.Config) -> Any:
    """Return the golden that a record is asserted to equal, as a snapshot of syrupy's."""
    return snapshot.use_extension(_open_session(pytestconfig).extension)
