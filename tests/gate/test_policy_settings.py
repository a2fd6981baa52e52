"""A project's own severities and ignore rules are read strictly."""

from pathlib import Path

import pytest

from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project

WHY = 'because = "seen"'


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('severity = "cosmetic"', r"\[tool.goldens.severity\] is not a table of rules"),
        ('severity.guards = "cosmetic"', r"`guards` in .* is not a table such as { severity = "),
        ('severity.guards = { severity = "cosmetic" }', r"`guards` in .* gives no reason; add because"),
        ('severity.guards = { severity = "cosmetic", because = " " }', "gives no reason"),
        ('ignore.own = { paths = ["export"] }', r"`own` in \[tool.goldens.ignore\] gives no reason"),
        (f"severity.guards = {{ {WHY} }}", "`severity` of `guards` .* is not one of cosmetic, semantic"),
        (f'severity.guards = {{ severity = "mild", {WHY} }}', "is not one of cosmetic, semantic"),
        (f'severity.guard = {{ severity = "cosmetic", {WHY} }}', "`guard` .* would be about everything"),
        (f"ignore.own = {{ {WHY} }}", "`own` .* would be about everything; say classes, paths"),
        (f'ignore.own = {{ path = ["export"], {WHY} }}', "`path` of `own` .* did you mean `paths`"),
        (f'ignore.own = {{ severity = "cosmetic", {WHY} }}', "`severity` of `own` .* means nothing"),
        (f'ignore.own = {{ paths = "export", {WHY} }}', "`paths` of `own` .* is not a list of texts"),
        (f"ignore.own = {{ paths = [], {WHY} }}", "`paths` of `own` .* is empty, so nothing would fit"),
        (f'ignore.own = {{ classes = ["guard"], {WHY} }}', "'guard' of .* did you mean `guards`"),
        (f'ignore.own = {{ says = "(", {WHY} }}', "`says` of `own` .* is not a regular expression"),
        (f'ignore."<b>" = {{ paths = ["export"], {WHY} }}', "is not a name of letters, digits"),
    ],
)
def test_a_mistake_in_a_rule_is_told_in_a_sentence(settings: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text(f"[tool.goldens]\n{settings}\n")
    with pytest.raises(UserError, match=sentence):
        find_project(tmp_path)
