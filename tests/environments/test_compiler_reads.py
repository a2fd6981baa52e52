"""What a compiler says it read is read from its rules, whatever the files are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.environments.compiler_reads import read_rule

NAMES = st.text(
    st.characters(min_codepoint=33, exclude_characters="\\\x85\u2028\u2029") | st.just(" "), min_size=1
)


def munge(name: str) -> str:
    """Write a name as GCC does in a rule: GCC's manual on `-MQ`."""
    return re.sub("([ #])", r"\\\1", name.replace("$", "$$"))


@given(st.lists(NAMES.filter(lambda name: not name.isspace() and not re.search(r"[^\S ]", name))))
def test_every_name_comes_back(names: list[str]) -> None:
    rule = "library: " + " \\\n ".join(map(munge, names)) + "\n"
    assert read_rule(rule) == names


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (
            "library: a.cpp /usr/include/x.h \\\n ../shared/x.inc\n",
            ["a.cpp", "/usr/include/x.h", "../shared/x.inc"],
        ),
        ("library: a\\\\\\ b\n", ["a\\ b"]),
        ("library: a\\b.h c:d.h\n", ["a\\b.h", "c:d.h"]),
        ("library:\n", []),
        ("", []),
    ],
)
def test_rules_as_compilers_write_them(rule: str, names: list[str]) -> None:
    assert read_rule(rule) == names
