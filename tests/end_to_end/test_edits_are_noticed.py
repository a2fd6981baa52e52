"""Whatever way a case uses a file, an edit of that file is captured again and its drift is found.

Kinds share projects, and each step of a test is one command. What proves an edit is noticed for its own sake:
the cases of one step depend on no other file that is edited in it, and a case beside them stays as it is.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.end_to_end.example import Ended, Example, make_alone

HEAD = """
import torch
from graph_goldens import Case, case
{imports}

@case
def {name}() -> Case:
    {build}
    return Case(lambda x: {body}, args=(torch.ones(4),), paths=("make-fx-real",), reads={reads})
"""
USED = "FACTOR = 2\ndef scaled(x):\n    return x * 2\n"
PLACE = "__import__('pathlib').Path(__file__).resolve().parents[2]"
LIBRARY = """
#include <stdlib.h>
#include "../../shared/factor.inc"
__attribute__((constructor)) void tell() { setenv("FACTOR", FACTOR, 1); }
"""
TOLD = "import ctypes\ntell = ctypes.CDLL(None).getenv\ntell.restype = ctypes.c_char_p"
LIBC = "import ctypes\nlibc = ctypes.CDLL(None)  # what it opens raises no audit event"


class Kind(NamedTuple):
    """A way in which a case uses a file.

    Attributes:
        imports: what stands at the head of its module.
        build: what is done when the case is built.
        body: the program.
        file: the file that is edited.
        content: what that file holds; empty where the module itself is edited.
        reads: what the case says that it reads.
    """

    imports: str
    build: str
    body: str
    file: str
    content: str = USED
    reads: tuple[str, ...] = ()


# Each depends on its own module and one file, and on nothing that another one depends on.
NARROW = {
    "twice": Kind("FACTOR = 1\nFACTOR = 2", "pass", "x * FACTOR", "cases/twice/twice.py", ""),
    "star": Kind("from cases.star.used import *", "pass", "scaled(x)", "cases/star/used.py"),
    "relative": Kind("from .used import scaled", "pass", "scaled(x)", "cases/relative/used.py"),
    "inside": Kind("", "from cases.inside.used import scaled", "scaled(x)", "cases/inside/used.py"),
    "hidden": Kind("from cases.hidden._own import scaled", "pass", "scaled(x)", "cases/hidden/_own.py"),
    "package": Kind("from cases.package import FACTOR", "pass", "x * FACTOR", "cases/package/__init__.py"),
    "data": Kind(
        "import json, pathlib",
        "n = json.loads((pathlib.Path(__file__).resolve().parents[2] / 'n.json').read_text())",
        "x * n", "n.json", "2",
    ),
    "late": Kind(
        "", "def late(x):\n        from cases.late.used import scaled\n        return scaled(x)", "late(x)",
        "cases/late/used.py",
    ),
    "traced": Kind(
        "import pathlib", "place = pathlib.Path(__file__).resolve().parents[2] / 'traced.txt'",
        "x * int(place.read_text())", "traced.txt", "2",
    ),
}  # fmt: skip
# Each may use any module of the project: an edit of one has all of them captured again.
WIDE = {
    "dotted": Kind("import cases.dotted.used", "pass", "cases.dotted.used.scaled(x)", "cases/dotted/used.py"),
    "finder": Kind(
        "from importlib import import_module", "u = import_module('cases.finder.used')", "u.scaled(x)",
        "cases/finder/used.py",
    ),
    "source": Kind(
        "import inspect\nfrom . import used", "n = inspect.getsource(used).count('2')", "x * n",
        "cases/source/used.py",
    ),
}  # fmt: skip
# No audit event tells of what this code opens: the case says so, or the file is open still when it is built.
READ = f"""file, text = libc.open(str({PLACE} / '{{name}}.bin').encode(), 0), ctypes.create_string_buffer(2)
    libc.read(file, text, 1)
    {{close}}
    n = int(text.value)"""
# All cases are captured again for an edit of these: of what modules do when they are imported, of a library,
# and of what a case whose module may use any other one reads.
LOUD = {
    "item": Kind("T = {}\nT['b'] = 2", "pass", "x * T['b']", "cases/item/item.py", ""),
    "library": Kind(
        f"import sys\nsys.path.insert(0, str({PLACE} / 'lib'))\nimport tools", "pass", "tools.scaled(x)",
        "lib/tools.py",
    ),
    "runs": Kind("", f"d = {{}}; exec(({PLACE} / 'run.txt').read_text(), d)", "d['scaled'](x)", "run.txt"),
    "told": Kind(TOLD, "n = int(tell(b'FACTOR'))", "x * n", "shared/factor.inc", '#define FACTOR "2"\n'),
    "closed": Kind(
        LIBC, READ.format(name="closed", close="libc.close(file)"), "x * n", "closed.bin", "2",
        ("../../closed.bin",),
    ),
    "open": Kind(LIBC, READ.format(name="open", close="pass"), "x * n", "open.bin", "2"),
}  # fmt: skip


def _make(root: Path, kinds: Mapping[str, Kind]) -> Example:
    """Make a project with a pack of each kind, all of which is captured and accepted."""
    example = make_alone(root, {})
    for name, kind in kinds.items():
        text = HEAD.format(name=name, **kind._asdict())
        example.write({kind.file: kind.content} if kind.content else {})
        example.write({f"cases/{name}/{name}.py": text})
    return example


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project no module of which does anything when it is imported; one of its packs is a link."""
    still = Kind("", "pass", "x * 2", "elsewhere/linked.py")
    example = _make(tmp_path_factory.mktemp("quiet"), {**NARROW, **WIDE})
    for name, file in {"still": "cases/still/still.py", "linked": "elsewhere/linked.py"}.items():
        example.write({file: HEAD.format(name=name, **still._asdict())})
    (example.root / "cases" / "q").symlink_to(example.root / "elsewhere")
    example.run("update", code=0)
    return example.keep()


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = _make(tmp_path_factory.mktemp("loud"), LOUD)
    example.write({"cases/told/library.cpp": LIBRARY}).run("update", code=0)
    return example


