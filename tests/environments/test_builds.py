import pytest

from harness.environments.builds import Build, Indexes, release
from harness.errors import UserError


def test_a_release_is_a_requirement_and_a_folder_named_after_it() -> None:
    assert release("2.13.0") == Build("torch-2.13.0", ("torch==2.13.0",))


def test_a_local_version_has_an_environment_of_its_own() -> None:
    assert release("2.13.0+cu132").name == "torch-2.13.0+cu132"


def test_two_spellings_of_one_version_share_an_environment() -> None:
    assert release("2.13").name == release("2.13.0").name


def test_other_indexes_and_other_pythons_make_other_environments() -> None:
    builds = [
        release("2.13.0"),
        release("2.13.0", Indexes(default="file:///a")),
        release("2.13.0", Indexes(extra=("file:///a",))),
        release("2.13.0", python="3.12"),
    ]
    assert len({build.name for build in builds}) == len(builds)


def test_what_is_not_a_version_is_the_users_error() -> None:
    with pytest.raises(UserError, match="'newest'"):
        release("newest")


def test_indexes_become_arguments_of_uv() -> None:
    indexes = Indexes("file:///a", ("file:///b", "file:///c"), ("wheels",), prereleases=True)
    assert " ".join(indexes.arguments()) == (
        "--default-index file:///a --index file:///b --index file:///c --find-links wheels --prerelease allow"
    )


def test_no_indexes_are_no_arguments() -> None:
    assert Indexes().arguments() == []
