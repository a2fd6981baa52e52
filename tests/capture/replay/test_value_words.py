"""What a record says of one value reads back, with the strides that its sizes tell."""

import pytest

from graph_goldens.capture.replay.value_words import (
    NumberWords,
    PlainValue,
    TensorWords,
    UnknownWords,
    ValueWords,
    read_constants,
    read_value,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("float32[2, 3] cpu", TensorWords("float32", ("2", "3"), ("3", "1"), "cpu")),
        ("float32[2, 3] stride (3, 1) cpu", TensorWords("float32", ("2", "3"), ("3", "1"), "cpu")),
        ("float32[3, 2] stride (1, 3) cpu", TensorWords("float32", ("3", "2"), ("1", "3"), "cpu")),
        ("bool[] cuda:0", TensorWords("bool", (), (), "cuda:0")),
        ("int64[Max(1, s0), 2] cpu", TensorWords("int64", ("Max(1, s0)", "2"), ("2", "1"), "cpu")),
        ("int64[2, s0] stride (s0, 1) cpu", TensorWords("int64", ("2", "s0"), ("s0", "1"), "cpu")),
        ("int64[2, s0] cpu", UnknownWords("int64[2, s0] cpu")),
        ("float32[3] sparse_coo cpu", UnknownWords("float32[3] sparse_coo cpu")),
        ("(float32[3] cpu, None)", UnknownWords("(float32[3] cpu, None)")),
        ("Sym(s0 + 1)", NumberWords("s0 + 1")),
        ("None", PlainValue(None)),
    ],
)
def test_a_value_reads_back(text: str, value: ValueWords) -> None:
    assert read_value(text) == value


def test_a_constant_reads_back_with_its_strides() -> None:
    held = read_constants(
        "self.a : int64[1, 2] cpu = [[1, 2]]\nself.b : parameter float32[2] cpu digest 00ff"
    )
    assert held["a"].words == TensorWords("int64", ("1", "2"), ("2", "1"), "cpu")
    assert held["a"].items == "[[1, 2]]"
    assert held["b"].words == TensorWords("float32", ("2",), ("1",), "cpu")
