"""The table of settings is what the reader takes and what README lists."""

from pathlib import Path

import pytest
import tomllib

from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project
from graph_goldens.gate.setting_rows import SETTING_ROWS, SettingRow, format_setting_rows

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_readme_lists_all_settings() -> None:
    assert f"| setting | usual value | meaning |\n|---|---|---|\n{format_setting_rows()}\n\n" in README


@pytest.mark.parametrize("row", [row for row in SETTING_ROWS if row.example], ids=lambda row: row.name)
def test_a_usual_value_is_read_and_means_the_same_as_nothing(tmp_path: Path, row: SettingRow) -> None:
    (tmp_path / "cases").mkdir()
    silent = find_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text(f"[tool.goldens]\n{row.name} = {row.example}\n")
    spoken = find_project(tmp_path)
    assert spoken == silent or (row.name == "supported" and len(spoken.supported) == 1)


@pytest.mark.parametrize("row", SETTING_ROWS, ids=lambda row: row.name)
def test_a_value_of_another_kind_is_refused(tmp_path: Path, row: SettingRow) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text(f"[tool.goldens]\n{row.name} = true\n")
    with pytest.raises(UserError, match=row.name):
        find_project(tmp_path)


def test_examples_are_toml() -> None:
    for row in SETTING_ROWS:
        tomllib.loads(f"x = {row.example or '{}'}")


@pytest.mark.parametrize("name", ["a b", "class", "torch", "json", "graph_goldens", ""])
def test_the_folder_of_packs_cannot_be_imported_as_anything(tmp_path: Path, name: str) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text(f'[tool.goldens]\npackage = "{name}"\n')
    with pytest.raises(UserError, match="`package` in"):
        find_project(tmp_path)
