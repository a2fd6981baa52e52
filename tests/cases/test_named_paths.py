"""Tracing paths that settings or packages name are imported; a module that fails costs its own paths."""

import sys
from pathlib import Path

import pytest

from graph_goldens.cases.named_paths import PathReference, find_named_paths, list_entry_points

TEXT = """
from graph_goldens import text_rule

class Group:
    @staticmethod
    def trace(tracing): pass

def trace(tracing): pass

@text_rule(example=("a", "b"))
def wrong(text): return text
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "named_here.py").write_text(TEXT)
    (tmp_path / "named_broken.py").write_text("import nothing_like_this")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("named_here", "named_broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def refer(**targets: str) -> list[PathReference]:
    return [PathReference(name, target, "settings") for name, target in targets.items()]


@pytest.mark.usefixtures("modules")
def test_functions_are_found_by_module_and_dotted_name_and_modules_are_announced_once() -> None:
    heard: list[str] = []
    found, mistakes = find_named_paths(
        refer(one="named_here:trace", two="named_here:Group.trace"), heard.append, {}
    )
    assert [path.name for path in found] == ["one", "two"]
    assert heard == ["named_here"]
    assert [mistake.rule for mistake in mistakes] == ["wrong"]


@pytest.mark.usefixtures("modules")
def test_what_is_not_there_or_cannot_be_imported_is_told_for_each_path() -> None:
    given = refer(one="named_here:nothing", two="named_broken:trace", three="named_broken:other")
    found, mistakes = find_named_paths(given, lambda _: None, {})
    told = {mistake.path: mistake.error for mistake in mistakes if mistake.path}
    assert found == []
    assert told["one"].startswith("named_here has no 'nothing'")
    assert told["two"] == told["three"]
    assert told["two"].startswith("importing named_broken raises ModuleNotFoundError")


@pytest.mark.usefixtures("modules")
def test_a_module_that_ended_a_worker_is_not_imported_again() -> None:
    heard: list[str] = []
    _, (mistake,) = find_named_paths(
        refer(one="named_here:trace"), heard.append, {"named_here": "its import hangs"}
    )
    assert (mistake.error, heard) == ("its import hangs", [])


def test_installed_packages_bring_paths_by_their_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[graph_goldens.tracing_paths]\nfused = brought.paths:fuse\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert PathReference("fused", "brought.paths:fuse", "brought") in list_entry_points()
