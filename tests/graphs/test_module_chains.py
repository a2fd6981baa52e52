"""Chains of modules that are told once read back as they were told in full."""

import json
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.graphs.module_chains import DEEPEST, tell_modules_in_full, tell_modules_once
from graph_goldens.graphs.recorded_lines import read_provenance

WORDS = st.sampled_from(
    ["a", "b", "a.b", "L['self'].c", "torch.nn.Linear", json.dumps(""), json.dumps(">")]
) | (st.text('ab >;,"\\', min_size=1, max_size=6).map(lambda text: json.dumps(f"{text} ")))
CHAINS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4)
REST = st.sampled_from(["", "; source relu relu", '; custom {"a": "b; module c D"}', "; recompute MUST_SAVE"])


def write_line(number: int, chain: list[tuple[str, str]] | None, rest: str) -> str:
    told = "module " + " > ".join(f"{path} {name}" for path, name in chain) if chain else ""
    words = f"{told}{rest}" if told else rest.removeprefix("; ") or "source a a"
    return f"%n{number}, %m_{number}: {words}"


@given(lines=st.lists(st.tuples(st.none() | CHAINS, REST), max_size=8))
def test_what_is_told_once_reads_back_in_full(lines: list[tuple[list[tuple[str, str]] | None, str]]) -> None:
    full = "\n".join(write_line(number, *line) for number, line in enumerate(lines))
    once = tell_modules_once(full)
    assert tell_modules_in_full(once) == full
    assert tell_modules_once(once) == once
    assert tell_modules_in_full(full) == full
    assert len(once) <= len(full)
    assert read_provenance(once) == read_provenance(full)


@given(chains=st.lists(CHAINS, max_size=8))
def test_a_chain_that_stays_is_told_by_its_innermost_path(chains: list[list[tuple[str, str]]]) -> None:
    full = "\n".join(write_line(number, chain, "") for number, chain in enumerate(chains))
    told = [line.partition("module ")[2] for line in tell_modules_once(full).splitlines()]
    at = 0
    for chain, same in groupby(chains):
        for _ in list(same)[1:]:
            at += 1
            assert told[at] == chain[-1][0]
        at += 1


def test_an_outer_module_of_another_class_is_told_anew() -> None:
    full = "%a: module x A > y B\n%b: module x C > y B\n%c: module x A > y B\n%d: module x A"
    assert tell_modules_once(full) == full.removesuffix(" A")
    assert tell_modules_in_full(full) == full


def test_a_new_module_is_told_within_the_one_that_is_known() -> None:
    full = "%a: module x A\n%b: module x A > y B; torch_fn f g\n%c: module x A > y B > z C\n%d: module x A"
    once = "%a: module x A\n%b: module x > y B; torch_fn f g\n%c: module y > z C\n%d: module x"
    assert tell_modules_once(full) == once
    assert tell_modules_in_full(once) == full


@pytest.mark.parametrize(
    "line", ["%a: module x", "%a: module x > y", "%a: module", "%a: source x y", "", "module x A"]
)
def test_a_path_that_was_never_told_stays_alone(line: str) -> None:
    assert tell_modules_in_full(line) == line
    assert tell_modules_once(line) == line


def test_a_chain_that_is_deeper_than_any_module_is_told_in_full() -> None:
    deep = "%a: module " + " > ".join(f"p{at} C" for at in range(DEEPEST + 1))
    full = f"{deep}\n{deep}\n%b: module p0 C"
    assert tell_modules_once(full) == full
    assert tell_modules_in_full(full) == full


@pytest.mark.parametrize("word", ['"', "a > ", "a a > ", '"a" > ', "%a, ", '\\"', "; ", " ", "%a: module "])
def test_the_worst_of_lines_takes_no_time_that_grows_faster_than_it(word: str) -> None:
    """A megabyte of it ends at once, or this test does not end."""
    line = f"%a: module {word * (1_000_000 // len(word))}\x00"
    assert tell_modules_in_full(line) == line
    assert tell_modules_once(line) == line
