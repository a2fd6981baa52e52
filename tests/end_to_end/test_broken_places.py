"""A full disk, a folder that cannot be written, files that were cut off: one sentence, nothing lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.example import REPOSITORY, SHARED, Ended, Example, share_bytecode
from tests.end_to_end.faults import INNOCENTS, make_project

ONE = {"p/aaa.py": INNOCENTS["p/aaa.py"]}
MADE = REPOSITORY / ".goldens" / "envs" / "torch-2.13.0"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = make_project(tmp_path_factory.mktemp("project"), ONE)
    example.run("update", code=0)
    assert len(example.goldens()) == 2
    return example.keep()


@pytest.fixture
def example(original: Example) -> Example:
    return original.restored()


def run_mounted(example: Example, mount: str, *arguments: str, after: str = "true") -> Ended:
    """Run the command, and then another, where something is mounted that nothing else sees."""
    script = f'{mount} && "$@"; code=$?; {after}; exit $code'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    ended = subprocess.run(
        [*command, sys.executable, "-m", "graph_goldens.cli", *arguments],
        cwd=example.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if ended.returncode and ended.stderr.startswith(("unshare:", "mount:")):
        pytest.skip(f"this machine lets nothing be mounted: {ended.stderr.strip()}")
    assert "Traceback" not in ended.stderr
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def fill(folder: Path) -> str:
    return f"{{ dd if=/dev/zero of={folder}/filling bs=4k 2> {os.devnull}; true; }}"


def test_a_full_disk_under_the_working_folder_is_told_in_a_sentence(example: Example) -> None:
    before = example.goldens()
    working = example.root / ".goldens"
    links = "; ".join(f"ln -s {REPOSITORY}/.goldens/{name} {working}/{name}" for name in SHARED)
    full = f"mount -t tmpfs -o size=16k none {working} && {links}; {fill(working)}"
    ended = run_mounted(example, full, "check")
    assert ended.code == 70
    assert "No space left on device" in ended.last_error
    assert example.goldens() == before
    example.run("check", code=0)


def test_a_full_disk_under_the_goldens_loses_none(example: Example) -> None:
    before = example.goldens()
    example.write({"cases/p/aaa.py": ONE["p/aaa.py"].replace("sin", "cos")})
    goldens, copy = example.root / "snapshots", example.root / "copy"
    shutil.copytree(goldens, copy)
    full = f"mount -t tmpfs -o size=64k none {goldens} && cp -r {copy}/. {goldens}; {fill(goldens)}"
    ended = run_mounted(example, full, "update", after=f"rm -r {copy} && cp -r {goldens}/. {copy}")
    assert ended.code == 70
    assert "No space left on device" in ended.last_error
    (copy / "filling").unlink()
    shutil.rmtree(goldens)
    copy.rename(goldens)
    assert example.goldens() == before


def test_a_working_folder_that_cannot_be_written_is_told_in_a_sentence(example: Example) -> None:
    before = example.goldens()
    example.run("check", code=0)
    working = example.root / ".goldens"
    example.write({"cases/p/aaa.py": ONE["p/aaa.py"].replace("sin", "cos")})
    ended = run_mounted(example, f"mount --bind -o ro {working} {working}", "check")
    assert ended.code == 70
    assert "Read-only file system" in ended.last_error
    assert example.goldens() == before


def test_whatever_is_cut_off_in_the_working_folder_heals(example: Example) -> None:
    example.write({"cases/p/library.cpp": "int one;\n"})
    example.run("check", code=0)
    working = example.root / ".goldens"
    files = [file for file in working.rglob("*") if file.is_file() and not file.is_symlink()]
    cut = [file for file in files if file.suffix in (".so", ".json", ".jsonl")]
    assert {".so", ".json", ".jsonl"} <= {file.suffix for file in cut}
    for file in cut:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    before = example.goldens()
    example.run("check", code=0)
    assert example.goldens() == before


def test_an_environment_that_lost_its_torch_is_told_in_a_sentence(example: Example, tmp_path: Path) -> None:
    python, torch = _linked_environment(tmp_path / "env")
    example.run("check", "--python", str(python), code=0)
    before = example.goldens()
    (torch / "version.py").unlink()
    ended = example.run("check", "--python", str(python), code=70)
    assert ended.last_error.startswith(f"goldens: {python} cannot import torch: ")
    shutil.rmtree(torch)
    ended = example.run("check", "--python", str(python), code=2)
    assert ended.last_error == (
        f"goldens: {python} has no torch; install it there, or have an environment made with --torch VERSION"
    )
    assert example.goldens() == before


def _linked_environment(root: Path) -> tuple[Path, Path]:
    """An environment of links to the files of PyTorch 2.13.0's; gives its interpreter and its torch."""
    (packages,) = MADE.glob("lib/python3*/site-packages")
    site = root / packages.relative_to(MADE)
    (site / "torch").mkdir(parents=True)
    for file in (packages / "torch").glob("*.py"):
        shutil.copy(file, site / "torch")
    for file in (*(packages / "torch").iterdir(), *packages.iterdir()):
        if not (link := site / file.relative_to(packages)).exists():
            link.symlink_to(file)
            if file.is_dir():
                share_bytecode(link, file)
    (root / "bin").mkdir()
    (root / "bin" / "python").symlink_to((MADE / "bin" / "python").resolve())
    shutil.copy(MADE / "pyvenv.cfg", root)
    return root / "bin" / "python", site / "torch"
