import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.version import Version
from rich.console import Console

from graph_goldens.goldens.comparison import compare_versions
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.history import History, trace_history
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.report.comparison_text import encode_comparison, show_comparison
from graph_goldens.report.history_table import encode_history, show_histories
from graph_goldens.report.version_columns import name_versions

TWELVE = ["2.4.1", "2.5.1", "2.6.0", "2.7.1", "2.8.0", "2.9.1"]
TWELVE += ["2.10.0", "2.11.0", "2.12.1", "2.13.0", "2.14.1", "2.15.0"]
FOUR = ["2.8.0", "2.9.1", "2.10.0", "2.13.0"]
NIGHTLY = "2.16.0.dev20261231"
CASE = "torchbind/none"
PATHS = ["make-fx-pre-dispatch", *(f"path-{number}" for number in range(17))]


def make_golden(key: Key, what: str, because: str = "") -> Golden:
    """A golden with graphs, or with an error where `what` is `!` and its message."""
    if what.startswith("!"):
        return Golden(Record(*key, Outcome.ERROR, reason=what[1:]), because)
    artifacts = (Artifact("program.signature", f"input {what}"),)
    return Golden(Record(*key, Outcome.GRAPHS, artifacts=artifacts), because)


def make_goldens(root: Path, versions: Sequence[str], stories: dict[Key, str]) -> Goldens:
    """Make goldens from a word for each version and key; `-` stands for none."""
    goldens = Goldens(root, [Version(version) for version in versions])
    for key, story in stories.items():
        for version, what in zip(versions, story.strip().split(" "), strict=True):
            if what != "-":
                goldens.update(Version(version), make_golden(key, what.replace("_", " ")))
    return goldens


def traced(goldens: Goldens) -> list[History]:
    keys = sorted({stored.key for stored in goldens.list_stored()})
    return [trace_history(goldens, *key, list_watched_versions(goldens)) for key in keys]


def shown(histories: Sequence[History], width: int, color: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, highlight=False, color_system="standard" if color else None
    )
    show_histories(console, histories)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_case_is_a_table_of_letters_with_what_changed_below_it(tmp_path: Path) -> None:
    goldens = make_goldens(
        tmp_path,
        FOUR,
        {
            Key(CASE, "export"): "x y x x",
            Key(CASE, "export-strict"): "x y y y",
            Key(CASE, "make-fx-real"): "- !ValueError:_no !ValueError:_no z",
        },
    )
    assert shown(traced(goldens), 80) == (
        "torchbind/none\n"
        "               2.8  2.9  2.10  2.13\n"
        "export         A    B    A     A\n"
        "export-strict  A    B    B     B\n"
        "make-fx-real   ·    a    a     B\n"
        "\n"
        "  2.9.1: interface — program.signature: `input x` → `input y`\n"
        "      export, export-strict\n"
        "  2.9.1: begins — error: ValueError: no\n"
        "      make-fx-real\n"
        "  2.10.0: interface — program.signature: `input y` → `input x`\n"
        "      export\n"
        "  2.13.0: outcome — error: ValueError: no → graphs (program)\n"
        "      make-fx-real\n"
        "\n"
        "a letter for each distinct record · lower case: no graphs (error) · no golden\n"
        "  yet: ·\n"
        f"a change in full: goldens diff {CASE} --path export --from 2.8.0 --to 2.9.1\n"
    )


def test_what_never_changed_says_only_what_the_letters_mean(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, FOUR, {Key(CASE, "export"): "x x x x"})
    assert shown(traced(goldens), 80).splitlines()[2:] == [
        "export  A    A    A     A",
        "",
        "",
        "a letter for each distinct record",
    ]


@pytest.mark.parametrize("width", [80, 140])
def test_twelve_versions_and_all_paths_fit_in_a_terminal(tmp_path: Path, width: int) -> None:
    stories = {Key(CASE, path): "x " * 5 + "y " * 7 for path in PATHS}
    lines = shown(traced(make_goldens(tmp_path, TWELVE, stories)), width).splitlines()
    head, *rows = lines[1:20]
    assert head.split() == [version.rpartition(".")[0] for version in TWELVE]
    assert [row.split()[1:] for row in rows[:18]] == [["A"] * 5 + ["B"] * 7] * 18
    assert all(len(line) <= width for line in lines[:-1])
    assert "      all 18 tracing paths" in lines


def test_more_versions_than_fit_continue_below(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, TWELVE, {Key(CASE, "make-fx-pre-dispatch"): "x " * 12})
    for version in (NIGHTLY, "2.16.0rc1"):
        goldens.update(Version(version), make_golden(Key(CASE, "make-fx-pre-dispatch"), version))
    lines = shown(traced(goldens), 80).splitlines()
    assert lines[1].split()[-1] == "2.15"
    assert lines[3].split() == [NIGHTLY, "2.16.0rc1"]
    assert lines[4] == f"make-fx-pre-dispatch  {'B':18} C"
    assert all(len(line) <= 80 for line in lines[:5])


def test_versions_are_named_as_shortly_as_they_can_be_told_apart() -> None:
    versions = list(map(Version, ["2.4.0", "2.4.1", "2.9.1", "2.10.0rc1", "2.10.0", NIGHTLY]))
    assert list(name_versions(versions).values()) == ["2.4.0", "2.4.1", "2.9", "2.10.0rc1", "2.10", NIGHTLY]


def test_a_change_stands_out_by_its_severity(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, FOUR, {Key(CASE, "export"): "x y y y"})
    colored = shown(traced(goldens), 80, color=True)
    assert "A    \x1b[1;31mB\x1b[0m    B     B" in colored
    assert "changed: " in colored


