import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.bisect.bisection import Probed, Untestable
from graph_goldens.bisect.version_range import Range
from graph_goldens.cli import bisect as command
from graph_goldens.cli.bisect import bisect
from graph_goldens.cli.options import Places
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Outcome, Record

KEY = ("torchbind/attribute", "export")
LETTERS = {"2.8.0": "a", "2.9.0": "!", "2.9.1": "a", "2.10.0": "b", "2.13.0": "b"}
AGAIN = "goldens bisect torchbind/attribute --path export"
FOUND = "first changed in 2.10.0 (2.9.1 is as before)"


def record_of(letter: str) -> Record:
    return Record(*KEY, Outcome.GRAPHS, facts={"letter": letter})


def probe(version: Version) -> Probed:
    letter = LETTERS[str(version)]
    return Untestable("no wheel") if letter == "!" else record_of(letter)


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Range]:
    """A project whose index and environments are made up; gives what versions are asked for."""
    ranges = []

    def find(project: Project, wanted: Range) -> list[Version]:
        ranges.append(wanted)
        return list(map(Version, LETTERS))

    def prober(*_: object, keep: bool) -> Callable[[Version], Probed]:
        return probe

    (tmp_path / "cases" / "torchbind").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\nsupported = ["2.8.0", "2.9.1", "2.13.0"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "find_candidates", find)
    monkeypatch.setattr(command, "Prober", prober)
    monkeypatch.setenv("COLUMNS", "60")
    return ranges


def test_the_steps_go_to_one_stream_and_the_result_to_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert bisect("torchbind/attribute", "export", places=Places()) == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "torchbind/attribute · export: 5 versions from 2.8.0 to 2.13.0",
        "  2.8.0   good",
        "  2.13.0  changed: behaviour · at most 2 more",
        "  2.9.1   same as 2.8.0 · at most 1 more",
        "  2.10.0  changed: behaviour, as in 2.13.0",
    ]
    assert told.out.splitlines()[0] == FOUND
    assert told.out.splitlines()[-1] == f"in full: {AGAIN} --good 2.9.1 --bad 2.10.0 --all-lines"


def test_goldens_show_the_change_where_they_hold_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goldens = Goldens(tmp_path / "snapshots", [])
    for version, letter in (("2.8.0", "a"), ("2.10.0", "b")):
        goldens.update(Version(version), Golden(record_of(letter)))
    assert bisect("attribute", "export", places=Places()) == 0
    shown = "goldens diff torchbind/attribute --path export --from 2.9.1 --to 2.10.0"
    assert capsys.readouterr().out.splitlines()[-1] == f"in full: {shown}"


def test_json_is_all_that_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert bisect("torchbind/attribute", "export", as_json=True, places=Places()) == 0
    row: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (row["finding"], row["last_same"], row["first_changed"]) == ("found", "2.9.1", "2.10.0")


def test_options_say_which_versions_are_in_question(
    asked: list[Range], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my wheels").mkdir()
    bisect(
        "attribute",
        "export",
        good="2.9",
        nightly=True,
        find_links=["my wheels"],
        index_url="file:///x",
        places=Places(tmp_path / "cases", Path("snapshots")),
    )
    (wanted,) = asked
    assert (wanted.good, wanted.bad, wanted.prereleases) == (Version("2.9.1"), None, True)
    assert (wanted.indexes.default, wanted.indexes.find_links) == ("file:///x", ("my wheels",))
    repeated = (
        "--nightly --index-url file:///x --find-links 'my wheels' "
        f"--cases {tmp_path}/cases --snapshots snapshots --good 2.9.1 --bad 2.10.0"
    )
    assert f"{AGAIN} {repeated}" in capsys.readouterr().out


def test_equal_ends_and_ends_that_cannot_be_tested_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LETTERS, "2.13.0", "a")
    with pytest.raises(
        UserError, match=r"^torchbind/attribute by export gives the same for 2\.8\.0 and 2\.13\.0"
    ):
        bisect("attribute", "export", places=Places())
    for version in LETTERS:
        monkeypatch.setitem(LETTERS, version, "!")
    with pytest.raises(ToolError, match=r"^none of 5 versions could be tested; 2\.13\.0: no wheel"):
        bisect("attribute", "export", places=Places())


@pytest.mark.parametrize(
    ("case", "path", "links", "sentence"),
    [
        ("torchbind", "export", [], "torchbind is a pack and not a case; `goldens list torchbind`"),
        ("torchbind/attr*", "export", [], "only one record can be bisected"),
        ("attribute", "export-[a-z]*", [], "only one record can be bisected"),
        ("attribute", "export", ["nowhere"], "nowhere is not a folder of wheels; give a folder or a URL"),
    ],
)
def test_what_cannot_be_bisected_is_refused_before_anything_is_made(
    asked: list[Range], case: str, path: str, links: list[str], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        bisect(case, path, find_links=links, places=Places())
    assert asked == []
