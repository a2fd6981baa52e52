"""What a process reads is marked, and what no mark can name is told, whatever modules were taken away.

All but the last test run in a process with Python's own library and as much of torch as the hook asks for.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graph_goldens.file_marks import MISSING, mark_content, mark_names
from tests.end_to_end.example import REPOSITORY, make_alone

TORCH = {
    "torch/__init__.py": "",
    "torch/_C/__init__.py": "",
    "torch/_C/_dynamo/__init__.py": "",
    "torch/_C/_dynamo/eval_frame.py": "def set_eval_frame(frame): ...\ndef skip_code(code): ...\n",
}
BEGIN = """
import ctypes, glob, json, os, pathlib, sqlite3, subprocess, sys
from graph_goldens.capture.worker.read_files import Reads
c = ctypes.CDLL(None)
reads = Reads()
reads.watch()
"""
END = "\nprint(json.dumps(reads.take_capture()))"


def hear(root: Path, program: str) -> tuple[dict[str, str], list[str]]:
    """Run a program in a folder, and return the marks of what it read below it, and what no mark names."""
    torch = root.with_name("torch-alone")
    for name, text in TORCH.items():
        (torch / name).parent.mkdir(parents=True, exist_ok=True)
        (torch / name).write_text(text)
    path = f"{torch}:{REPOSITORY / 'harness'}"
    ended = subprocess.run(
        [sys.executable, "-c", BEGIN + program + END],
        cwd=root, env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    marks, unnamed = json.loads(ended.stdout.splitlines()[-1])
    return {path: mark for path, mark in marks.items() if Path(path).is_relative_to(root)}, unnamed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "folder").mkdir(parents=True)
    for name in ("a.txt", "folder/b.txt"):
        (root / name).write_text(name)
    (root / "module.py").write_text("X = 1")
    return root


@pytest.mark.parametrize(
    "program",
    [
        "open('a.txt').read()",
        "pathlib.Path('a.txt').read_bytes()",
        "os.open('a.txt', os.O_RDONLY)",
        "open('a.txt', 'r+').close()",
        "sqlite3.connect('a.txt')",
        "os.chdir('folder'); open('../a.txt').close()",
        "reads.declare(['../a.txt'], 'held')",
    ],
)
def test_a_file_that_is_read_is_marked_by_its_bytes(root: Path, program: str) -> None:
    held = "import types; sys.modules['held'] = types.ModuleType('held')\nsys.modules['held'].__file__ = "
    begin = f"{held}{str(root / 'folder' / 'held.py')!r}\n" if "declare" in program else ""
    marks, unnamed = hear(root, begin + program)
    assert marks[str(root / "a.txt")] == mark_content(str(root / "a.txt"))
    assert unnamed == []


@pytest.mark.parametrize(
    "program",
    [
        "open('new.txt', 'w').close()",
        "os.open('a.txt', os.O_WRONLY)",
        "c.open(b'a.txt', os.O_WRONLY)",
        "os.stat('a.txt'); os.path.exists('new.txt'); os.access('a.txt', 0)",  # a mere look raises no event
    ],
)
def test_what_is_written_or_looked_at_is_not_read(root: Path, program: str) -> None:
    assert hear(root, program) == ({}, [])


def test_a_file_that_is_not_there_is_marked_as_missing(root: Path) -> None:
    marks, _ = hear(root, "try: open('none.txt')\nexcept OSError: pass")
    assert marks == {str(root / "none.txt"): MISSING}


@pytest.mark.parametrize(
    "program", ["os.listdir('folder')", "glob.glob('folder/*')", "list(pathlib.Path('folder').iterdir())"]
)
def test_a_folder_that_is_listed_is_marked_by_its_names(root: Path, program: str) -> None:
    assert hear(root, program)[0] == {str(root / "folder"): mark_names(str(root / "folder"))}


def test_a_module_is_marked_and_what_would_be_imported_instead(root: Path) -> None:
    marks, _ = hear(root, "sys.path.insert(0, os.getcwd()); import module")
    assert marks[str(root / "module.py")] == mark_content(str(root / "module.py"))
    assert marks[str(root / "module" / "__init__.py")] == MISSING


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("subprocess.run(['true'])", "it starts another program"),
        ("os.system('true')", "it starts another program"),
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 1))", "it asks the network"),
        ("os.mkfifo('pipe'); os.open('pipe', os.O_RDONLY | os.O_NONBLOCK)", "it reads {root}/pipe"),
        ("os.listdir(os.open('folder', os.O_RDONLY))", "it lists a folder by a descriptor"),
    ],
)
def test_what_no_mark_can_name_is_told(root: Path, program: str, words: str) -> None:
    assert words.format(root=root) in hear(root, program)[1]


MAP = "d = c.open(b'a.txt', 0); c.mmap.restype = ctypes.c_void_p; c.mmap(None, 5, 1, 2, d, 0); c.close(d)"


@pytest.mark.parametrize("program", ["c.open(b'a.txt', os.O_RDONLY)", MAP], ids=["open", "mapped"])
def test_what_compiled_code_holds_open_is_found_at_the_end(root: Path, program: str) -> None:
    wait = "import time; time.sleep(0.05); reads.watch()\n"  # the file was just made
    marks, unnamed = hear(root, wait + program)
    assert marks == {str(root / "a.txt"): mark_content(str(root / "a.txt"))}
    assert unnamed == []


@pytest.mark.parametrize("edit", ["open('a.txt', 'w').write('saved')", "os.remove('a.txt')"])
def test_what_compiled_code_holds_open_and_was_changed_meanwhile_is_told(root: Path, edit: str) -> None:
    _, unnamed = hear(root, f"c.open(b'a.txt', os.O_RDONLY); {edit}")
    assert unnamed == [f"compiled code opened {root}/a.txt, which was saved meanwhile"]


def test_what_was_declared_and_is_saved_meanwhile_is_told(root: Path) -> None:
    program = "reads.declare([os.path.abspath('a.txt')], 'json'); open('a.txt', 'w').write('saved')"
    assert hear(root, program)[1] == [f"{root}/a.txt was saved while it was captured"]


def test_what_was_read_for_the_listing_is_not_told_again(root: Path) -> None:
    program = "open('a.txt').close(); listing = reads.take_listing(); open('folder/b.txt').close()"
    told = f"{program}\nassert {str(root / 'a.txt')!r} in listing['reads']"
    assert set(hear(root, told)[0]) == {str(root / "folder" / "b.txt")}


@pytest.mark.parametrize(
    "between",
    [
        "",
        "del sys.modules['json']; import json\n",
        "del sys.modules['json']\n",
        "sys.modules['json'] = sys.modules.pop('json')\n",
        "last = next(reversed(sys.modules)); sys.modules[last] = sys.modules.pop(last)\n",
        "sys.modules = dict(sys.modules)\n",
    ],
)
def test_a_module_that_comes_after_the_last_look_is_found_whatever_became_of_others(
    root: Path, between: str
) -> None:
    """Modules that compiled code or `importlib` brings are found among `sys.modules` alone."""
    (root / "late.py").write_text("Y = 1")
    program = (
        "import types; sys.path.insert(0, os.getcwd()); import module\n"
        "reads.catch_up(); reads.marks.clear()\n"
        "late = types.ModuleType('late'); late.__file__ = os.path.abspath('late.py')\n"
        "{first}sys.modules['late'] = late\n{then}"
    )
    for first, then in ((between, ""), ("", between)):
        marks, _ = hear(root, program.format(first=first, then=then))
        assert marks[str(root / "late.py")] == mark_content(str(root / "late.py"))
        assert str(root / "module.py") not in marks


def test_what_was_looked_for_in_vain_before_the_last_look_is_kept(root: Path) -> None:
    (root / "package").mkdir()
    (root / "package" / "__init__.py").write_text("")
    program = (
        "sys.path.insert(0, os.getcwd()); import package\n"
        "try: import package.absent\nexcept ImportError: pass\nreads.catch_up()"
    )
    assert hear(root, program)[0][str(root / "package" / "absent.py")] == MISSING


CASES = """
import sys
from pathlib import Path

import torch

from graph_goldens import Case, case

sys.path.insert(0, str(Path(__file__).with_name("below")))
import taken_away.inner

del sys.modules["taken_away"]


@case
def good() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("make-fx-real",))
"""


def test_a_package_below_one_that_was_taken_away_stops_no_worker(tmp_path: Path) -> None:
    """As `triton.backends` of PyTorch 2.4, whose path is looked up in a module that is gone."""
    example = make_alone(
        tmp_path, {"p/some.py": CASES, "p/below/taken_away/inner/data.txt": "a folder without a module\n"}
    )
    assert "no golden p/good · make-fx-real" in example.run("check", code=4).output


def test_what_is_shared_once_is_not_said_again(root: Path) -> None:
    program = (
        "open('a.txt')\nsubprocess.run(['true'])\nshared = reads.share()\n"
        "open('a.txt'); open('folder/b.txt'); subprocess.run(['true'])\n"
        "assert [path for path in shared['reads'] if path.endswith('a.txt')], shared\n"
        "assert shared['unnamed'] == ['it starts another program'], shared"
    )
    marks, unnamed = hear(root, program)
    assert list(marks) == [str(root / "folder/b.txt")]
    assert unnamed == []