def test_what_a_golden_says_cannot_steer_a_terminal_or_fill_it(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, FOUR, {Key(CASE, "export"): f"x !E:\x1b[2J\n{'long' * 200} x x"})
    text = shown(traced(goldens), 80)
    assert "\x1b" not in text
    assert "⟨U+001B⟩[2J" in text
    assert "…" in text
    assert len(text) < 2000


def test_several_cases_have_a_block_each_and_one_legend(tmp_path: Path) -> None:
    stories = {Key("a/one", "export"): "x x x y", Key("b/two", "export"): "x x x x"}
    text = shown(traced(make_goldens(tmp_path, FOUR, stories)), 80)
    assert [line for line in text.splitlines() if "/" in line and " " not in line] == ["a/one", "b/two"]
    assert text.count("a letter for each") == 1


def test_a_program_reads_letters_outcomes_and_changes(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, FOUR, {Key(CASE, "export"): "- !E x x"})
    (history,) = traced(goldens)
    assert encode_history(history) == {
        "case": CASE,
        "path": "export",
        "versions": {"2.8.0": None, "2.9.1": "a", "2.10.0": "B", "2.13.0": "B"},
        "outcomes": {"a": "error", "B": "graphs"},
        "changes": [
            {
                "from": "2.9.1",
                "to": "2.10.0",
                "class": "outcome",
                "severity": "semantic",
                "detail": None,
                "fingerprint": history.steps[0].drift.fingerprint,
                "changes": [history.steps[0].drift.changes[0].fingerprint],
                "edits": [
                    {
                        "class": "outcome",
                        "detail": None,
                        "where": "outcome",
                        "edit": "error: E → graphs (program)",
                    }
                ],
                "because": "",
            }
        ],
    }


# --- two versions


def compared_text(goldens: Goldens, *, all_lines: bool = False) -> str:
    keys = sorted({stored.key for stored in goldens.list_stored()})
    console = Console(file=io.StringIO(), width=100, highlight=False, color_system=None)
    compared = compare_versions(goldens, keys, Version("2.8.0"), Version("2.10.0"))
    show_comparison(console, compared, all_lines=all_lines)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_comparison_shows_what_differs_and_counts_the_rest(tmp_path: Path) -> None:
    stories = {
        Key(CASE, "export"): "x x y y",
        Key(CASE, "late"): "- - x x",
        Key(CASE, "same-1"): "x x x x",
        Key(CASE, "same-2"): "x x x x",
    }
    assert compared_text(make_goldens(tmp_path, FOUR, stories)) == (
        "torchbind/none · export  2.8.0 → 2.10.0  interface\n"
        "  torch-2.8.0 → torch-2.10.0\n"
        "  program.signature: `input x` → `input y`\n"
        "  program.signature\n"
        "    @@ -1,1 +1,1 @@\n"
        "    - input x\n"
        "    + input y\n"
        "\n"
        "the same for 2.8.0 and 2.10.0: 2 goldens\n"
        "torchbind/none by late has no golden for PyTorch 2.8.0; its goldens begin at 2.10.0\n"
    )


def test_a_long_difference_is_cut_unless_all_of_it_is_asked_for(tmp_path: Path) -> None:
    goldens = make_goldens(tmp_path, FOUR, {})
    for version, start in (("2.8.0", 0), ("2.10.0", 1000)):
        lines = "\n".join(f"line {start + number}" for number in range(50))
        record = Record(CASE, "export", Outcome.GRAPHS, artifacts=(Artifact("program.guards", lines),))
        goldens.update(Version(version), Golden(record, because=f"for {version}"))
    cut = compared_text(goldens)
    assert "--all-lines shows them" in cut
    assert "line 1049" not in cut.partition("program.guards\n")[2]
    assert "  because: for 2.10.0\n" in cut
    full = compared_text(goldens, all_lines=True)
    assert "--all-lines" not in full
    assert "    + line 1049\n" in full


def test_many_goldens_that_begin_later_are_counted(tmp_path: Path) -> None:
    stories = {Key(CASE, f"late-{number}"): "- - x x" for number in range(7)} | {
        Key(CASE, "export"): "x x x x"
    }
    text = compared_text(make_goldens(tmp_path, FOUR, stories))
    assert text.count("its goldens begin at 2.10.0") == 4
    assert text.endswith("and 3 more that one of the two versions has no golden for\n")
    assert "the same for 2.8.0 and 2.10.0: torchbind/none · export\n" in text


def test_a_program_reads_a_finding_for_each_case_and_path(tmp_path: Path) -> None:
    stories = {Key(CASE, "export"): "x x y y", Key(CASE, "late"): "- - x x", Key(CASE, "same"): "x x x x"}
    goldens = make_goldens(tmp_path, FOUR, stories)
    keys = sorted(stories)
    both = {"from": "2.8.0", "to": "2.10.0", "case": CASE}
    compared = compare_versions(goldens, keys, Version("2.8.0"), Version("2.10.0"))
    (drift,) = [each.drift for each in compared.differing if each.drift]
    assert encode_comparison(compared) == [
        {
            **both,
            "path": "export",
            "overlays": ["torch-2.8.0", "torch-2.10.0"],
            "finding": "drifted",
            "class": "interface",
            "severity": "semantic",
            "detail": None,
            "fingerprint": drift.fingerprint,
            "changes": [drift.changes[0].fingerprint],
            "edits": [
                {
                    "class": "interface",
                    "detail": None,
                    "where": "program.signature",
                    "edit": "`input x` → `input y`",
                }
            ],
            "because": "",
            "texts": [{"artifact": "program.signature", "from": "input x", "to": "input y"}],
        },
        {**both, "path": "same", "overlays": ["torch-2.8.0", "torch-2.8.0"], "finding": "same"},
        {**both, "path": "late", "finding": "no golden", "lacking": "2.8.0", "begins": "2.10.0"},
    ]
