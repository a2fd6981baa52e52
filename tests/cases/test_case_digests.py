"""The digests of cases' sources are those that a worker gives, without anything being imported."""

from pathlib import Path

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.cases.discovery import find_cases

MODULE = """
from graph_goldens import Case, case

SCALE = 2


def helper(x):
    return x * SCALE


@case
def one() -> Case:
    '''A case.'''
    return Case(helper)


@case
def two() -> Case:
    return Case(abs)


def three() -> Case:
    return Case(abs)
"""


def _write(folder: Path, text: str = MODULE) -> Path:
    (folder / "cases/p").mkdir(parents=True, exist_ok=True)
    (folder / "cases/p/some.py").write_text(text)
    return folder / "cases"


def test_they_are_those_that_a_worker_gives(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    found = find_cases(folder)
    assert found.mistakes == []
    assert digest_cases(folder) == {name: case.source for name, case in found.cases.items()}
    assert set(found.cases) == {"p/one", "p/two"}


def test_only_what_a_case_uses_changes_its_digest(tmp_path: Path) -> None:
    before = digest_cases(_write(tmp_path / "before"))
    after = digest_cases(_write(tmp_path / "after", MODULE.replace("SCALE = 2", "SCALE = 3")))
    assert before["p/one"] != after["p/one"]
    assert before["p/two"] == after["p/two"]


def test_a_module_that_cannot_be_read_costs_its_own_cases(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    (folder / "p/broken.py").write_text("def (:\n")
    (folder / "p/zeros.py").write_bytes(b"\0")
    assert set(digest_cases(folder)) == {"p/one", "p/two"}
