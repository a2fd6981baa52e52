import base64
import csv
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from tests.wheels.repack import Edit, main, nightlies, repack

FILES = {
    "torch/__init__.py": "from torch.version import __version__\n",
    "torch/version.py": "__version__ = '2.13.0+cpu'\ndebug = False\ngit_version = 'abc'\n",
    "torch/ops.py": "def view():\n    return 'view'\n",
    "torch/lib/a,b.so": "\0" * 1000,
    "torch-2.13.0+cpu.dist-info/METADATA": "Metadata-Version: 2.4\nVersion: 2.13.0+cpu\n\nText\n",
    "torch-2.13.0+cpu.dist-info/WHEEL": "Wheel-Version: 1.0\n",
    "torch-2.13.0+cpu.dist-info/licenses/LICENSE": "all\n",
}
EDIT = Edit("torch/ops.py", "return 'view'", "return '_unsafe_view'")
VERSION = "2.14.0.dev20260901"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel with the files of a PyTorch that a repacked one differs in, and a few others."""
    file = tmp_path / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl"
    info = "torch-2.13.0+cpu.dist-info"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = io.StringIO()
        for name, text in FILES.items():
            archive.writestr(name, text)
            csv.writer(rows, lineterminator="\n").writerow([name, digest_of(text.encode()), len(text)])
        archive.writestr(f"{info}/RECORD", f"{rows.getvalue()}{info}/RECORD,,\n")
    return file


def digest_of(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"


def content_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_repacked_wheel_says_everywhere_that_it_is_another_version(wheel: Path, tmp_path: Path) -> None:
    made = repack(wheel, tmp_path / "wheels", VERSION)
    assert made.name == f"torch-{VERSION}-cp311-cp311-linux_x86_64.whl"
    content = content_of(made)
    moved = {name.replace("2.13.0+cpu", VERSION) for name in FILES}
    assert set(content) == {*moved, f"torch-{VERSION}.dist-info/RECORD"}
    assert f"__version__ = '{VERSION}'\ndebug = False\n".encode() in content["torch/version.py"]
    assert b"git_version = 'abc'" not in content["torch/version.py"]
    metadata = content[f"torch-{VERSION}.dist-info/METADATA"].decode()
    assert metadata == f"Metadata-Version: 2.4\nVersion: {VERSION}\n\nText\n"


def test_its_record_names_every_file_with_its_digest(wheel: Path, tmp_path: Path) -> None:
    content = content_of(repack(wheel, tmp_path / "wheels", VERSION, EDIT))
    record = content[f"torch-{VERSION}.dist-info/RECORD"].decode()
    rows = {name: (digest, size) for name, digest, size in csv.reader(io.StringIO(record))}
    expected = {name: (digest_of(text), str(len(text))) for name, text in content.items()}
    expected[f"torch-{VERSION}.dist-info/RECORD"] = ("", "")
    assert rows == expected


def test_wheels_of_other_versions_or_edits_are_of_other_commits(wheel: Path, tmp_path: Path) -> None:
    edits = [None, EDIT, Edit(EDIT.file, EDIT.old, "return 'reshape'")]
    made = [content_of(repack(wheel, tmp_path / "a", VERSION, edit)) for edit in edits]
    made.append(content_of(repack(wheel, tmp_path / "b", "2.14.0.dev20260902")))
    assert len({content["torch/version.py"] for content in made}) == 4
    assert made[1]["torch/ops.py"] == b"def view():\n    return '_unsafe_view'\n"


def test_days_follow_each_other_and_are_edited_from_a_date_on(wheel: Path, tmp_path: Path) -> None:
    where = ["--folder", str(tmp_path / "wheels"), "--first", "2.14.0.dev20260930+cpu", "--days", "3"]
    what = ["--since", "20261001", "--file", EDIT.file, "--old", EDIT.old, "--new", EDIT.new]
    main([str(wheel), *where, *what])
    made = sorted((tmp_path / "wheels").iterdir())
    assert [file.name.split("-")[1] for file in made] == [
        "2.14.0.dev20260930+cpu",
        "2.14.0.dev20261001+cpu",
        "2.14.0.dev20261002+cpu",
    ]
    assert [b"_unsafe_view" in content_of(file)["torch/ops.py"] for file in made] == [False, True, True]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit("torch/ops.py", "reshape", ""), r"'reshape' stands 0 times in torch/ops.py"),
        (Edit("torch/ops.py", "view", ""), r"'view' stands 2 times"),
        (Edit("torch/none.py", "view", ""), r"holds no torch/none.py"),
    ],
)
def test_an_edit_that_cannot_be_done_leaves_no_wheel(
    wheel: Path, tmp_path: Path, edit: Edit, sentence: str
) -> None:
    with pytest.raises(SystemExit, match=sentence):
        repack(wheel, tmp_path / "wheels", VERSION, edit)
    assert list((tmp_path / "wheels").iterdir()) == []


def test_what_is_no_nightly_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"2\.14\.0 is not a nightly"):
        next(nightlies("2.14.0", 3))
