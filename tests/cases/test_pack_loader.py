"""Case modules are compiled from the bytes that are digested, whatever bytecode lies beside them."""

import importlib
import inspect
import os
import py_compile
from pathlib import Path

from graph_goldens.cases.pack_loader import make_importable
from graph_goldens.cases.packs import PackSources


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    return file


def _read_value(folder: Path) -> object:
    make_importable(PackSources(folder))
    return importlib.import_module("cases.p.some").VALUE


def test_bytecode_of_another_source_of_the_same_size_and_time_is_not_used(tmp_path: Path) -> None:
    file = _write(tmp_path / "p" / "some.py", "VALUE = 1\n")
    py_compile.compile(str(file), doraise=True)
    _write(file, "VALUE = 2\n")
    assert _read_value(tmp_path) == 2


def test_what_is_run_is_what_was_read_first(tmp_path: Path) -> None:
    file = _write(tmp_path / "p" / "some.py", "VALUE = 1\n")
    sources = PackSources(tmp_path)
    sources.read(file)
    _write(file, "VALUE = 2\n")
    make_importable(sources)
    assert importlib.import_module("cases.p.some").VALUE == 1


def test_packages_helpers_and_other_encodings_are_imported_as_ever(tmp_path: Path) -> None:
    _write(tmp_path / "p" / "__init__.py", "LETTER = 'a'\n")
    _write(tmp_path / "p" / "deep" / "helper.py", "def help(): return 'b'\n")
    file = tmp_path / "p" / "some.py"
    file.write_bytes(
        b"# coding: latin-1\nfrom cases.p import LETTER\nfrom .deep.helper import help\n"
        b"VALUE = LETTER + help() + '\xe9'\n"
    )
    assert _read_value(tmp_path) == "ab\xe9"
    assert "VALUE" in inspect.getsource(importlib.import_module("cases.p.some"))


def test_no_bytecode_is_kept(tmp_path: Path) -> None:
    _write(tmp_path / "p" / "some.py", "VALUE = 1\n")
    assert _read_value(tmp_path) == 1
    assert not list(tmp_path.rglob("*.pyc"))
