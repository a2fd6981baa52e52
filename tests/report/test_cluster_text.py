"""Clusters as `goldens check` ends with them: the worst first, each with what to type."""

import io
import re
from dataclasses import replace

from rich.console import Console

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.drift import Drift
from graph_goldens.report.cluster_text import MOST_CLUSTERS, MOST_LINES, Commands, show_clusters
from tests.report.drifts import ADD, SUB, drift, graph, record


def shown(drifts: list[Drift], commands: Commands = Commands(), *, everything: bool = False) -> str:  # noqa: B008
    console = Console(file=io.StringIO(), width=100)
    show_clusters(console, find_clusters(drifts), commands, everything=everything)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_cluster_says_what_changed_where_and_what_to_type() -> None:
    drifts = [drift("add became sub", case=f"p/{name}") for name in "abc"]
    name = drifts[0].fingerprint
    lines = shown(drifts).splitlines()
    assert lines[:3] == [
        f"✗ operators · 3 goldens · {name}",
        "  program.graph: add became sub",
        "  3 cases: p/a, p/b, p/c · by export",
    ]
    assert f"      - n0 = {ADD}(x, 0)" in lines
    assert f"      + n0 = {SUB}(x, 0)" in lines
    assert f"  all of it: goldens pending {name}" in lines
    assert f'  accept: goldens accept {name} --because "…"' in lines


def test_cosmetic_drift_needs_no_reason_and_comes_after_what_matters() -> None:
    cosmetic = drift("x → y", case="p/z", kind=DriftClass.RENAMED)
    text = shown([cosmetic, drift("add became sub")])
    assert text.index("✗ operators") < text.index("✗ renamed")
    assert f"goldens accept {cosmetic.fingerprint}\n" in text


def test_commands_name_the_version_where_several_runs_are_saved() -> None:
    found = drift("add became sub")
    text = shown([found], Commands("--torch 2.15.0"))
    assert f"goldens pending {found.fingerprint} --torch 2.15.0" in text
    assert f'goldens accept {found.fingerprint} --torch 2.15.0 --because "…"' in text


def test_what_is_not_pending_is_not_offered_by_its_name() -> None:
    assert "goldens accept" not in shown([drift("add became sub")], Commands(known=False))


def test_many_clusters_are_cut_and_what_is_left_out_is_counted() -> None:
    drifts = [drift(f"edit {number}", case=f"p/{number}") for number in range(MOST_CLUSTERS + 3)]
    commands = Commands(everything="goldens check --verbose")
    text = shown(drifts, commands)
    assert text.count("✗ operators") == MOST_CLUSTERS
    assert "… and 3 more clusters of 3 goldens: goldens check --verbose" in text
    assert shown(drifts, commands, everything=True).count("✗ operators") == MOST_CLUSTERS + 3


def test_a_long_difference_is_cut_and_what_is_left_out_is_counted() -> None:
    found = drift("add became sub")
    long = replace(found, record=record(graph(*[SUB] * (MOST_LINES + 3))))
    assert re.search(r"… and \d+ more lines", shown([long]))


def test_a_pattern_in_a_command_is_no_markup() -> None:
    drifts = [drift(f"edit {number}", case=f"p/{number}") for number in range(MOST_CLUSTERS + 1)]
    assert "goldens check 'p/[red]*'" in shown(drifts, Commands(everything="goldens check 'p/[red]*'"))


def test_everything_names_each_golden() -> None:
    drifts = [drift("add became sub", case=f"p/{name}") for name in "abc"]
    text = shown(drifts, everything=True)
    assert all(f"p/{name} · export" in text for name in "abc")
