"""Of each version one build is left, and the ends stay."""

from collections.abc import Iterable

import pytest
from packaging.version import Version

from graph_goldens.bisect.version_range import keep_one_build_each


def texts(versions: Iterable[Version]) -> list[str]:
    return [str(version) for version in versions]


@pytest.mark.parametrize(
    ("ends", "local", "exact", "chosen"),
    [
        ([], None, False, "2.13.0"),
        (["2.9.1", "2.14.0"], None, False, "2.13.0"),
        (["2.9.1+cpu"], "cpu", False, "2.13.0+cpu"),
        (["2.9.1+cu132"], "cu132", False, "2.13.0+cu132"),
        (["2.9.1+rocm6"], "rocm6", False, "2.13.0"),
        (["2.9.1", "2.13.0+cu132"], None, False, "2.13.0+cu132"),
        (["2.9.1+cpu", "2.13.0+cu132"], "cpu", False, "2.13.0+cu132"),
        (["2.9.1", "2.13.0"], None, True, "2.13.0"),
        (["2.9.1", "2.13.0+cpu"], None, True, "2.13.0+cpu"),
        (["2.9.1+cpu"], "cpu", True, "2.13.0+cpu"),
        (["2.9.1+rocm6"], "rocm6", True, "2.13.0+cu132"),
    ],
)
def test_one_build_of_each_version_is_left(
    ends: list[str], local: str | None, exact: bool, chosen: str
) -> None:
    offered = list(map(Version, ["2.13.0", "2.13.0+cpu", "2.13.0+cu132"]))
    found = keep_one_build_each(offered, map(Version, ends), local, exact=exact)
    assert [str(version) for version in found if version.public == "2.13.0"] == [chosen]
    assert {*ends} - {"2.13.0"} <= {*texts(found)}


def test_a_build_of_a_folder_keeps_its_name_and_others_mean_what_is_installed() -> None:
    offered = [Version("2.13.0+cpu"), Version("2.14.0a0+git12")]
    assert texts(keep_one_build_each(offered, [Version("2.13.0")])) == ["2.13.0", "2.14.0a0"]
    exact = keep_one_build_each(offered, [Version("2.13.0")], exact=True)
    assert texts(exact) == ["2.13.0+cpu", "2.14.0a0+git12"]
