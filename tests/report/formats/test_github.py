"""Annotations: one for each cluster, at most ten of a level, and no text can be another command."""

import re

from graph_goldens.report.formats.github import MOST_OF_A_LEVEL, render_github
from graph_goldens.report.model import Gravity, Problem, ProblemKind
from tests.report.reporting import drift, hostile, mixed, report, run_section, spelled

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,\r\n]*)(?:,[a-z]+=[^:,\r\n]*)*)::([^\r\n]*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does."""
    match = COMMAND.fullmatch(line)
    assert match, line
    pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
    return match[1], {name: back(value) for name, value in pairs.items()}, back(match[3])


def back(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_cluster_is_one_annotation_at_the_line_of_a_golden() -> None:
    drifts = [drift("p/a"), drift("p/b"), drift("p/c")]
    annotation, summary = render_github(report(run_section(*drifts))).splitlines()
    level, properties, message = read(annotation)
    assert level == "error"
    assert properties == {
        "file": "snapshots/torch-2.8.0/p/a/export.md",
        "line": "31",
        "title": f"{drifts[0].label}: 3 goldens",
    }
    lines = message.split("\n")
    assert lines[0] == "p/a · export, torch 2.15.0+cpu · Python 3.11.7 · Linux-x86_64"
    assert f"accept: goldens accept {drifts[0].fingerprint} --torch 2.15.0" in lines[-1]
    assert summary == "goldens: 3 drifts in 1 cluster: interface 3"


def test_the_level_says_how_much_it_matters() -> None:
    levels = [read(line)[0] for line in render_github(mixed()).splitlines()[:-1]]
    assert levels == ["error", "error", "error", "error", "warning", "warning", "notice"]
    accepted = render_github(report(run_section(drift("p/a"), spelled("p/b"), accept=None)))
    assert [read(line)[0] for line in accepted.splitlines()[:-1]] == ["notice", "notice"]


def test_no_level_has_more_than_a_step_may_show_and_the_last_says_what_is_missing() -> None:
    problems = tuple(
        Problem(ProblemKind.MISSING, f"p/n{number}", "export", "none", "", Gravity.WARNING)
        for number in range(11)
    )
    drifts = [drift(f"p/{number}", new=f"output {number} {'z' * number}") for number in range(30)]
    found = report(run_section(*drifts, problems=problems))
    commands = [read(line) for line in render_github(found).splitlines()[:-1]]
    errors = [command for command in commands if command[0] == "error"]
    warnings = [command for command in commands if command[0] == "warning"]
    assert len(errors) == len(warnings) == MOST_OF_A_LEVEL == 10
    left = len(found.spreads) - 9
    assert errors[-1][2].startswith(f"{left} more annotations of this level would not be shown")
    assert warnings[-1][2].startswith("2 more annotations of this level")


def test_ten_are_all_shown() -> None:
    problems = tuple(Problem(ProblemKind.FAULT, f"p/{number}", "export", "died") for number in range(10))
    assert "left out" not in render_github(report(run_section(problems=problems)))


def test_no_text_can_forge_a_command_or_a_property() -> None:
    text = render_github(hostile())
    *commands, summary = text.splitlines()
    assert len(text.splitlines()) == len(text.split("\n")) - 1
    for line in commands:
        _, properties, message = read(line)
        assert set(properties) <= {"file", "line", "title"}
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", message)
    assert summary.startswith("goldens: ")
