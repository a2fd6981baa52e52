"""The digest of a case's source follows what the case is made of, and nothing else."""

from pathlib import Path

import pytest

from graph_goldens.cases.packs import PackSources
from graph_goldens.cases.source_digests import digest_source

OBJECTS = '''
"""Objects."""
import torch

@register("Foo")
class FakeFoo:
    """A fake."""
    def add(self): return 1

def foo(): return FakeFoo()

def unused(): return 2
'''

PROGRAMS = '''
from graph_goldens import Case, case
from cases.pack.objects import foo

SCALE = 3

class Scaled:
    def forward(self, x): return x * SCALE

@case
def scaled():
    """A case."""
    return Case(Scaled(), args=(foo(),))

@case
def other():
    return Case(None)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "objects.py").write_text(OBJECTS)
    (tmp_path / "pack" / "programs.py").write_text(PROGRAMS)
    (tmp_path / "pack" / "library.cpp").write_text("int one;")
    return tmp_path


def _digest(folder: Path, name: str = "scaled") -> str:
    return digest_source(PackSources(folder), "cases.pack.programs", name)


def _edit(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / "pack" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("programs.py", "x * SCALE", "x + SCALE"),
        ("programs.py", "SCALE = 3", "SCALE = 4"),
        ("programs.py", "args=(foo(),)", "args=(foo(), 1)"),
        ("objects.py", "return FakeFoo()", "return FakeFoo"),
        ("objects.py", "return 1", "return 3"),
        ("objects.py", '@register("Foo")', '@register("Bar")'),
        ("library.cpp", "int one;", "int two;"),
    ],
)
def test_what_the_case_uses_changes_its_digest(folder: Path, file: str, before: str, after: str) -> None:
    old = _digest(folder)
    _edit(folder, file, before, after)
    assert _digest(folder) != old


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("programs.py", "SCALE = 3", "# three\nSCALE   =   3  # three\n\n"),
        ("programs.py", '"""A case."""', '"""A case, explained\n    over two lines."""'),
        ("programs.py", "return Case(None)", "return Case(None, args=(1,))"),
        ("objects.py", "return 2", "return 7"),
        ("objects.py", '"""A fake."""', '"""Another text."""'),
    ],
)
def test_comments_layout_docs_and_other_cases_do_not(
    folder: Path, file: str, before: str, after: str
) -> None:
    old = _digest(folder)
    _edit(folder, file, before, after)
    assert _digest(folder) == old


def test_cases_that_share_nothing_have_other_digests(folder: Path) -> None:
    assert _digest(folder, "scaled") != _digest(folder, "other")


def test_what_modules_do_at_import_counts_for_every_case_that_imports_them(folder: Path) -> None:
    old = _digest(folder)
    with (folder / "pack" / "objects.py").open("a") as file:
        file.write("\nregister_operator()\n")
    assert _digest(folder) != old


def test_a_relative_import_is_followed(folder: Path) -> None:
    _edit(folder, "programs.py", "from cases.pack.objects import foo", "from .objects import foo")
    old = _digest(folder)
    _edit(folder, "objects.py", "return FakeFoo()", "return None")
    assert _digest(folder) != old
