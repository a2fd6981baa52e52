"""Counters are dropped as one regular expression would, which takes the square of a word's length."""

import re

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.capture.normalise.counters import drop_counters

SLOW = re.compile(
    r"(__builtins_dict__|__compiled_fn|__resume_at|__import_\w+?)(?:_\d+)+(?:_[0-9a-f]{8}(?:_[0-9a-f]+)*)?\b"
)
PIECES = st.sampled_from(
    (
        *(
            "__builtins_dict__",
            "__compiled_fn",
            "__resume_at",
            "__import_",
            "_",
            "torch",
            "x",
            " ",
            ".",
            "['",
        ),
        *("_1", "_23", "_0a1b2c3d", "_12345678", "_ab", "_g", "٣", "_٣", "1"),
    )
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_counters_are_dropped_from_any_text_as_by_the_expression(text: str) -> None:
    assert drop_counters(text) == SLOW.sub(r"\1", text)


def test_the_name_of_a_module_stays() -> None:
    assert drop_counters("G['__import_torch_dot_nn_3_1'].f(__resume_at_22_3)") == (
        "G['__import_torch_dot_nn'].f(__resume_at)"
    )
