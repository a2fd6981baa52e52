from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.environments.builds import (
    Build,
    Indexes,
    describe_release,
    describe_wheel,
    read_wheel_version,
)
from graph_goldens.errors import UserError
from tests.environments.wheels import make_wheel


def test_a_release_is_a_requirement_and_a_folder_named_after_it() -> None:
    assert describe_release("2.13.0") == Build("torch-2.13.0", ("torch==2.13.0",))


@pytest.mark.parametrize("version", ["2.13.0+cu132", "2.14.0.dev20260901+cpu", "2.14.0a0+git1234"])
def test_a_build_of_a_version_has_an_environment_of_its_own(version: str) -> None:
    assert describe_release(version) == Build(f"torch-{version}", (f"torch=={version}",))


def test_two_spellings_of_one_version_share_an_environment() -> None:
    assert describe_release("2.13").name == describe_release("2.13.0").name


def test_other_indexes_and_other_pythons_make_other_environments() -> None:
    builds = [
        describe_release("2.13.0"),
        describe_release("2.13.0", Indexes(default="file:///a")),
        describe_release("2.13.0", Indexes(extra=("file:///a",))),
        describe_release("2.13.0", Indexes(prereleases=True)),
        describe_release("2.13.0", python="3.12"),
    ]
    assert len({build.name for build in builds}) == len(builds)


def test_one_folder_spelled_in_two_ways_makes_one_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wheels").mkdir()
    monkeypatch.chdir(tmp_path)
    spelled = [
        describe_release("2.13.0", Indexes(find_links=(text,))) for text in ("wheels", f"{tmp_path}/wheels")
    ]
    assert spelled[0].name == spelled[1].name


def test_what_is_not_a_version_is_the_users_error() -> None:
    with pytest.raises(UserError, match="'newest'"):
        describe_release("newest")


def test_indexes_become_variables_of_uv() -> None:
    indexes = Indexes("file:///a", ("file:///b", "file:///c"), ("wheels",), prereleases=True)
    assert indexes.list_variables({}) == {
        "UV_DEFAULT_INDEX": "file:///a",
        "UV_INDEX": "file:///b file:///c",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "wheels",
        "UV_PRERELEASE": "allow",
    }


def test_no_indexes_are_no_variables() -> None:
    assert Indexes().list_variables({"UV_FIND_LINKS": "/w"}) == {}


def test_indexes_are_looked_at_besides_the_configured_ones() -> None:
    configured = {"UV_INDEX": "x y", "UV_FIND_LINKS": "/w,/v", "UV_INDEX_STRATEGY": "first-index"}
    assert Indexes(extra=("b",), find_links=("wheels",)).list_variables(configured) == {
        "UV_INDEX": "b x y",
        "UV_INDEX_STRATEGY": "first-index",
        "UV_FIND_LINKS": "wheels,/w,/v",
    }


def test_a_folder_whose_name_holds_separators_is_given_as_a_url(tmp_path: Path) -> None:
    odd = tmp_path / "a, b"
    odd.mkdir()
    found = Indexes(find_links=(str(odd),)).list_variables({})["UV_FIND_LINKS"]
    assert found == f"{tmp_path.as_uri()}/a%2C%20b"


def test_a_wheel_is_a_url_and_a_folder_named_after_its_version_and_content(tmp_path: Path) -> None:
    file = make_wheel(tmp_path, "2.14.0.dev20260901+cpu")
    build = describe_wheel(file)
    assert build.name.startswith("torch-2.14.0.dev20260901+cpu-wheel-")
    assert build.requirements == (f"torch @ {file.as_uri()}",)


def test_a_wheel_that_was_built_again_makes_another_environment_and_its_copy_does_not(tmp_path: Path) -> None:
    first = describe_wheel(make_wheel(tmp_path / "one", "2.14.0a0+git12"))
    copy = tmp_path / "two" / Path(make_wheel(tmp_path / "one", "2.14.0a0+git12")).name
    copy.parent.mkdir()
    copy.write_bytes((tmp_path / "one" / copy.name).read_bytes())
    assert describe_wheel(copy).name == first.name
    assert describe_wheel(make_wheel(tmp_path / "one", "2.14.0a0+git12", git="def")).name != first.name


def test_a_wheel_for_another_python_makes_another_environment(tmp_path: Path) -> None:
    file = make_wheel(tmp_path, "2.13.0")
    assert describe_wheel(file, python="3.12").name != describe_wheel(file).name


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("torch-2.13.0-cp311-cp311-linux_x86_64.whl", "2.13.0"),
        ("torch-2.13.0-1-cp311-cp311-linux_x86_64.whl", "2.13.0"),
        ("torch-2.13.0+cu132-cp311-cp311-manylinux_2_28_x86_64.whl", "2.13.0+cu132"),
        ("torch-2.14.0.dev20260901+cpu-cp311-cp311-linux_x86_64.whl", "2.14.0.dev20260901+cpu"),
        ("torch-2.14.0a0+git1234-cp311-cp311-linux_x86_64.whl", "2.14.0a0+git1234"),
    ],
)
def test_a_wheels_version_is_in_its_name(name: str, version: str) -> None:
    assert read_wheel_version(Path("wheels") / name) == Version(version)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("torch.whl", r"^torch\.whl is not the name of a wheel, such as torch-"),
        ("torch-2.13.0.tar.gz", "is not the name of a wheel"),
        ("torch-new-cp311-cp311-linux_x86_64.whl", "is not the name of a wheel"),
        (
            "torchvision-0.20.0-cp311-cp311-linux_x86_64.whl",
            "a wheel of torchvision, not of PyTorch; give a wheel of torch",
        ),
        ("torch-2.13.0-cp311-cp311-linux_x86_64.whl", "cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_wheel_of_pytorch_is_the_users_error(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        describe_wheel(tmp_path / name)


def test_a_folder_that_is_named_like_a_wheel_is_the_users_error(tmp_path: Path) -> None:
    file = tmp_path / "torch-2.13.0-cp311-cp311-linux_x86_64.whl"
    file.mkdir()
    with pytest.raises(UserError, match="Is a directory"):
        describe_wheel(file)
