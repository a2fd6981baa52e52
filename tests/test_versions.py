import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.versions import (
    find_newest_not_after,
    find_oldest_after,
    make_public,
    means_version,
    name_overlay,
    parse_version,
    read_overlay_version,
)

numbers = st.integers(0, 30)
suffixes = st.one_of(
    st.just(""),
    st.builds("rc{}".format, numbers),
    st.builds(".dev{}".format, numbers),
    st.builds("a{}.dev{}".format, numbers, numbers),
    st.builds(".post{}".format, numbers),
)
versions = st.builds(
    lambda release, suffix, local: Version(".".join(map(str, release)) + suffix + local),
    st.lists(numbers, min_size=1, max_size=5),
    suffixes,
    st.sampled_from(["", "+cpu", "+cu132", "+git1a2b"]),
)


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("2.13.0", "torch-2.13.0"),
        ("2.13.0+cpu", "torch-2.13.0"),
        ("2.13.0+cu132", "torch-2.13.0"),
        ("2.13", "torch-2.13.0"),
        ("2.13.0.0", "torch-2.13.0"),
        ("v2.13.0RC1", "torch-2.13.0rc1"),
        ("2.15.0.dev20260901", "torch-2.15.0.dev20260901"),
        ("2.15.0.dev20260901+cpu", "torch-2.15.0.dev20260901"),
    ],
)
def test_builds_of_one_version_share_an_overlay(version: str, name: str) -> None:
    assert name_overlay(parse_version(version)) == name


@pytest.mark.parametrize("text", ["", "latest", "2.13.x", "2.13.0 ; x", "torch-2.13.0"])
def test_what_is_not_a_version_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"is not a PyTorch version; give one such as 2\.13\.0"):
        parse_version(text)


@pytest.mark.parametrize("name", ["torch-2.13", "2.13.0", "torch-2.13.0+cpu", "torch-x", "vision-1.0.0", ""])
def test_folders_that_no_version_is_named_after_are_no_overlays(name: str) -> None:
    assert read_overlay_version(name) is None


@given(versions)
def test_an_overlay_name_reads_back_as_the_public_version(version: Version) -> None:
    assert read_overlay_version(name_overlay(version)) == make_public(version)
    assert make_public(version) == Version(version.public)


@given(st.lists(versions, max_size=6), versions)
def test_the_versions_around_one_are_its_neighbours_in_pep_440_order(
    some: list[Version], at: Version
) -> None:
    before, after = find_newest_not_after(some, at), find_oldest_after(some, at)
    limit = make_public(at)
    assert all(make_public(other) > limit for other in some if before is None or other > before)
    assert all(make_public(other) <= limit for other in some if after is None or other < after)


def test_order_is_not_that_of_texts() -> None:
    some = [Version("2.9.1"), Version("2.10.0"), Version("2.10.0.dev1")]
    assert find_newest_not_after(some, Version("2.10.0+cpu")) == Version("2.10.0")
    assert find_newest_not_after(some, Version("2.10.0rc1")) == Version("2.10.0.dev1")
    assert find_oldest_after(some, Version("2.9.1+cu132")) == Version("2.10.0.dev1")
    assert find_newest_not_after(some, Version("2.4.1")) is None


def test_a_version_without_a_local_part_means_any_build_of_it() -> None:
    def means(named: str, own: str) -> bool:
        return means_version(Version(named), Version(own))

    assert means("2.13.0", "2.13.0+cpu")
    assert means("2.13", "2.13.0+cu132")
    assert means("2.13.0+cpu", "2.13.0+cpu")
    assert not means("2.13.0+cpu", "2.13.0+cu132")
    assert not means("2.13.0+cpu", "2.13.0")
    assert not means("2.13.0", "2.13.1")
    assert not means("2.15.0", "2.15.0.dev20260901")
