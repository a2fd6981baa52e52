"""Each normalisation rule says what of PyTorch it is for, and what it says is there in the installed one."""

import re
from pathlib import Path

import pytest

from graph_goldens.capture.normalise.rules import CODE, ERROR, GRAPH, Rule
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.gate.project import find_project

PROJECT = find_project(Path(__file__).parents[3])
HARNESS = PROJECT.root / "harness" / "graph_goldens"
RULES = list(dict.fromkeys((*CODE, *GRAPH, *ERROR)))
_NAMED = re.compile(r"\btorch/[\w/.]*?\.(?:py|h)\b")


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder that PyTorch's package is in."""
    return open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print).torch_root.parent


def read_sources(rule: Rule) -> list[tuple[str, list[str]]]:
    """The files that a rule's docstring names, each with what is named in it."""
    _, found, sources = (rule.__doc__ or "").partition("Source: ")
    assert found, f"{rule.__name__} has no source"
    pieces = (" ".join(piece.split()).partition(",") for piece in sources.split(";"))
    return [(file, re.findall(r"`([^`]+)`", names)) for file, _, names in pieces]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_a_rule_names_is_in_pytorch(rule: Rule, installed: Path) -> None:
    sources = read_sources(rule)
    named = [(file, name) for file, names in sources if file.startswith("torch/") for name in names]
    assert named or any("CPython" in file for file, _ in sources)
    assert [pair for pair in named if pair[1] not in (installed / pair[0]).read_text()] == []


def test_files_of_pytorch_that_the_harness_names_are_there(installed: Path) -> None:
    texts = {file: file.read_text() for file in sorted(HARNESS.rglob("*.py"))}
    named = {(file.name, name) for file, text in texts.items() for name in _NAMED.findall(text)}
    assert len(named) >= 20
    folders = (installed, installed / "torch" / "include")
    gone = {pair for pair in named if not any((folder / pair[1]).is_file() for folder in folders)}
    assert gone == set()
