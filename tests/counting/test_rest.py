"""What no test reaches is named by a line that is there, with a reason."""

import pytest
import tomllib

from tests.counting.rest import REASONS, REPOSITORY, UNNAMED, named_lines, told

NAMED = tomllib.loads(REASONS.read_text(encoding="utf-8"))
SOURCE = """\
def function():
    try:
        first()

        second()
    except OSError:
        third()
""".splitlines()


@pytest.mark.parametrize("file", NAMED)
def test_each_named_line_is_there_and_has_a_reason(file: str) -> None:
    lines = {line.strip() for line in (REPOSITORY / file).read_text(encoding="utf-8").splitlines()}
    assert [line for line in NAMED[file] if line not in lines] == []
    assert all(len(reason.split()) > 3 for reason in NAMED[file].values())


def test_a_named_line_names_what_is_indented_below_it() -> None:
    assert named_lines(SOURCE, {"try:": "why"}) == dict.fromkeys((2, 3, 4, 5), "why")
    assert named_lines(SOURCE, {"third()": "why"}) == {7: "why"}


def test_lines_are_told_by_reason_and_those_without_one_first() -> None:
    lines = list(told(SOURCE, [3, 6, 7], {"except OSError:": "nobody breaks it"}))
    assert lines == [f"3: {UNNAMED}", "6, 7: nobody breaks it"]
