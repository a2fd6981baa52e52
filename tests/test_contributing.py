"""The recipes of CONTRIBUTING.md, each followed to the letter in a copy of this repository."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.example import bytecode_of, share_environments

REPOSITORY = Path(__file__).parents[1]
MANUAL = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = ("harness", "cases", "snapshots", "tests", "pyproject.toml", "README.md", "LICENSE", "DESIGN.md")
SECONDS = 300

_RECIPE = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|In `(?P<file>[^`]+)`, (?P<where>above|below|instead of) "
    r"the line (?:that begins with )?(?P<mark>``.+?``|`[^`]+`)):\n\n"
    r"```(?:python|text|toml)\n(?P<text>.*?)```",
    re.MULTILINE | re.DOTALL,
)
_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """A recipe: what it is for, and its text."""

    name: str
    text: str

    def commands(self) -> Iterator[list[str]]:
        for block in _CONSOLE.findall(self.text):
            yield from (shlex.split(line.removeprefix("$ ")) for line in block.splitlines())

    def follow(self, root: Path) -> None:
        """Write and change the files as the recipe says."""
        steps = list(_STEP.finditer(self.text))
        assert len(steps) == len(re.findall(r"^(?:New file|In) `", self.text, re.MULTILINE))
        for step in steps:
            if step["new"]:
                file = root / step["new"]
                assert not file.exists()
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(step["text"])
            else:
                change(root / step["file"], step["where"], step["mark"].strip("`").strip(), step["text"])


def change(file: Path, where: str, mark: str, text: str) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if line.strip().startswith(mark)]
    assert len(at) == 1, f"{file} has {len(at)} lines that begin with {mark}"
    first = at[0] + (where == "below")
    lines[first : first + (where == "instead of")] = [text]
    file.write_text("".join(lines), encoding="utf-8")


RECIPES = [Recipe(name, text) for name, text in _RECIPE.findall(MANUAL)]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    for name in COPIED:
        source = REPOSITORY / name
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=ignored, symlinks=True)
        else:
            shutil.copy(source, tmp_path / name)
    share_environments(tmp_path)
    yield tmp_path
    shutil.rmtree(bytecode_of(tmp_path))


def test_there_are_recipes_for_what_the_project_is_made_of() -> None:
    assert {recipe.name for recipe in RECIPES} == {
        "A case",
        "A claim",
        "A pack",
        "A tracing path",
        "A normalisation rule",
        "A drift class",
        "A report format",
        "A supported version",
    }
    assert all(list(recipe.commands()) for recipe in RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_works_as_it_stands(recipe: Recipe, copy: Path) -> None:
    recipe.follow(copy)
    for command in recipe.commands():
        known = {"goldens": [sys.executable, "-m", "graph_goldens.cli"], "python": [sys.executable]}
        ended = subprocess.run(
            [*known[command[0]], *command[1:]],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": f"{copy / 'harness'}:{copy}", "CI": ""},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
