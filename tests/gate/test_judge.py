"""What is to be recorded or accepted is captured twice, and what comes out otherwise is refused."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.judge import CHANGED, PENDING, judge_run, prove
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import NO_DEVICE, Capture, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

VERSION = Version("2.13.0")
ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


def record(case: str, graphs: int = 1, source: str = "1") -> Record:
    return Record(case, "export", Outcome.GRAPHS, facts={"graphs": graphs}, source=source)


def run_of(*records: Record) -> Run:
    return Run(ENVIRONMENT, {each.key: Capture(each) for each in records})


def goldens(root: Path, *records: Record) -> Goldens:
    found = Goldens(root / "snapshots", [VERSION])
    for each in records:
        found.update(VERSION, Golden(each))
    return found


class Again:
    """Captures once more, and remembers what it was asked for."""

    def __init__(self, *records: Record) -> None:
        self.captures = {each.key: Capture(each) for each in records}
        self.asked: list[Key] = []

    def __call__(self, keys: Sequence[Key]) -> dict[Key, Capture]:
        self.asked += keys
        return {key: self.captures[key] for key in keys}


def judged(tmp_path: Path) -> list[Verdict]:
    """A record that is the same, one that drifted, a new one, and one of an older revision of its case."""
    known = goldens(tmp_path, record("p/same"), record("p/drifted"), record("p/older"))
    run = run_of(record("p/same"), record("p/drifted", 2), record("p/new"), record("p/older", source="2"))
    return judge_run(run, known)


def test_only_what_differs_is_captured_again(tmp_path: Path) -> None:
    again = Again(record("p/drifted", 2), record("p/new"))
    verdicts = prove(judged(tmp_path), again, PENDING)
    assert again.asked == [("p/drifted", "export"), ("p/new", "export")]
    assert [each.finding for each in verdicts] == [
        Finding.SAME,
        Finding.DRIFTED,
        Finding.MISSING,
        Finding.OLDER_SOURCE,
    ]


def test_an_update_proves_all_that_it_would_write(tmp_path: Path) -> None:
    again = Again(record("p/drifted", 2), record("p/new"), record("p/older", source="2"))
    prove(judged(tmp_path), again)
    assert ("p/older", "export") in again.asked


def test_a_case_that_was_saved_meanwhile_is_not_called_unreproducible(tmp_path: Path) -> None:
    again = Again(record("p/drifted", 3, source="2"), record("p/new"))
    verdict = prove(judged(tmp_path), again, PENDING)[1]
    assert (verdict.finding, verdict.exit_code) == (Finding.FAULT, ExitCode.USAGE)
    assert verdict.problem == "its case was saved between its capture and its proof; check it again"
    assert not verdict.sound


def test_what_was_proved_before_is_not_captured_again(tmp_path: Path) -> None:
    again = Again(record("p/new"))
    prove(judged(tmp_path), again, PENDING, {Key("p/drifted", "export")})
    assert again.asked == [("p/new", "export")]


def test_nothing_is_captured_again_where_nothing_differs(tmp_path: Path) -> None:
    verdicts = judge_run(run_of(record("p/a")), goldens(tmp_path, record("p/a")))
    again = Again()
    assert prove(verdicts, again, PENDING) == verdicts
    assert again.asked == []


def test_what_comes_out_otherwise_is_shown_as_the_difference_of_the_two(tmp_path: Path) -> None:
    _, unstable, *_ = prove(judged(tmp_path), Again(record("p/drifted", 3), record("p/new")), PENDING)
    assert unstable.finding is Finding.NOT_REPRODUCIBLE
    assert unstable.exit_code is ExitCode.NOT_REPRODUCIBLE
    assert unstable.drift is not None
    assert (unstable.drift.golden, unstable.drift.record) == (record("p/drifted", 2), record("p/drifted", 3))


def unavailable(reason: str) -> Record:
    return Record("p/a", "export", Outcome.UNAVAILABLE, reason, source="1")


WITHOUT_CUDA = unavailable(f"{NO_DEVICE} (cuda)")


@pytest.mark.parametrize(
    ("golden", "captured", "finding"),
    [
        (record("p/a"), WITHOUT_CUDA, Finding.NOT_JUDGED),
        (WITHOUT_CUDA, WITHOUT_CUDA, Finding.SAME),
        (WITHOUT_CUDA, record("p/a"), Finding.DRIFTED),
        (record("p/a"), unavailable("the case needs PyTorch >=2.9"), Finding.DRIFTED),
    ],
)
def test_a_golden_is_not_judged_where_its_device_is_not_here(
    tmp_path: Path, golden: Record, captured: Record, finding: Finding
) -> None:
    (verdict,) = judge_run(run_of(captured), goldens(tmp_path, golden))
    assert verdict.finding is finding


def test_what_is_not_judged_is_neither_proved_nor_written_and_fails_nothing(tmp_path: Path) -> None:
    known, again = goldens(tmp_path, record("p/a")), Again()
    (verdict,) = prove(judge_run(run_of(WITHOUT_CUDA), known), again)
    assert again.asked == []
    assert verdict.finding not in CHANGED
    assert not verdict.sound
    assert (verdict.drift, verdict.problem) == (None, "needs a device that is not here (cuda)")
    assert verdict.exit_code is ExitCode.SAME


def test_a_run_that_knows_a_record_to_be_unstable_says_so_wherever_it_is_read(tmp_path: Path) -> None:
    run = replace(run_of(record("p/a", 2), record("p/b")), unstable=frozenset({Key("p/a", "export")}))
    first, second = judge_run(run, goldens(tmp_path, record("p/a"), record("p/b")))
    assert first.finding is Finding.NOT_REPRODUCIBLE
    assert not first.sound
    assert second.finding is Finding.SAME


def test_a_claim_that_no_record_answers_is_broken_by_the_first_of_those_of_which_it_is_made(
    tmp_path: Path,
) -> None:
    unanswered = {"`aten.mm` in progam": ("export", "make-fx-real")}
    records = [record("p/same"), replace(record("p/same"), path="make-fx-real")]
    captures = {each.key: Capture(each, unanswered=unanswered) for each in records}
    verdicts = judge_run(Run(ENVIRONMENT, captures), goldens(tmp_path, *records))
    assert [each.finding for each in verdicts] == [Finding.BROKEN_CLAIM, Finding.SAME]
    assert verdicts[0].problem == "claimed `aten.mm` in progam, which no record of the case answers"
    alone = judge_run(Run(ENVIRONMENT, dict(list(captures.items())[:1])), goldens(tmp_path, *records))
    assert [each.finding for each in alone] == [Finding.SAME]
