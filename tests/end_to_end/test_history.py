"""Goldens across versions by the real command: history, diff, and dropping old versions. Needs no worker."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record
from tests.end_to_end.example import Example, make_example

VERSIONS = ["2.4.1", "2.8.0", "2.9.1", "2.10.0", "2.13.0"]
STORIES = {Key("shapes/flat", "export"): "xyyzy", Key("shapes/flat", "make-fx-real"): "xxxxx"}
NO_TORCH = {"PATH": "/nowhere", "UV_OFFLINE": "1"}


def make_golden(key: Key, letter: str) -> Golden:
    artifacts = (Artifact("program.signature", f"input {letter}"),)
    return Golden(Record(*key, Outcome.GRAPHS, artifacts=artifacts), because=f"for {letter}")


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A project with goldens for five versions, and a nightly in which everything differs."""
    example = make_example(tmp_path, {"shapes/flat.py": ""})
    listed = ", ".join(f'"{version}"' for version in VERSIONS)
    example.write({"pyproject.toml": f"[tool.goldens]\nsupported = [{listed}]\n"})
    goldens = Goldens(tmp_path / "snapshots", [Version(version) for version in VERSIONS])
    for key, story in STORIES.items():
        for version, letter in zip(VERSIONS, story, strict=True):
            goldens.update(Version(version), make_golden(key, letter))
        goldens.update(Version("2.14.0.dev20260901"), make_golden(key, "w"))
    return example


def test_a_history_shows_when_graphs_changed(example: Example) -> None:
    lines = example.run("history", "flat", code=0, **NO_TORCH).output.splitlines()
    assert lines[:4] == [
        "shapes/flat",
        "              2.4  2.8  2.9  2.10  2.13  2.14.0.dev20260901",
        "export        A    B    B    C     B     D",
        "make-fx-real  A    A    A    A     A     B",
    ]
    assert "  2.8.0: interface — program.signature: `input x` → `input y`" in lines
    assert lines[-1].endswith("goldens diff shapes/flat --path export --from 2.4.1 --to 2.8.0")
    command = lines[-1].partition("goldens ")[2].split()
    assert "+ input y" in example.run(*command, code=0).output


def test_a_history_reads_well_for_a_program(example: Example) -> None:
    (row,) = example.run_here("history", "shapes", "--path", "export", "--json", code=0, **NO_TORCH).json
    assert "".join(row["versions"].values()) == "ABBCBD"
    assert [(each["from"], each["to"], each["class"]) for each in row["changes"]] == [
        ("2.4.1", "2.8.0", "interface"),
        ("2.9.1", "2.10.0", "interface"),
        ("2.10.0", "2.13.0", "interface"),
        ("2.13.0", "2.14.0.dev20260901", "interface"),
    ]


def test_a_difference_of_two_versions_needs_no_torch_and_is_no_failure(example: Example) -> None:
    ended = example.run_here("diff", "flat", "--from", "2.4", "--to", "2.10.0", code=0, **NO_TORCH)
    assert "shapes/flat · export  2.4.1 → 2.10.0  interface" in ended.output
    assert "because: for z" in ended.output
    assert "the same for 2.4.1 and 2.10.0: shapes/flat · make-fx-real" in ended.output
    same = example.run_here("diff", "flat", "--path", "export", "--from", "2.8.0", "--to", "2.13.0", code=0)
    assert same.output == "the same for 2.8.0 and 2.13.0: shapes/flat · export\n"


def test_a_difference_that_cannot_be_shown_is_one_sentence(example: Example) -> None:
    ended = example.run_here("diff", "flat", "--from", "2.3.0", "--to", "2.10.0", "--path", "export", code=2)
    assert ended.last_error == (
        "goldens: shapes/flat by export has no golden for PyTorch 2.3.0; its goldens begin at 2.4.1"
    )
    other = example.run_here("diff", "flat", "--from", "2.10.0", "--to", "99.0", code=2)
    assert other.last_error.startswith("goldens: nobody captured PyTorch 99.0: ")
    assert "goldens check --torch 99.0" in other.last_error
    wrong = example.run_here("diff", "flat", "--from", "old", "--to", "2.10.0", code=2)
    assert wrong.last_error.startswith("goldens: 'old' is not a PyTorch version")


def test_dropping_old_versions_shows_what_goes_and_asks(example: Example) -> None:
    before = example.goldens()
    ended = example.run_here("prune", "--min-torch", "2.9", code=2, **NO_TORCH)
    assert ended.output.splitlines()[:3] == [
        "- torch-2.4.1: 2 goldens",
        "- torch-2.8.0: 1 golden",
        "+ torch-2.9.1: 2 of these, which 2.9.1 falls back to",
    ]
    assert "nothing was deleted" in ended.last_error
    assert example.goldens() == before


def test_dropping_old_versions_changes_nothing_that_remaining_ones_resolve_to(example: Example) -> None:
    history = example.run_here("history", "flat", "--json", code=0).json
    ended = example.run_here("prune", "--min-torch", "2.9", "--yes", code=0, **NO_TORCH)
    assert "deleted 3 goldens; the oldest are now those of 2.9.1" in ended.output
    assert "now drop 2.4.1, 2.8.0 from `supported` in pyproject.toml" in ended.output
    assert sorted({name.split("/")[1] for name in example.goldens()}) == [
        "torch-2.10.0",
        "torch-2.13.0",
        "torch-2.14.0.dev20260901",
        "torch-2.9.1",
    ]
    remaining = example.run_here("history", "flat", "--json", code=0).json
    for before, after in zip(history, remaining, strict=True):
        assert after["changes"] == before["changes"][-len(after["changes"]) :]
        assert list(after["versions"].values())[:2] == [None, None]
    again = example.run_here("prune", "--min-torch", "2.9", "--yes", code=0)
    assert again.output.startswith("no golden is older than 2.9.1; there is nothing to prune\n")


def test_versions_that_cannot_be_dropped_are_refused(example: Example) -> None:
    last = example.run_here("prune", "--min-torch", "3.0", "--yes", code=2).last_error
    assert last == "goldens: no version would remain: the newest that is supported is 2.13.0"
    ended = example.run_here("prune", "--min-torch", "2.9", "--torch", "2.13.0", code=2)
    assert "--torch" in ended.last_error
