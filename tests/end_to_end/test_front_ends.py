"""`goldens` and pytest find the same of every record, and all that writes goldens writes the same bytes."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.end_to_end.example import Ended, Example, make_alone

HEAD = """
import os
import signal

import torch

from graph_goldens import Case, Fact, case

PATHS = ("make-fx-real",)
ONE = (torch.ones(2),)
"""
RECORDS_TEST = """
def test_record(golden_record, golden_snapshot):
    assert golden_record == golden_snapshot
"""
BEFORE = {
    "same": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "drifted": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "crashes": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "unused": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "older": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "unreadable": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
    "claims": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS)",
}
DRIFTED = {
    "drifted": "return Case(lambda x: x.cos(), args=ONE, paths=PATHS)",
    "crashes": "return Case(lambda x: os.kill(os.getpid(), signal.SIGSEGV), args=ONE, paths=PATHS)",
    "missing": "return Case(lambda x: x.tan(), args=ONE, paths=PATHS)",
}
AFTER = {
    **{name: body for name, body in BEFORE.items() if name != "unused"},
    **DRIFTED,
    "older": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS[:1])",
    "claims": "return Case(lambda x: x.sin(), args=ONE, paths=PATHS, claims=(Fact('graphs', 2),))",
    "unstable": "return Case(lambda x: x * (hash('any text') % 1000), args=ONE, paths=PATHS)",
    "fails": "raise RuntimeError('no such input')",
}
FINDINGS = {
    "same": "same",
    "drifted": "drifted",
    "crashes": "drifted",
    "missing": "no golden",
    "older": "captured from an older revision of the case",
    "unreadable": "unreadable golden",
    "claims": "breaks a claim of its case",
    "unstable": "not reproducible",
}
MISTAKE = "fails"  # it raises while it is built: told when cases are listed, and no record is captured
# What pytest shows of a test that fails, where that is not the finding itself.
SHOWN = {"drifted": "operators (semantic)", "crashes": "outcome (semantic)", "missing": "no golden"}


def spell(cases: Mapping[str, str]) -> str:
    return HEAD + "".join(f"\n\n@case\ndef {name}() -> Case:\n    {body}\n" for name, body in cases.items())


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project with goldens of `BEFORE`, as it was kept."""
    example = make_alone(tmp_path_factory.mktemp("project"), {"p/cases.py": spell(BEFORE)})
    example.write({"test_records.py": RECORDS_TEST})
    example.run("update", code=0)
    return example.keep()


@pytest.fixture(scope="module")
def one_of_each(example: Example) -> Example:
    example.restored().write({"cases/p/cases.py": spell(AFTER)})
    golden = example.golden("p/unreadable", "make-fx-real")
    golden.write_text("<<<<<<< HEAD\n" + golden.read_text())
    return example


@pytest.fixture(scope="module")
def checked(one_of_each: Example) -> Ended:
    return one_of_each.run("check", "--json")


@pytest.fixture(scope="module")
def tested(one_of_each: Example, checked: Ended) -> Ended:
    before = one_of_each.goldens()
    ended = one_of_each.pytest("-rA")
    assert one_of_each.goldens() == before
    return ended


