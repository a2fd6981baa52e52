"""Searches through goldens: what is looked at, and how long that takes once the index is filled."""

import time

import pytest
from packaging.version import Version

from graph_goldens.gate.pattern_search import search_goldens
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.resolved_goldens import read_step, read_versions, resolve_goldens
from graph_goldens.runs.selection import EVERYTHING, Selection
from tests.bench.golden_tree import make_tree

GOLDENS = 1_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("search")
    make_tree(root, GOLDENS)
    return find_project(root)


def measure(project: Project, pattern: str) -> tuple[float, int]:
    """CPU seconds of a search through all versions, and in how many records the pattern stands."""
    start = time.process_time()
    found = search_goldens(project, pattern, EVERYTHING, read_versions(project, ["all"]))
    assert found.searched == GOLDENS
    return time.process_time() - start, len(found.records)


def test_a_search_reads_goldens_whole_once_and_is_quick_from_then_on(project: Project) -> None:
    first, records = measure(project, "call_torchbind -> ... -> output")
    again, same = measure(project, "call_torchbind -> ... -> output")
    other, _ = measure(project, "%x -> call_torchbind -> aten.add{%x}")
    assert records == same > 100
    assert max(again, other) < min(first / 2, GOLDENS * 0.0004)


def test_versions_resolve_as_they_do_everywhere(project: Project) -> None:
    versions = read_versions(project, ["2.9", "2.4.1", "2.9.1"])
    assert versions == (Version("2.4.1"), Version("2.9.1"))
    resolved = resolve_goldens(project, Selection((), ("export",)), versions)
    newer = {held[Version("2.9.1")].version for held in resolved.held.values() if Version("2.9.1") in held}
    assert {key.path for key in resolved.held} == {"export"}
    assert newer <= set(map(Version, ("2.4.1", "2.5.1", "2.6.0", "2.7.1", "2.8.0", "2.9.1")))
    assert read_step(project, "2.9") == (Version("2.8.0"), Version("2.9.1"))
