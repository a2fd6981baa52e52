"""What a project says of severity decides how a check ends; every summary says how much that let through."""

from pathlib import Path

import pytest

from tests.end_to_end.drifted import Drifted

LET_THROUGH = "2 drifts are cosmetic by [tool.goldens.severity]: operators"
COSMETIC = '[tool.goldens.severity]\noperators = { severity = "cosmetic", because = "we lower both" }\n'
IGNORED = '[tool.goldens.ignore]\nours = { cases = ["p/*"], classes = ["operators"], because = "ours" }\n'


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def add_rules(drifted: Drifted, rules: str) -> None:
    settings = drifted.example.root / "pyproject.toml"
    settings.write_text(settings.read_text() + rules)


def test_a_drift_that_the_project_calls_cosmetic_ends_a_check_so(drifted: Drifted) -> None:
    file = str(drifted.save(drifted.new[:3]))
    drifted.run("check", "--from-run", file, code=1)
    add_rules(drifted, COSMETIC)
    ended = drifted.run("check", "--from-run", file, code=3)
    assert LET_THROUGH in ended.output
    ended = drifted.run("check", "--from-run", file, "--fail-on", "semantic", code=0)
    assert LET_THROUGH in ended.output


def test_programs_are_told_the_rule_and_its_reason(drifted: Drifted) -> None:
    file = str(drifted.save(drifted.new[:3]))
    add_rules(drifted, COSMETIC)
    (let_through,) = drifted.run("check", "--from-run", file, "--json", code=3).json["let_through"]
    assert let_through["rules"] == [{"rule": "operators", "drifts": 2, "because": "we lower both"}]
    assert let_through["sentence"] == LET_THROUGH
    severities = {each["severity"] for each in drifted.run("pending", "--json", code=0).json["clusters"]}
    assert severities == {"cosmetic"}


@pytest.mark.parametrize("form", ["markdown", "html", "junit", "json", "sarif", "github"])
def test_every_report_says_how_much_was_let_through(drifted: Drifted, form: str) -> None:
    file = str(drifted.save(drifted.new[:3]))
    add_rules(drifted, COSMETIC)
    target = drifted.example.root / "report"
    ended = drifted.run("report", file, "--format", form, "--output", str(target), code=0)
    assert LET_THROUGH in target.read_text()
    assert LET_THROUGH in ended.output


def test_what_is_ignored_is_neither_drift_nor_pending_nor_written(drifted: Drifted) -> None:
    file = str(drifted.save(drifted.new[:2]))
    add_rules(drifted, IGNORED)
    ended = drifted.run("check", "--from-run", file, code=0)
    assert "2 ignored by the project's rules" in ended.output
    assert "2 drifts are ignored by [tool.goldens.ignore]: ours" in ended.output
    assert drifted.run("pending", "--json", code=0).json["clusters"] == []
    before = drifted.example.goldens()
    drifted.run("update", "--from-run", file, "--because", "all", code=0)
    assert drifted.example.goldens() == before


def test_a_reason_is_asked_where_the_project_calls_a_class_semantic(drifted: Drifted) -> None:
    add_rules(drifted, COSMETIC.replace("operators", "renamed").replace("cosmetic", "semantic"))
    said = drifted.run("accept", "--all-of", "renamed", code=2).last_error
    assert "is semantic drift: say why it is right with --because" in said
    drifted.run("accept", "--all-of", "renamed", "--because", "names are ours", code=0)
    assert drifted.holds(drifted.new[2])


@pytest.mark.parametrize("command", ["check", "pending", "list", "doctor", "prune"])
def test_every_command_tells_a_rule_without_a_reason(drifted: Drifted, command: str) -> None:
    add_rules(drifted, '[tool.goldens.severity]\nguards = { severity = "cosmetic" }\n')
    said = drifted.run(command, code=2).last_error
    assert "`guards` in [tool.goldens.severity] gives no reason" in said
