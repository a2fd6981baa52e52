"""Strides are left out exactly where sizes tell them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.graphs.contiguous_strides import (
    drop_contiguous_strides,
    fill_strides,
    find_contiguous_strides,
    write_strides,
)

SHAPES = st.lists(st.integers(0, 4), max_size=5)


def spell(shape: list[int], strides: list[int]) -> str:
    return f"float32{shape} stride ({', '.join(map(str, strides))}) cpu"


def lay_out(shape: list[int]) -> list[int]:
    """The strides that `torch.empty(shape)` has: as many elements as all dimensions behind hold, 0 as 1."""
    return [math.prod(max(size, 1) for size in shape[at + 1 :]) for at in range(len(shape))]


@given(shape=SHAPES)
def test_those_of_a_contiguous_tensor_are_left_out(shape: list[int]) -> None:
    strides = lay_out(shape)
    assert find_contiguous_strides([str(size) for size in shape]) == tuple(map(str, strides))
    assert fill_strides(str(shape)[1:-1]) == ", ".join(map(str, strides))
    assert drop_contiguous_strides(spell(shape, strides)) == f"float32{shape} cpu"


@given(shape=SHAPES, strides=st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_any_others_are_told(shape: list[int], strides: list[int]) -> None:
    own = strides[: len(shape)]
    told = write_strides([str(size) for size in shape], [str(stride) for stride in own])
    assert drop_contiguous_strides(spell(shape, own)) == f"float32{shape}{told} cpu"
    assert (told == "") == (own == lay_out(shape))


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("float32[s0, 3] stride (3, 1) cpu", "float32[s0, 3] cpu"),
        ("float32[Max(1, s0), 3] stride (3, 1) cpu", "float32[Max(1, s0), 3] cpu"),
        ("float32[u0] stride (1) cpu", "float32[u0] cpu"),
        ("float32[] stride () cpu", "float32[] cpu"),
        ("(float32[2] stride (1) cpu, int64[2, 2] stride (2, 1) cpu)", "(float32[2] cpu, int64[2, 2] cpu)"),
        ("parameter float32[4, 3] stride (3, 1) cpu", "parameter float32[4, 3] cpu"),
        ("int64[2] stride (1) cpu = [1, 2]", "int64[2] cpu = [1, 2]"),
        ("float32[2] stride (1) cpu binds s0 = value.size()[0]", "float32[2] cpu binds s0 = value.size()[0]"),
    ],
)
def test_what_sizes_tell_is_left_out(full: str, short: str) -> None:
    assert drop_contiguous_strides(full) == short
    assert drop_contiguous_strides(short) == short


@pytest.mark.parametrize(
    "text",
    [
        "float32[3, s0] stride (s0, 1) cpu",
        "float32[2, Max(1, s0)] stride (Max(1, s0), 1) cpu",
        "float32[2, s0] stride (3, 1) cpu",
        "float32[3, 2] stride (1, 3) cpu",
        "float32[3, 2] stride (1) cpu",
        "float32[] stride (1) cpu",
        "float32[2] stride () cpu",
        "float32[2, 3] sparse_coo cpu",
        f"float32[1, {'9' * 5000}] stride (1, 1) cpu",
        "script object __torch__.C",
    ],
)
def test_anything_else_stays(text: str) -> None:
    assert drop_contiguous_strides(text) == text


def test_strides_are_filled_behind_an_expression_with_a_comma() -> None:
    assert fill_strides("Max(1, s0), 3, 2") == "6, 2, 1"
    assert write_strides(["Max(1, s0)", "3", "2"], ["6", "2", "1"]) == ""
