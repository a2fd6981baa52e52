"""Which commits two builds of PyTorch were made from."""

from pathlib import Path

from packaging.version import Version

from graph_goldens.gate.project import find_project
from graph_goldens.runs.release_commits import RELEASE_COMMITS, find_release_step, find_run_step
from graph_goldens.runs.run import Run

PROJECT = find_project(Path(__file__).parents[2])
NIGHTLY = Run({"torch": "2.16.0.dev20270101+cpu", "git": "f" * 40, "python": "3.11", "platform": "Linux"})


def test_every_supported_release_has_its_commit() -> None:
    assert {str(version) for version in PROJECT.supported} <= set(RELEASE_COMMITS)
    assert len(set(RELEASE_COMMITS.values())) == len(RELEASE_COMMITS)


def test_a_step_links_both_commits() -> None:
    step = find_release_step(Version("2.14.1"), Version("2.15.0"))
    assert step is not None
    assert step.link.endswith(f"/{RELEASE_COMMITS['2.14.1']}...{RELEASE_COMMITS['2.15.0']}")
    assert step.words == "2.14.1 (5c488690858) → 2.15.0 (d0f2af8b66b)"


def test_a_build_is_held_against_the_newest_supported_version_before_it() -> None:
    step = find_run_step(PROJECT.supported, NIGHTLY)
    assert step is not None
    assert (step.before, step.after_commit) == ("2.15.0", "f" * 40)


def test_nothing_is_said_of_a_build_without_a_commit_or_a_release_that_is_not_in_the_table() -> None:
    assert find_release_step(Version("1.0"), Version("2.15.0")) is None
    assert find_run_step([], NIGHTLY) is None
    assert find_run_step(PROJECT.supported, Run({**NIGHTLY.environment, "git": ""})) is None