def _edit(example: Example, file: str) -> None:
    place = example.root / file
    text = place.read_text()
    assert "2" in text
    place.write_text(text.replace("2", "3"))


def _check(example: Example, cases: Collection[str], code: int) -> Ended:
    return example.run("check", *cases, "--explain", "--json", code=code)


def _find_drifted(ended: Ended) -> set[str]:
    return {each["case"] for each in ended.json["records"] if each["finding"] == "drifted"}


def _reuses_all(example: Example, cases: Collection[str]) -> bool:
    number = f"{len(cases)} record{'' if len(cases) == 1 else 's'}"
    ended = _check(example, cases, code=0)
    return f"reused: {number}, as nothing" in ended.errors and "captured: " not in ended.errors


def _name(kinds: Collection[str]) -> list[str]:
    return [f"{kind}/{kind}" for kind in kinds]


def test_edits_are_captured_again_and_their_drifts_found_and_nothing_else_is(quiet: Example) -> None:
    example, edited = quiet.restored(), {*_name(NARROW), "q/linked"}
    cases = [*sorted(edited), "still/still"]
    assert _reuses_all(example, cases)
    for file in [*(kind.file for kind in NARROW.values()), "elsewhere/linked.py"]:
        _edit(example, file)
    ended = _check(example, cases, code=1)
    assert _find_drifted(ended) == edited
    assert "reused: 1 record, as nothing" in ended.errors  # p/still: what drifted was not reused


def test_an_edit_is_captured_again_for_cases_that_may_use_any_module(quiet: Example) -> None:
    example, edited = quiet.restored(), set[str]()
    assert _reuses_all(example, _name(WIDE))
    for name, kind in WIDE.items():
        _edit(example, kind.file)
        edited.update(_name([name]))
        assert _find_drifted(_check(example, _name(WIDE), code=1)) == edited
    assert _reuses_all(example, ["still/still"])  # no edit was one of what all cases depend on


def test_an_edit_of_what_matters_to_all_cases_is_captured_again(loud: Example) -> None:
    edited = set[str]()
    assert _reuses_all(loud, _name(LOUD))
    for name, kind in LOUD.items():
        _edit(loud, kind.file)
        edited.update(_name([name]))
        ended = _check(loud, _name(LOUD), code=1)
        assert _find_drifted(ended) == edited
        assert ("the C++ library of a pack changed" in ended.errors) is (name == "told")
