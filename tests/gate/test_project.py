"""A project's settings are read from the nearest pyproject.toml, and mistakes in them are told."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.cases.case_folders import SeveralFolders
from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project, parse_size
from graph_goldens.gate.setting_rows import DEFAULT_TORCH

REPOSITORY = Path(__file__).parents[2]


def _project(folder: Path, settings: str) -> None:
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(settings)


def test_settings_are_found_from_a_folder_below(tmp_path: Path) -> None:
    _project(tmp_path, '[tool.goldens]\ndefault = "2.9.1"\nsupported = ["2.10.0", "2.9.1"]\ntimeout = 5\n')
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    project = find_project(tmp_path / "docs" / "deep")
    assert (project.root, project.cases) == (tmp_path, tmp_path / "cases")
    assert (project.snapshots, project.working) == (tmp_path / "snapshots", tmp_path / ".goldens")
    assert project.default == Version("2.9.1")
    assert project.supported == (Version("2.9.1"), Version("2.10.0"))
    assert project.timeout == 5.0


def test_a_folder_without_settings_is_a_project_of_its_own(tmp_path: Path) -> None:
    _project(tmp_path, "[project]\nname = 'other'\n")
    project = find_project(tmp_path)
    assert (project.root, project.supported) == (tmp_path, ())
    assert project.default == Version(DEFAULT_TORCH)


def test_folders_of_another_project_are_taken_as_given(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    project = find_project(tmp_path, tmp_path / "elsewhere", tmp_path / "goldens")
    assert (project.cases, project.snapshots) == (tmp_path / "elsewhere", tmp_path / "goldens")


def test_this_repositorys_default_is_the_one_that_the_package_knows() -> None:
    assert str(find_project(REPOSITORY).default) == DEFAULT_TORCH


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[tool.goldens\n", "cannot be read"),
        ("[tool]\ngoldens = 3\n", "is not a table"),
        ('[tool.goldens]\nsnapshots = "a\\u0000b"\n', "holds a NUL character"),
        ("[tool.goldens]\nsupported = [2.10]\n", "is not a list of versions"),
        ("[tool.goldens]\ntimeout = nan\n", "is not a number of seconds above 0"),
        ("[tool.goldens]\ntimeout = inf\n", "is not a number of seconds of at most a year: inf"),
        ("[tool.goldens]\ntimeout = 1e18\n", "is not a number of seconds of at most a year"),
        ("[tool.goldens]\ndefault = 2\n", "`default` in"),
        ('[tool.goldens]\ndefault = "new"\n', "'new' is not a PyTorch version"),
        ('[tool.goldens]\nsupported = "2.9.1"\n', "is not a list of versions"),
        ("[tool.goldens]\ntimeout = 0\n", "is not a number of seconds above 0"),
        ("[tool.goldens]\ntimout = 5\n", "`timout` in .* is no setting; did you mean `timeout`"),
        ("[tool.goldens]\nxyz = 5\n", "`xyz` in .* is no setting; there are cases, "),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_a_sentence(
    tmp_path: Path, settings: str, sentence: str
) -> None:
    _project(tmp_path, settings)
    with pytest.raises(UserError, match=sentence):
        find_project(tmp_path)


def test_a_file_whose_tools_are_no_table_has_no_settings(tmp_path: Path) -> None:
    _project(tmp_path, "tool = 3\n")
    assert str(find_project(tmp_path).default) == DEFAULT_TORCH


def test_a_project_without_cases_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder of cases"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "size"),
    [("4G", 4 << 30), ("1.5 GiB", 3 << 29), ("200mb", 200 << 20), ("64K", 64 << 10), ("1000", 1000)],
)
def test_amounts_of_memory_are_read_as_people_write_them(tmp_path: Path, text: str, size: int) -> None:
    assert parse_size(text) == size
    _project(tmp_path, f'[tool.goldens]\nmemory = "{text}"\n')
    assert find_project(tmp_path).memory == size


@pytest.mark.parametrize("value", ['"much"', '"0G"', '"0.2"', f'"{"9" * 400}G"', "-1", "true", '"4 X"', "[]"])
def test_what_is_no_amount_of_memory_is_told(tmp_path: Path, value: str) -> None:
    _project(tmp_path, f"[tool.goldens]\nmemory = {value}\n")
    with pytest.raises(UserError, match="amount of memory"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("torch-2.13", "rename it to torch-2.13.0"),
        ("torch-new", "or remove it"),
        ("torch-2.13.0+cpu", "rename"),
    ],
)
def test_an_overlay_that_nothing_resolves_to_is_told(tmp_path: Path, name: str, way_out: str) -> None:
    _project(tmp_path, "[tool.goldens]\n")
    (tmp_path / "snapshots" / name).mkdir(parents=True)
    with pytest.raises(UserError, match=f"is not named after a whole version; .*{way_out}"):
        find_project(tmp_path)


def test_a_folder_of_goldens_that_is_a_file_is_told(tmp_path: Path) -> None:
    _project(tmp_path, "[tool.goldens]\n")
    (tmp_path / "snapshots").write_text("")
    with pytest.raises(UserError, match="is not a folder of goldens"):
        find_project(tmp_path)


def write_settings(root: Path, cases: str, *modules: str) -> Path:
    (root / "pyproject.toml").write_text(f"[tool.goldens]\ncases = {cases}\n")
    for name in modules:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    return root


def test_packs_may_lie_in_several_folders(tmp_path: Path) -> None:
    root = write_settings(
        tmp_path, '["cases", "more"]', "cases/p/one.py", "more/q/one.py", "more/r/pack.toml"
    )
    (root / "more" / "r" / "pack.toml").write_text('requires = ["einops"]\n')
    project = find_project(root)
    assert project.cases == SeveralFolders((root / "cases", root / "more"))
    assert project.needs.packs["r"].requires == ("einops",)


def test_a_list_of_one_folder_is_that_folder(tmp_path: Path) -> None:
    root = write_settings(tmp_path, '["cases"]', "cases/p/one.py")
    assert find_project(root).cases == root / "cases"


@pytest.mark.parametrize(
    ("cases", "modules", "sentence"),
    [
        (
            '["cases", "more"]',
            ("cases/p/one.py", "more/p/two.py"),
            "the pack p is in .*cases and in .*more; rename",
        ),
        (
            '["cases", "cases/p"]',
            ("cases/p/one.py",),
            "names .*cases/p, which lies in .*cases; leave one out",
        ),
        ('["cases", "more"]', ("cases/p/one.py",), "more is not a folder of cases"),
        ("3", (), "neither a folder nor a list"),
        ("[]", (), "neither a folder nor a list"),
        ("[1]", (), "neither a folder nor a list"),
    ],
)
def test_folders_that_cannot_stand_beside_each_other_are_refused(
    tmp_path: Path, cases: str, modules: tuple[str, ...], sentence: str
) -> None:
    root = write_settings(tmp_path, cases, *modules)
    with pytest.raises(UserError, match=sentence):
        find_project(root)
