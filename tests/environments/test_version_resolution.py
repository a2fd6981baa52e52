import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.environments.builds import Indexes, describe_release, describe_wheel
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.version_resolution import list_offered_versions, resolve
from graph_goldens.errors import ToolError, UserError
from tests.environments.wheels import make_interpreter, make_wheel

NIGHTLIES = ("2.14.0.dev20260901+cpu", "2.14.0.dev20260902+cpu", "2.14.0.dev20260902+cu132")
RELEASES = ("2.9.1", "2.10.0", "2.13.0", "2.13.0+cpu")


@pytest.fixture(autouse=True)
def only_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let uv find nothing but what a test gives it, and leave its caches alone."""
    for name in ("UV_FIND_LINKS", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_RESOLUTION", "UV_PRERELEASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))


def folder_of(tmp_path: Path, *versions: str) -> Indexes:
    for version in versions:
        make_wheel(tmp_path / "wheels", version)
    return Indexes(find_links=(str(tmp_path / "wheels"),))


def texts(versions: list[Version]) -> list[str]:
    return [str(version) for version in versions]


@pytest.mark.parametrize("spec", ["2.13.0", "2.13.0+cpu", "2.14.0.dev20260901"])
def test_a_version_is_itself_and_nobody_is_asked(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = resolve(spec, Indexes(find_links=("/none",)))
    assert found.version == Version(spec)
    assert found.build == describe_release(spec, Indexes(find_links=("/none",)))
    assert str(found) == f"PyTorch {spec}"


def test_latest_is_the_newest_release(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *RELEASES, *NIGHTLIES)
    found = resolve("latest", indexes)
    assert found.build == describe_release("2.13.0+cpu", indexes)
    assert str(found) == "latest is PyTorch 2.13.0+cpu"


def test_nightly_is_the_newest_pre_release(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *RELEASES, *NIGHTLIES)
    found = resolve("nightly", indexes)
    assert found.build == describe_release("2.14.0.dev20260902+cu132", indexes)
    assert found.build.name.startswith("torch-2.14.0.dev20260902+cu132-")


def test_a_resolution_names_the_environment_of_its_version(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *NIGHTLIES)
    before = resolve("nightly", indexes).build.name
    assert resolve("nightly", indexes).build.name == before
    make_wheel(tmp_path / "wheels", "2.14.0.dev20260903")
    assert resolve("nightly", indexes).build.name != before


@pytest.mark.parametrize(
    ("versions", "spec", "sentence"),
    [
        (
            RELEASES,
            "nightly",
            r"^no nightly newer than PyTorch 2\.13\.0\+cpu, a release, is offered; name a place",
        ),
        (
            (*NIGHTLIES, "2.14.0"),
            "nightly",
            r"^no nightly newer than PyTorch 2\.14\.0, a release, is offered",
        ),
        (NIGHTLIES, "latest", "^no release of PyTorch is offered for this Python and platform; name a place"),
        (RELEASES, "newest", "'newest' is not a PyTorch version"),
    ],
)
def test_what_is_not_offered_is_the_users_error(
    tmp_path: Path, versions: tuple[str, ...], spec: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        resolve(spec, folder_of(tmp_path, *versions))


def test_no_pytorch_at_all_is_the_users_error(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    with pytest.raises(UserError, match=r"^no PyTorch is offered for this Python and platform"):
        resolve("nightly", folder_of(tmp_path))


def test_an_index_that_cannot_be_reached_is_no_fault_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(ToolError, match=r"^cannot find which versions of torch are offered: Failed to fetch"):
        resolve("latest", Indexes(default="http://127.0.0.1:9/simple"))


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"offered: Failed to read `--find-links` directory: .*/none"):
        resolve("latest", Indexes(find_links=(str(tmp_path / "none"),)))


def test_versions_are_in_order_with_each_local_part(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *RELEASES, *NIGHTLIES, "2.14.0rc1", "2.14.0a0+git12")
    assert texts(list_offered_versions(indexes)) == ["2.9.1", "2.10.0", "2.13.0", "2.13.0+cpu"]
    assert texts(list_offered_versions(indexes, prereleases=True)) == [
        *RELEASES,
        *NIGHTLIES,
        "2.14.0a0+git12",
        "2.14.0rc1",
    ]


def test_versions_between_two_are_asked_for_with_all_their_local_parts(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *RELEASES, *NIGHTLIES)
    oldest, newest = Version("2.10.0+cu132"), Version("2.14.0.dev20260902+cpu")
    found = list_offered_versions(indexes, prereleases=True, oldest=oldest, newest=newest)
    assert texts(found) == ["2.10.0", "2.13.0", "2.13.0+cpu", *NIGHTLIES]
    assert texts(list_offered_versions(indexes, oldest=oldest, newest=Version("2.13.0"))) == [
        "2.10.0",
        "2.13.0",
        "2.13.0+cpu",
    ]


def test_wheels_for_another_python_are_not_offered(tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "2.14.0", python="cp27")
    assert texts(list_offered_versions(folder_of(tmp_path, "2.13.0"))) == ["2.13.0"]


def test_a_broken_wheel_is_offered_and_hides_no_other(tmp_path: Path) -> None:
    indexes = folder_of(tmp_path, *NIGHTLIES[:2])
    make_wheel(tmp_path / "wheels", "2.14.0.dev20260903").write_bytes(b"half a wheel")
    assert texts(list_offered_versions(indexes, prereleases=True)) == [*NIGHTLIES[:2], "2.14.0.dev20260903"]


def test_a_folder_without_wheels_offers_nothing(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    assert list_offered_versions(folder_of(tmp_path)) == []


def test_other_packages_are_listed_too(tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "1.2.3", name="triton")
    assert texts(list_offered_versions(folder_of(tmp_path), package="triton")) == ["1.2.3"]


def test_a_setting_for_the_lowest_versions_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_RESOLUTION", "lowest")
    assert resolve("latest", folder_of(tmp_path, *RELEASES)).version == Version("2.13.0+cpu")


def test_wheel_folders_alone_are_looked_at_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "0")
    indexes = Indexes("http://127.0.0.1:9/simple", find_links=folder_of(tmp_path, *NIGHTLIES[:1]).find_links)
    assert texts(list_offered_versions(indexes, prereleases=True, links_only=True)) == [*NIGHTLIES[:1]]
    assert str(resolve("nightly", indexes, links_only=True).version) == NIGHTLIES[0]


@pytest.mark.parametrize(
    ("asked", "installed"),
    [
        ("2.14.0.dev20260901", "2.14.0.dev20260901+cpu"),
        ("2.14.0.dev20260902+cpu", "2.14.0.dev20260902+cpu"),
        ("nightly", "2.14.0.dev20260902+cu132"),
        ("latest", "2.13.0+cpu"),
    ],
)
def test_a_resolved_build_is_installed_without_leave_for_pre_releases(
    tmp_path: Path, folder: Path, asked: str, installed: str
) -> None:
    indexes = folder_of(tmp_path, *RELEASES, *NIGHTLIES)
    environment = open_environment(resolve(asked, indexes).build, folder, lambda _: None)
    assert environment.torch == installed


def test_a_wheel_is_installed_and_again_once_it_was_built_again(tmp_path: Path, folder: Path) -> None:
    places = [tmp_path / "a, b#c"] * 2
    gits = []
    for number, place in enumerate(places):
        file = make_wheel(place, "2.14.0a0+git12", git=f"commit {number}")
        environment = open_environment(describe_wheel(file), folder, lambda _: None)
        assert environment.torch == "2.14.0a0+git12"
        gits.append(environment.git)
    assert gits == ["commit 0", "commit 1"]
    assert len(list((folder / "envs").glob("[!.]*"))) == 2


def test_a_wheel_for_another_python_is_one_sentence(tmp_path: Path, folder: Path) -> None:
    file = make_wheel(tmp_path, "2.13.0", python="cp27")
    with pytest.raises(
        ToolError, match=r"^cannot make the environment torch-2.13.0-wheel-\w+: .*(no wheels|incompatible)"
    ):
        open_environment(describe_wheel(file), folder, lambda _: None)


def test_versions_are_found_for_another_interpreter(tmp_path: Path) -> None:
    python = make_interpreter(tmp_path / "venv", {})
    found = list_offered_versions(folder_of(tmp_path, "2.13.0"), str(python))
    assert texts(found) == ["2.13.0"]


release_numbers = st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 2))
suffixes = st.sampled_from(["", "rc1", "a0", ".dev20260901", ".dev20260902", ".post1"])
local_parts = st.sampled_from(["", "+cpu", "+cu132", "+git1234"])


@st.composite
def spelled(draw: st.DrawFn) -> str:
    numbers = ".".join(map(str, draw(release_numbers)))
    return numbers + draw(suffixes) + draw(local_parts)


@given(spelled(), spelled())
def test_versions_that_differ_name_environments_that_differ(one: str, other: str) -> None:
    assert (describe_release(one).name == describe_release(other).name) == (Version(one) == Version(other))


@given(spelled())
def test_a_version_is_resolved_to_a_build_that_pins_it(text: str) -> None:
    found = resolve(text)
    assert found.build.requirements == (f"torch=={found.version}",)
    assert found.version == Version(text)


@settings(max_examples=12, deadline=None)  # each starts uv several times
@given(st.lists(spelled(), max_size=5, unique_by=Version), st.booleans())
def test_all_that_a_folder_holds_is_offered_in_order(
    tmp_path_factory: pytest.TempPathFactory, spellings: list[str], prereleases: bool
) -> None:
    place = tmp_path_factory.mktemp("offered")
    (place / "wheels").mkdir()
    indexes = folder_of(place, *spellings)
    held = [Version(text) for text in spellings]
    wanted = sorted(version for version in held if prereleases or not version.is_prerelease)
    assert list_offered_versions(indexes, sys.executable, prereleases=prereleases) == wanted