def find_failures(tested: Ended) -> dict[str, str]:
    """Read what pytest shows under the name of each test that does not pass."""
    parts = re.split(
        r"^_+ (?:ERROR at setup of )?test_record\[p/(\w+)/(?:make-fx-real|cannot-be-used)\] _+$",
        tested.output,
        flags=re.M,
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_a_check_finds_one_of_each(checked: Ended) -> None:
    assert {each["case"].removeprefix("p/"): each["finding"] for each in checked.json["records"]} == FINDINGS
    (mistake,) = checked.json["mistakes"]
    assert (mistake["file"], mistake["cases"]) == ("p/cases.py", [f"p/{MISTAKE}"])
    assert "cannot be used: it cannot be built: RuntimeError: no such input" in mistake["problem"]
    assert checked.json["unused"] == []  # what a mistake hides could give a record for any golden
    assert checked.code == 2  # a case that its author must mend is graver than what it found else


def test_pytest_passes_exactly_what_a_check_finds_the_same(checked: Ended, tested: Ended) -> None:
    wrong = {
        each["case"].removeprefix("p/")
        for each in checked.json["records"]
        if each["finding"] not in ("same", "captured from an older revision of the case")
    }
    assert set(find_failures(tested)) == wrong | {MISTAKE}
    assert f"{len(FINDINGS) - len(wrong)} passed" in tested.output
    assert tested.code == 1


@pytest.mark.parametrize("case", [name for name in FINDINGS if name not in ("same", "older")])
def test_pytest_says_of_each_record_what_a_check_says(checked: Ended, tested: Ended, case: str) -> None:
    shown = find_failures(tested)[case]
    assert SHOWN.get(case, FINDINGS[case]) in shown
    key = (f"p/{case}", "make-fx-real")
    (found,) = (each for each in checked.json["records"] if (each["case"], each["path"]) == key)
    assert found["problem"] in " ".join(shown.split())


def test_pytest_says_of_a_mistake_what_a_check_says(checked: Ended, tested: Ended) -> None:
    (mistake,) = checked.json["mistakes"]
    assert mistake["problem"] in " ".join(find_failures(tested)[MISTAKE].split())


def test_pytest_tells_unused_goldens_and_fails_for_them_alone(example: Example) -> None:
    example.restored().write(
        {"cases/p/cases.py": spell({name: body for name, body in BEFORE.items() if name != "unused"})}
    )
    (unused,) = example.run("check", "--json", code=4).json["unused"]
    assert Path(unused).parent.name == "unused"
    ended = example.pytest()
    assert "unused golden snapshots/torch-2.13.0/p/unused/make-fx-real.md" in ended.output
    assert "6 passed" in ended.output
    assert ended.code == 1
    part = example.pytest("-k", "same")
    assert "unused" not in part.output
    assert part.code == 0


def test_three_doors_write_the_same_bytes_and_leave_the_same_verdicts(example: Example) -> None:
    def by_update() -> None:
        assert "wrote 3 goldens" in example.run("update", "--because", "as meant", code=0).output

    def by_accept() -> None:
        example.run("check", code=1)
        for cluster in example.run("pending", "--json", code=0).json["clusters"]:
            example.run("accept", cluster["fingerprint"], "--because", "as meant", code=0)

    def by_pytest() -> None:
        ended = example.pytest("--snapshot-update", "--goldens-because", "as meant")
        assert "8 passed" in ended.output

    left = []
    for accept in (by_update, by_accept, by_pytest):
        example.restored().write({"cases/p/cases.py": spell({**BEFORE, **DRIFTED})})
        before = example.goldens()
        accept()
        after = example.goldens()
        assert {name for name, data in after.items() if before.get(name) != data} == {
            f"snapshots/torch-2.13.0/p/{case}/make-fx-real.md" for case in DRIFTED
        }
        found = example.run("check", "--json", code=0).json
        left.append((after, {each["case"]: each["finding"] for each in found["records"]}))
    assert left[0] == left[1] == left[2]


def test_pytest_captures_only_what_an_earlier_command_did_not(example: Example) -> None:
    again = example.restored().pytest()
    assert "reused from before: 7 records" in again.output
    assert "capturing" not in again.output
    example.write({"cases/p/cases.py": spell({**BEFORE, "same": DRIFTED["drifted"]})})
    example.run("check", "p/same")
    edited = example.pytest()
    assert "reused from before: 1 record\n" in edited.output
    assert "capturing: 6 records" in edited.output
    assert list(find_failures(edited)) == ["same"]
    fresh = example.restored().pytest("--goldens-no-cache")
    assert "capturing: 7 records" in fresh.output
    assert "reused" not in fresh.output


def test_pytest_writes_nothing_that_an_earlier_command_captured(example: Example) -> None:
    example.restored().write({"cases/p/cases.py": spell({**BEFORE, "same": DRIFTED["drifted"]})})
    example.run("check")
    updated = example.pytest("--snapshot-update", "-k", "same")
    assert "reused from before: 1 record" in updated.output
    assert "capturing: 1 record" in updated.output
    assert "proving reproducible: 1 record" in updated.output
    assert "torch.ops.aten.cos" in example.golden("p/same", "make-fx-real").read_text()
