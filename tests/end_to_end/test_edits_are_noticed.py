"""Whatever way a case uses a file, an edit of that file is captured again and its drift is found."""

from pathlib import Path

import pytest

from tests.end_to_end.example import Example, make_alone

HEAD = """
import torch
from graph_goldens import Case, case
{imports}

@case
def {name}() -> Case:
    {build}
    return Case(lambda x: {body}, args=(torch.ones(2),), paths=("make-fx-real",))
"""
USED = "FACTOR = 2\ndef scaled(x):\n    return x * 2\n"
ROOT = "__import__('pathlib').Path(__file__).resolve().parents[2]"
# Of each kind: imports, what is done when the case is built, the program, and the file that is edited.
KINDS = {
    "twice": ("FACTOR = 1\nFACTOR = 2", "", "x * FACTOR", "cases/p/twice.py"),
    "item": ("T = {}\nT['b'] = 2", "", "x * T['b']", "cases/p/item.py"),
    "star": ("from cases.p.used import *", "", "scaled(x)", "cases/p/used.py"),
    "relative": ("from .used import scaled", "", "scaled(x)", "cases/p/used.py"),
    "dotted": ("import cases.p.used", "", "cases.p.used.scaled(x)", "cases/p/used.py"),
    "inside": ("", "from cases.p.used import scaled", "scaled(x)", "cases/p/used.py"),
    "finder": (
        "from importlib import import_module", "u = import_module('cases.p.used')", "u.scaled(x)",
        "cases/p/used.py",
    ),
    "package": ("from cases.p import FACTOR", "", "x * FACTOR", "cases/p/__init__.py"),
    "hidden": ("from cases.p._hidden import scaled", "", "scaled(x)", "cases/p/_hidden.py"),
    "source": (
        "import inspect\nfrom . import used", "n = inspect.getsource(used).count('2')", "x * n",
        "cases/p/used.py",
    ),
    "runs": ("", f"d = {{}}; exec(({ROOT} / 'run.txt').read_text(), d)", "d['scaled'](x)", "run.txt"),
    "data": ("import json", f"n = json.loads(({ROOT} / 'n.json').read_text())", "x * n", "n.json"),
    "library": (
        f"import sys\nsys.path.insert(0, str({ROOT} / 'lib'))\nimport tools", "", "tools.scaled(x)",
        "lib/tools.py",
    ),
}  # fmt: skip


def _make(root: Path) -> Example:
    cases = {
        f"p/{name}.py": HEAD.format(name=name, imports=imports, build=build or "pass", body=body)
        for name, (imports, build, body, _) in KINDS.items()
    }
    linked = HEAD.format(name="linked", imports="", build="pass", body="x * 2")
    example = make_alone(root, {**cases, "p/used.py": USED, "p/_hidden.py": USED, "p/__init__.py": USED})
    example.write({"run.txt": USED, "n.json": "2", "lib/tools.py": USED, "elsewhere/linked.py": linked})
    (root / "cases" / "q").symlink_to(root / "elsewhere")
    return example


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = _make(tmp_path_factory.mktemp("edits"))
    example.run("update", code=0)
    example.run("check", code=0)
    return example.keep()


@pytest.mark.parametrize(
    ("case", "file"),
    [*((f"p/{name}", kind[3]) for name, kind in KINDS.items()), ("q/linked", "elsewhere/linked.py")],
)
def test_an_edit_is_captured_again_and_its_drift_found(original: Example, case: str, file: str) -> None:
    example = original.restored()
    assert "reused: 1 record, as nothing" in example.run("check", case, "--explain", code=0).errors
    place = example.root / file
    place.write_text(place.read_text().replace("2", "3"))
    ended = example.run("check", case, "--explain", code=1)
    assert "captured: 1 record: " in ended.errors
    assert "1 drifted" in ended.output


LIBRARY = """
#include <stdlib.h>
#include "../../shared/factor.inc"
__attribute__((constructor)) void tell() { setenv("FACTOR", FACTOR, 1); }
"""
TOLD = "import ctypes\ntell = ctypes.CDLL(None).getenv\ntell.restype = ctypes.c_char_p"


def test_an_edit_of_a_header_is_compiled_and_captured_again_and_its_drift_found(tmp_path: Path) -> None:
    text = HEAD.format(name="told", imports=TOLD, build="n = int(tell(b'FACTOR'))", body="x * n")
    example = make_alone(tmp_path, {"p/told.py": text, "p/library.cpp": LIBRARY})
    example.write({"shared/factor.inc": '#define FACTOR "2"\n'})
    example.run("update", code=0)
    assert "reused: 1 record, as nothing" in example.run("check", "--explain", code=0).errors
    example.write({"shared/factor.inc": '#define FACTOR "3"\n'})
    ended = example.run("check", "--explain", code=1)
    assert "captured: 1 record: the C++ library of a pack changed (p/told · make-fx-real)" in ended.errors
    assert "1 drifted" in ended.output


COMPILED = """
import ctypes
import torch
from graph_goldens import Case, case

libc = ctypes.CDLL(None)  # what it opens raises no audit event


@case
def compiled() -> Case:
    file, text = libc.open({file!r}.encode(), 0), ctypes.create_string_buffer(2)
    libc.read(file, text, 1)
    {close}
    n = int(text.value)
    return Case(lambda x: x * n, args=(torch.ones(2),), paths=("make-fx-real",), reads={reads})
"""


@pytest.mark.parametrize(
    ("close", "reads"),
    [("libc.close(file)", ("../../n.bin",)), ("pass", ())],
    ids=["declared", "held open"],
)
def test_an_edit_of_what_compiled_code_opened_is_captured_again(
    tmp_path: Path, close: str, reads: tuple[str, ...]
) -> None:
    text = COMPILED.format(file=str(tmp_path / "n.bin"), close=close, reads=reads)
    example = make_alone(tmp_path, {"p/compiled.py": text})
    example.write({"n.bin": "2"})
    example.run("update", code=0)
    assert "reused: 1 record, as nothing" in example.run("check", "--explain", code=0).errors
    example.write({"n.bin": "3"})
    ended = example.run("check", "--explain", code=1)
    assert "a file that it read changed: n.bin" in ended.errors or "imported changed" in ended.errors
    assert "1 drifted" in ended.output
