"""What nothing has changed about is not captured again, and a command says what it reused and why it ran."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graph_goldens.runs.capture_cache import compute_checksum
from tests.end_to_end.example import REPOSITORY, Ended, Example, make_alone, share_bytecode

MODULE = """
import torch

from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake")


@case
def sine() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=PATHS)
"""
SCALES = """
import torch

from cases.p.helper import scaled
from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake")


@case
def scale() -> Case:
    return Case(lambda x: scaled(x), args=(torch.ones(2),), paths=PATHS)
"""
HELPER = "def scaled(x):\n    return x * 2\n"
NO_WORKER = "starting a worker"


def _make(root: Path) -> Example:
    return make_alone(root, {"p/programs.py": MODULE, "p/scales.py": SCALES, "p/helper.py": HELPER})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = _make(tmp_path_factory.mktemp("project"))
    example.run("update", code=0)
    return example.keep()


@pytest.fixture
def example(original: Example) -> Example:
    """The project as it was accepted, with all of it in the cache."""
    return original.restored()


@pytest.fixture(scope="module")
def developed(original: Example, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project checked with a PyTorch in `venv` that may be edited."""
    goldens = {name: data.decode() for name, data in original.restored().goldens().items()}
    example = _make(tmp_path_factory.mktemp("developed")).write(goldens)
    _make_developers_environment(example.root / "venv")
    example.run("check", "--python", "venv/bin/python", code=0)
    return example.keep()


@pytest.fixture
def developer(developed: Example) -> Example:
    return developed.restored()


def _cache(example: Example, name: str) -> Path:
    """A file of the cache that was used last."""
    folders = (example.root / ".goldens" / "cache").iterdir()
    return max(folders, key=lambda folder: folder.stat().st_mtime_ns) / name


def _reused(ended: Ended, number: int) -> bool:
    return f"reused: {number} record{'' if number == 1 else 's'}, as nothing" in ended.errors


def test_an_unchanged_check_starts_no_worker_and_says_what_it_reused(example: Example) -> None:
    logs = set((example.root / ".goldens" / "logs").iterdir())
    ended = example.run("check", "--explain", code=0)
    assert _reused(ended, 4)
    assert "4 of them captured before" in ended.output
    assert "✓ 4 the same as their goldens" in ended.output
    assert NO_WORKER not in ended.errors
    assert set((example.root / ".goldens" / "logs").iterdir()) == logs  # each worker has a log


def test_an_unchanged_check_needs_no_interpreter_that_runs(developer: Example) -> None:
    """Let no program be found that could be started: neither compiler nor uv, and a Python that fails."""
    python = developer.root / "venv" / "bin" / "python"
    status = python.stat()
    python.unlink()
    python.write_text("#!/bin/sh\nexit 9\n".ljust(status.st_size))
    python.chmod(0o755)
    os.utime(python, ns=(status.st_atime_ns, status.st_mtime_ns))
    ended = developer.run("check", "--python", "venv/bin/python", code=0, PATH="/nonexistent", CXX="")
    assert "4 of them captured before" in ended.output
    developer.run("check", "--python", "venv/bin/python", "--no-cache", code=70)


def test_a_changed_case_alone_is_captured_again(example: Example) -> None:
    example.write({"cases/p/programs.py": MODULE.replace("x.sin()", "x.cos()")})
    ended = example.run("check", "--explain", code=1)
    assert _reused(ended, 2)
    changed = "the case's source, or what it imports, changed: cases/p/programs.py"
    assert f"captured: 2 records: {changed} (p/sine · make-fx-real, p/sine · make-fx-fake)" in ended.errors


def test_a_changed_helper_is_named(example: Example) -> None:
    example.write({"cases/p/helper.py": HELPER.replace("2", "3")})
    ended = example.run("check", "--explain", code=1)
    assert _reused(ended, 2)
    assert "changed: cases/p/helper.py (p/scale · make-fx-real, p/scale · make-fx-fake)" in ended.errors


def test_a_comment_has_the_cases_of_its_module_captured_again(example: Example) -> None:
    """What depends on bytes is captured again for any of them; the goldens are of the same revision."""
    example.write({"cases/p/programs.py": "# a comment\n" + MODULE})
    ended = example.run("check", "--explain", code=0)
    assert NO_WORKER in ended.errors
    assert _reused(ended, 2)
    assert "captured: 2 records: the case's source" in ended.errors


def test_no_cache_captures_everything(example: Example) -> None:
    ended = example.run("check", "--no-cache", "--explain", code=0)
    assert "captured: 4 records: all is captured, as --no-cache asks" in ended.errors
    assert "captured before" not in ended.output


@pytest.mark.parametrize("spoil", [b"", b"\x00nonsense\xff" * 200, None])
def test_a_spoilt_cache_heals_itself(example: Example, spoil: bytes | None) -> None:
    for name in ("captures.sqlite", "survey.json"):
        file = _cache(example, name)
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2] if spoil is None else spoil)
    ended = example.run("check", "--explain", code=0)
    assert "✓ 4 the same as their goldens" in ended.output
    assert "captured: " in ended.errors
    assert spoil == b"" or "is unreadable" in ended.errors  # an empty file is an empty database
    assert _reused(example.run("check", "--explain", code=0), 4)


