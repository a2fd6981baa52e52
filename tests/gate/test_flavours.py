"""Two flavours of one PyTorch are said to be that, and only where it can be known."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.flavours import are_flavours, find_flavour_drifts, list_flavour_pairs
from graph_goldens.gate.judge import judge_run
from graph_goldens.runs.run import Run, load_run
from tests.end_to_end.drifted import ADD, SUB, Drifted, graph

OTHER = "2.13.0+cu132"


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def load(drifted: Drifted, target: str, torch: str) -> Run:
    return load_run(drifted.save([drifted.record("first", graph(target))], torch))


@pytest.mark.parametrize(
    ("one", "other", "flavours"),
    [
        ("2.13.0+cpu", "2.13.0+cu132", True),
        ("2.13.0", "2.13.0+cpu", True),
        ("2.13.0+cpu", "2.13.0+cpu", False),
        ("2.12.1+cpu", "2.13.0+cu132", False),
    ],
)
def test_flavours_are_builds_of_one_version(one: str, other: str, flavours: bool) -> None:
    assert are_flavours(Version(one), Version(other)) is flavours


def test_a_drift_is_held_against_what_another_flavour_last_gave(drifted: Drifted) -> None:
    load(drifted, ADD, "2.13.0+cpu")
    run = load(drifted, SUB, OTHER)
    (found,) = find_flavour_drifts(run, judge_run(run, drifted.goldens), drifted.home)
    assert found.sentence == (
        "1 golden holds what PyTorch 2.13.0+cpu last gave: "
        "what differs may be the flavour (+cpu against +cu132)"
    )


def test_nothing_is_said_where_the_other_flavour_drifts_too_or_there_is_none(
    drifted: Drifted,
) -> None:
    load(drifted, SUB, "2.13.0+cpu")
    load(drifted, ADD, "2.12.1+cpu")
    run = load(drifted, SUB, OTHER)
    assert find_flavour_drifts(run, judge_run(run, drifted.goldens), drifted.home) == ()


def test_a_saved_run_that_cannot_be_read_says_nothing(drifted: Drifted) -> None:
    drifted.save(drifted.new).write_text("no run")
    run = load(drifted, SUB, OTHER)
    assert find_flavour_drifts(run, judge_run(run, drifted.goldens), drifted.home) == ()


def test_two_runs_of_one_version_are_said_to_be_two_flavours(drifted: Drifted) -> None:
    cpu, cuda = load(drifted, ADD, "2.13.0+cpu"), load(drifted, SUB, OTHER)
    (sentence,) = list_flavour_pairs([cpu, cuda])
    assert sentence.startswith("2.13.0+cpu and 2.13.0+cu132 are two flavours of one version")
    assert list_flavour_pairs([cpu, cpu]) == ()


def test_a_check_says_it(drifted: Drifted) -> None:
    load(drifted, ADD, "2.13.0+cpu")
    file = drifted.save([drifted.record("first", graph(SUB))], OTHER)
    ended = drifted.run("check", "--from-run", str(file), code=1)
    assert "what differs may be the flavour (+cpu against +cu132)" in ended.output


@pytest.mark.parametrize("name", ["report.md", "report.html"])
def test_a_report_of_a_run_says_it(drifted: Drifted, name: str, tmp_path: Path) -> None:
    load(drifted, ADD, "2.13.0+cpu")
    file = drifted.save([drifted.record("first", graph(SUB))], OTHER)
    drifted.run("report", str(file), "--output", str(tmp_path / name), code=0)
    assert "what differs may be the flavour (+cpu against +cu132)" in (tmp_path / name).read_text()
