"""Known drift as everybody meets it: triaged once, counted apart, ending on a day, and gone."""

import datetime
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.files import read_whole
from graph_goldens.gate import known_matching
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.known_folder import list_known, write_known
from graph_goldens.review import triage
from graph_goldens.runs.run import load_run, save_run
from tests.end_to_end.drifted import ADD, NEWEST, SUB, Drifted, graph
from tests.end_to_end.example import make_example

MUL, DIV = "torch.ops.aten.mul.Tensor", "torch.ops.aten.div.Tensor"


def graph_of_two(first: str, second: str) -> str:
    """The graph string of a program that calls one operator after another."""
    call = f"    %last : [num_users=1] = call_function[target={second}](args = (%add, 3), kwargs = {{}})"
    return graph(first).replace("    return (add,)", f"{call}\n    return (last,)")


class Triaged(Drifted):
    """A project on a day that tests turn forward; `p/fourth` has a golden, so three records drifted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root)
        self.monkeypatch = monkeypatch
        self.turn_to("2026-11-27")
        self.goldens.update(Version("2.13.0"), Golden(self.record("fourth", graph(ADD))))

    def turn_to(self, day: str) -> None:
        for module in (known_matching, triage):
            self.monkeypatch.setattr(module, "read_today", lambda: datetime.date.fromisoformat(day))

    def check(self, code: int, *options: str, torch: str = NEWEST) -> str:
        file = self.home / "runs" / f"torch-{torch}.jsonl"
        return self.run("check", "--from-run", str(file), *options, code=code).output

    def triage(self, case: str, *options: str) -> str:
        return self.run("triage", self.name(case), "--because", "reported", *options, code=0).output

    @property
    def known(self) -> list[Path]:
        return sorted((self.example.root / "snapshots" / "known").glob("*"))

    def save_graphs(self, torch: str = NEWEST, **targets: str) -> None:
        """Save a run in which cases call operators; those that are not named are as in their goldens."""
        every = {**dict.fromkeys(("first", "second", "third", "fourth"), ADD), **targets}
        self.save([self.record(case, graph(target)) for case, target in every.items()], torch)


@pytest.fixture
def triaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Triaged:
    return Triaged(tmp_path, monkeypatch)


def test_a_check_fails_for_what_is_new_and_not_for_what_is_known(triaged: Triaged) -> None:
    triaged.check(1)
    said = triaged.triage("first", "--issue", "https://example.org/1", "--owner", "Ada")
    assert "2 records of torch 2.13.0, reported, Ada, https://example.org/1" in said
    assert [file.suffix for file in triaged.known] == [".toml"]
    assert "~ 2 known to drift" in triaged.check(3)
    triaged.triage("third")
    shown = triaged.check(0)
    assert "~ 3 known to drift" in shown
    assert "2 records: reported, Ada, https://example.org/1" in shown


def test_another_drift_of_the_same_case_and_the_same_drift_of_another_case_are_new(triaged: Triaged) -> None:
    triaged.triage("first")
    triaged.save_graphs(first=MUL, second=SUB)
    assert "1 drifted in 1 cluster (operators 1)" in triaged.check(1)
    triaged.save_graphs(first=SUB, second=SUB, fourth=SUB)
    shown = triaged.check(1)
    assert "p/fourth · export" in shown
    assert "~ 2 known to drift" in shown


def test_a_known_change_beside_a_new_one_leaves_the_record_new_and_led_by_the_new_one(
    triaged: Triaged,
) -> None:
    def save(first: str, second: str) -> None:
        given = dict.fromkeys(("second", "third", "fourth"), graph(ADD))
        every = {"first": graph_of_two(first, second), **given}
        triaged.save([triaged.record(case, text) for case, text in every.items()])

    triaged.goldens.update(Version("2.13.0"), Golden(triaged.record("first", graph_of_two(ADD, MUL))))
    save(SUB, MUL)
    triaged.triage("first")
    triaged.check(0)
    (known,) = list_known(triaged.goldens.root)
    save(SUB, DIV)
    triaged.check(1)
    (cluster,) = triaged.run("pending", "--json", code=0).json["clusters"]
    assert cluster["fingerprint"] != known.change
    assert cluster["goldens"][0]["known_by"] == [known.name]
    assert sorted(cluster["goldens"][0]["changes"]) == sorted([known.change, cluster["fingerprint"]])
    triaged.triage("first")
    triaged.check(0)
    assert len(triaged.known) == 2


def test_what_ends_soon_is_said_and_fails_once_the_day_has_passed(triaged: Triaged) -> None:
    for case in ("first", "third"):
        triaged.triage(case, "--until", "2027-01-31")
    assert "ends soon" not in triaged.check(0)
    triaged.turn_to("2027-01-20")
    assert "is known until 2027-01-31 and ends soon: reported" in triaged.check(0)
    triaged.turn_to("2027-01-31")
    triaged.check(0)
    triaged.turn_to("2027-02-01")
    assert "was known until 2027-01-31 and is new again: reported" in triaged.check(1)
    triaged.triage("first", "--until", "2027-03-01")
    triaged.triage("third")
    triaged.check(0)
    assert len(triaged.known) == 2  # the later decision took the place of the one before


def test_a_drift_that_is_gone_ends_a_check_softly_until_its_decision_goes_too(triaged: Triaged) -> None:
    triaged.triage("first")
    triaged.triage("third")
    triaged.save_graphs(second=SUB)
    shown = triaged.check(7)
    assert "is gone from 1 record (reported): goldens triage --prune" in shown
    triaged.run("triage", "--prune", code=0)
    assert [key.case for each in list_known(triaged.goldens.root) for key in each.records] == ["p/second"]
    triaged.check(0)
    triaged.save_graphs()
    triaged.check(7)
    triaged.run("triage", "--prune", code=0)
    triaged.check(0)
    assert triaged.known == []
    assert "nothing is gone" in triaged.run("triage", "--prune", code=0).output


def test_what_was_accepted_is_gone_and_counts_as_accepted(triaged: Triaged) -> None:
    triaged.triage("first")
    triaged.triage("third")
    triaged.run("accept", list_known(triaged.goldens.root)[1].change, "--because", "upstream says so", code=0)
    shown = json.loads(triaged.check(7, "--json"))
    assert shown["buckets"] == {"new": 0, "known": 1, "accepted": 2}


def test_a_night_of_a_release_is_covered_up_to_the_release_and_no_further(triaged: Triaged) -> None:
    triaged.save_graphs("2.14.0.dev20261101", first=SUB)
    triaged.run("triage", triaged.name("first"), "--torch", "2.14.0.dev20261101", "--because", "x", code=0)
    (decision,) = list_known(triaged.goldens.root)
    assert (str(decision.first), str(decision.last)) == ("2.14.0.dev20261101", "2.14.0")
    for torch, code in (("2.14.0.dev20261130", 0), ("2.14.0", 0), ("2.14.1", 1), (NEWEST, 1)):
        triaged.save_graphs(torch, first=SUB)
        triaged.check(code, torch=torch)


def test_a_decision_is_about_no_saved_version_that_does_not_show_the_drift(triaged: Triaged) -> None:
    triaged.save_graphs("2.14.0.dev20261101", first=SUB)
    triaged.save_graphs("2.14.0.dev20261102")
    triaged.save_graphs("2.14.0.dev20261103", first=SUB)
    triaged.triage("first")
    ranges = sorted(each.versions for each in list_known(triaged.goldens.root))
    assert ranges == ["2.13.0", "2.13.0 to 2.14.0.dev20261101", "2.14.0.dev20261103 to 2.14.0"]
    triaged.triage("third")
    for torch in (NEWEST, *(f"2.14.0.dev2026110{day}" for day in (1, 2, 3))):
        triaged.check(0, torch=torch)


def test_pruning_narrows_a_decision_to_the_versions_that_still_show_it(triaged: Triaged) -> None:
    nights = [f"2.14.0.dev2026110{day}" for day in (1, 2, 3)]
    triaged.save_graphs()
    for night in nights:
        triaged.save_graphs(night, first=SUB)
    triaged.triage("first")
    triaged.save_graphs(nights[2])
    triaged.check(7, torch=nights[2])
    triaged.run("triage", "--prune", code=0)
    (decision,) = list_known(triaged.goldens.root)
    assert decision.versions == f"{nights[0]} to {nights[1]}"
    for night in nights:
        triaged.check(0, torch=night)


def test_a_record_that_is_not_reproducible_on_purpose_runs_reports_and_gates_nothing(
    triaged: Triaged,
) -> None:
    file = triaged.home / "runs" / f"torch-{NEWEST}.jsonl"
    triaged.save_graphs(first=SUB)
    run = load_run(file)
    key = next(key for key in run.captures if key.case == "p/first")
    save_run(replace(run, unstable=frozenset([key]), proved=frozenset()), triaged.home)
    triaged.check(5)
    refused = triaged.run("triage", "--not-reproducible", "p/second", "--because", "x", code=2)
    assert "p/second" in refused.errors
    triaged.run("triage", "--not-reproducible", "p/first", "--because", "draws numbers", code=0)
    shown = triaged.check(0)
    assert "~ 1 known not to be reproducible" in shown
    assert "1 record: draws numbers" in shown
    save_run(replace(run, proved=frozenset([key])), triaged.home)  # it came out alike by chance
    triaged.check(0)
    assert triaged.run("pending", "--json", code=0).json["clusters"] == []
    triaged.run("update", "--from-run", str(file), "--because", "all", code=0)
    assert triaged.holds(triaged.record("first", graph(ADD)))
    assert triaged.run("triage", "--prune", code=0).output.startswith("every decision shows")


def test_every_report_tells_three_buckets(triaged: Triaged, tmp_path: Path) -> None:
    triaged.goldens.update(Version("2.13.0"), Golden(triaged.record("second", graph(SUB))))
    triaged.triage("first", "--until", "2026-12-01")
    reports = {
        name: triaged.run("report", "--format", name, code=0).output
        for name in ("markdown", "html", "junit", "json", "sarif", "github")
    }
    section = json.loads(reports["json"])["sections"][0]
    assert section["buckets"] == {"new": 1, "known": 1, "accepted": 1}
    assert [each["case"] for each in section["known"]] == ["p/first"]
    assert section["known"][0]["known_by"][0]["because"] == "reported"
    assert section["accepted"] == [["p/second", "export"]]
    suite = ET.fromstring(reports["junit"])[0]
    assert suite.get("skipped") == "1"
    assert [each.get("message") for each in suite.iter("skipped")] == [
        "known operators: reported, until 2026-12-01"
    ]
    (known,) = [each for each in json.loads(reports["sarif"])["runs"][0]["results"] if "suppressions" in each]
    assert (known["level"], known["suppressions"][0]["justification"]) == (
        "note",
        "reported, until 2026-12-01",
    )
    for name in ("markdown", "github"):
        assert "1 known, 1 accepted" in reports[name]
    assert "ends soon: reported" in reports["markdown"]
    assert "new <b>1</b> · known <b>1</b> · accepted <b>1</b>" in reports["html"]
    assert "<b>known</b>" in reports["html"]


def test_pending_known_and_rejected_agree(triaged: Triaged) -> None:
    name = triaged.name("first")
    triaged.run("reject", name, code=0)
    triaged.check(1)  # what is rejected stays on this machine, and a check fails all the same
    triaged.run("triage", name[:5], "--because", "reported", code=0)
    found = triaged.run("pending", "--json", code=0).json
    assert [each["fingerprint"] for each in found["known"]] == [name]
    assert (found["rejected"], [each["class"] for each in found["clusters"]]) == ([], ["renamed"])
    assert "1 known cluster, which fail no check" in triaged.run("pending", code=0).output
    (listed,) = triaged.run("known", "--json", code=0).json
    assert (listed["change"], listed["over"], listed["ends_soon"]) == (name, False, False)
    assert listed["name"] in triaged.run("known", code=0).output


def test_two_branches_that_decide_the_same_merge_without_a_conflict(triaged: Triaged) -> None:
    triaged.triage("first")
    (decision,) = list_known(triaged.goldens.root)
    write_known(triaged.goldens.root, replace(decision, because="by a colleague"))
    triaged.triage("third")
    assert len(triaged.known) == 3
    triaged.check(0)
    refused = triaged.run("triage", "--remove", decision.change, code=2)
    assert "names several decisions" in refused.errors
    triaged.run("triage", "--remove", decision.name, code=0)
    triaged.check(0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one of them"),
        (("{first}",), "say why it is known and not accepted with --because"),
        (("{first}", "--because", "x", "--until", "tomorrow"), "'tomorrow' is not a date"),
        (("{first}", "--because", "x", "--until", "2026-11-26"), "--until 2026-11-26 has passed"),
        (("{first}", "--because", "x", "--issue", "javascript:1"), "is not the address of an issue"),
        (("{first}", "--because", "x", "--path", "export"), "--path goes with --not-reproducible"),
        (("0000000000", "--because", "x"), "no cluster 0000000000 is pending"),
        (("--not-reproducible", "p/first", "--because", "x"), "no saved run found a record"),
        (("--prune", "--not-reproducible"), "says something of a new one"),
        (("--remove", "abcdef", "--because", "x"), "says something of a new one"),
        (("--remove", "abc"), "too short to name a decision"),
        (("--remove", "abcdef"), "no decision is called abcdef; `goldens known` lists them"),
    ],
)
def test_what_cannot_be_decided_is_told_in_a_sentence_and_writes_nothing(
    triaged: Triaged, arguments: tuple[str, ...], said: str
) -> None:
    before = triaged.example.goldens()
    given = [each.format(first=triaged.name("first")) for each in arguments]
    assert said in triaged.run("triage", *given, code=2).errors
    assert triaged.example.goldens() == before


def test_what_is_new_is_no_drift(tmp_path: Path) -> None:
    drifted = Drifted(tmp_path)
    refused = drifted.run("triage", drifted.name("fourth"), "--because", "x", code=2)
    assert "is new, so it drifted from nothing" in refused.errors


def test_a_broken_decision_ends_every_command_that_needs_it_in_one_sentence(triaged: Triaged) -> None:
    triaged.triage("first")
    triaged.known[0].write_bytes(read_whole(triaged.known[0])[:60])
    file = str(triaged.home / "runs" / f"torch-{NEWEST}.jsonl")
    for command in (("check", "--from-run", file), ("pending", "--json"), ("known",), ("report",)):
        assert "is not a decision about known drift" in triaged.run(*command, code=2).errors
    with pytest.raises(UserError, match="mend it, or remove it"):
        list_known(triaged.goldens.root)


def test_pytest_finds_what_a_check_finds(tmp_path: Path) -> None:
    program = """
import torch

from graph_goldens import Case, case


@case
def first() -> Case:
    return Case(lambda x: x {operator} 2, args=(torch.ones(2),), paths=("make-fx-fake",))
"""
    test = """
def test_record(golden_record, golden_snapshot):
    assert golden_record == golden_snapshot
"""
    example = make_example(tmp_path, {"p/cases.py": program.format(operator="+")})
    example.write({"test_records.py": test})
    example.run("update", code=0)
    example.write({"cases/p/cases.py": program.format(operator="-")})
    example.run("check", code=1)
    assert " 1 failed" in example.pytest().output
    (cluster,) = example.run("pending", "--json", code=0).json["clusters"]
    example.run("triage", cluster["fingerprint"], "--because", "reported", "--until", "2999-01-31", code=0)
    example.run("check", code=0)
    ended = example.pytest("-rx")
    assert (ended.code, "1 xfailed" in ended.output) == (0, True)
    assert "known drift: reported, until 2999-01-31" in ended.output
    example.write({"cases/p/cases.py": program.format(operator="+")})
    example.run("check", code=7)
    ended = example.pytest()
    assert (ended.code, "1 passed" in ended.output) == (1, True)
    assert "is gone from 1 record (reported): goldens triage --prune" in ended.output