def _change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


def test_a_damaged_entry_alone_is_captured_again(example: Example) -> None:
    damage = "update captures set checksum = '' where case_name = 'p/sine' and path = 'make-fx-real'"
    _change(_cache(example, "captures.sqlite"), damage)
    ended = example.run("check", "--explain", code=0)
    assert "captured: 1 record: its entry in the cache is unreadable" in ended.errors
    assert _reused(ended, 3)


def test_a_poisoned_cache_never_reaches_a_golden(example: Example) -> None:
    """Every entry says, with a proper checksum, what no PyTorch gives; one golden is to be written."""
    before = example.goldens()
    with closing(sqlite3.connect(_cache(example, "captures.sqlite"))) as database, database:
        rows = database.execute(
            "select id, case_name, path, depends, reads, capture from captures"
        ).fetchall()
        for number, case, path, depends, reads, capture in rows:
            evil = capture.replace(b"torch.ops.aten.", b"torch.ops.evil.")
            assert evil != capture
            checksum = compute_checksum("\0".join((case, path, depends, reads, "")).encode() + evil)
            update = "update captures set capture = ?, checksum = ? where id = ?"
            database.execute(update, (evil, checksum, number))
    example.golden("p/sine", "make-fx-real").unlink()
    ended = example.run("update", "--explain", code=0)
    assert _reused(ended, 4)
    assert "capturing: 4 records" in ended.errors
    assert "proving reproducible: 1 record\n" in ended.errors
    assert example.goldens() == before


def test_a_cache_that_cannot_be_written_costs_a_warning(example: Example) -> None:
    shutil.rmtree(example.root / ".goldens" / "cache")
    example.write({".goldens/cache": "a file where a folder should be"})
    ended = example.run("check", code=0)
    assert "✓ 4 the same as their goldens" in ended.output
    warnings = [line for line in ended.errors.splitlines() if line.startswith("cannot keep")]
    assert len(warnings) == 2
    assert all(line.endswith("; going on without") for line in warnings)


def test_a_working_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    example = _make(tmp_path)
    example.write({"pyproject.toml": '[tool.goldens]\nworking = "pyproject.toml"\nsupported = ["2.13.0"]\n'})
    ended = example.run("check", code=70)
    assert ended.last_error.startswith("goldens: cannot ")


def test_an_interrupted_check_goes_on_where_it_stopped(example: Example) -> None:
    shutil.rmtree(example.root / ".goldens" / "cache")
    example.run("check", "sine", code=0)
    ended = example.run("check", "--explain", code=0)
    assert _reused(ended, 2)
    assert "captured: 2 records: never captured before (p/scale" in ended.errors


def test_two_checks_at_once_keep_what_one_keeps(example: Example) -> None:
    _cache(example, "captures.sqlite").unlink()
    processes = [example.start("check"), example.start("check")]
    ended = [process.communicate(timeout=200) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ended
    assert _reused(example.run("check", "--explain", code=0), 4)


def test_a_pytorch_that_is_edited_in_place_is_noticed(developer: Example) -> None:
    assert _reused(developer.run("check", "--python", "venv/bin/python", "--explain", code=0), 4)
    (graph,) = developer.root.glob("venv/lib/python3*/site-packages/torch/fx/graph.py")
    with graph.open("a") as stream:
        stream.write("\n# edited\n")
    ended = developer.run("check", "--python", "venv/bin/python", "--explain", code=0)
    assert "captured: 4 records: the PyTorch build changed" in ended.errors


def _make_developers_environment(root: Path) -> None:
    """Make an environment whose PyTorch may be edited, of links to what is not."""
    original = REPOSITORY / ".goldens" / "envs" / "torch-2.13.0"
    (found,) = original.glob("lib/python3*/site-packages")
    site = found.relative_to(original)
    torch = root / site / "torch"
    torch.mkdir(parents=True)
    for file in (original / site).iterdir():
        if file.name != "torch":
            (root / site / file.name).symlink_to(file)
    for file in (original / site / "torch").iterdir():
        if file.name == "fx":
            shutil.copytree(file, torch / file.name)
        elif file.is_dir():
            (torch / file.name).symlink_to(file)
            share_bytecode(torch / file.name, file)
        else:
            shutil.copy2(file, torch / file.name)
    (root / "bin").mkdir()
    (root / "bin" / "python").symlink_to((original / "bin" / "python").resolve())
    shutil.copy2(original / "pyvenv.cfg", root / "pyvenv.cfg")


def test_what_a_shell_tells_pytest_is_not_meant_for_the_session_of_a_check(example: Example) -> None:
    ended = example.run("check", code=0, PYTEST_ADDOPTS="--no-such-option", PYTEST_PLUGINS="no_such_plugin")
    assert "✓ 4 the same as their goldens" in ended.output
