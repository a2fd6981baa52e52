"""The index that this machine is set up for: what it offers, and what `latest` and `nightly` are in it."""

import re

import pytest
from packaging.version import Version

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.version_resolution import list_offered_versions, resolve
from graph_goldens.errors import UserError

RELEASES = ["2.8.0", "2.9.0", "2.9.1", "2.10.0", "2.11.0", "2.12.0", "2.12.1", "2.13.0", "2.14.0"]


@pytest.mark.slow
def test_latest_is_the_newest_of_all_releases_that_are_offered() -> None:
    latest = resolve("latest")
    offered = list_offered_versions(oldest=Version("2.8.0"))
    assert latest.version == offered[-1]
    assert latest.build == describe_release(str(offered[-1]))
    assert {Version(text) for text in RELEASES} <= {Version(version.public) for version in offered}


@pytest.mark.slow
def test_nightly_is_newer_than_the_latest_release_or_missing_is_said() -> None:
    latest = resolve("latest").version
    newest = list_offered_versions(prereleases=True, oldest=latest)[-1]
    if newest > latest:
        assert resolve("nightly").version == newest
    else:
        with pytest.raises(UserError, match=f"^no nightly newer than PyTorch {re.escape(str(latest))}, "):
            resolve("nightly")
