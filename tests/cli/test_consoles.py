"""What goes on is printed beside what was asked for, as it is."""

import pytest

from graph_goldens.cli.consoles import print_note


def test_a_note_is_one_line_that_keeps_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    words = "4 drifts are cosmetic by [tool.goldens.severity]: guards " + "and more " * 40
    print_note(f"{words}end")
    assert capsys.readouterr() == ("", f"{words}end\n")
