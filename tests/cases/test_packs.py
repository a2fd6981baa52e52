"""Files that look like case modules and are none are left out and told; sources are read once."""

import os
from pathlib import Path

from graph_goldens.cases.packs import PackSources, find_left_out, find_modules, name_module


def test_what_is_no_module_is_left_out_and_told(tmp_path: Path) -> None:
    pack = tmp_path / "p"
    for folder in (pack / "x.py", tmp_path / ".hidden", tmp_path / "a:b"):
        folder.mkdir(parents=True)
    for file in ("p/good.py", "p/a-checkpoint.py", "p/a.b.py", ".hidden/a.py", "a:b/c.py", "own.py"):
        (tmp_path / file).write_text("")
    (pack / ".#a.py").symlink_to("nobody@nowhere.1")
    (pack / "gone.py").symlink_to("nowhere")
    os.mkfifo(pack / "pipe.py")
    assert [(name, file.name) for name, file in find_modules(tmp_path)] == [
        ("p", "good.py"),
        (tmp_path.name, "own.py"),
    ]
    assert {left.file: left.why for left in find_left_out(tmp_path)} == {
        ".hidden/a.py": "it is hidden",
        "a:b/c.py": "the pack's name cannot name a file on Windows, or names a hidden one",
        "p/.#a.py": "it is hidden",
        "p/a-checkpoint.py": "its name cannot be imported",
        "p/a.b.py": "its name cannot be imported",
        "p/gone.py": "it is no file",
        "p/pipe.py": "it is no file",
        "p/x.py": "it is no file",
    }


def test_a_module_has_the_same_import_name_wherever_its_folder_lies(tmp_path: Path) -> None:
    assert name_module(PackSources(tmp_path), tmp_path / "p" / "some.py") == "cases.p.some"


def test_a_source_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    sources = PackSources(tmp_path)
    assert sources.read(file) == b"one"
    file.write_text("two")
    assert (sources.read(file), PackSources(tmp_path).read(file)) == (b"one", b"two")
