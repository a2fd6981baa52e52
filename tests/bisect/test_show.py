import io
from collections.abc import Mapping

from packaging.version import Version
from rich.console import Console

from graph_goldens.bisect.bisection import Bisection, Probed, Untestable
from graph_goldens.bisect.search import demand_change, search
from graph_goldens.bisect.show import describe_verdict, encode_bisection, format_step, show_bisection
from graph_goldens.records import Artifact, Outcome, Record

KEY = ("torchbind/attribute", "export")
AGAIN = "goldens bisect torchbind/attribute --path export"
COMMAND = "goldens diff torchbind/attribute --path export --from 2.8.0 --to 2.9.1"


def record_of(letter: str) -> Record:
    return Record(*KEY, Outcome.GRAPHS, artifacts=(Artifact("program.signature", f"input {letter}"),))


ERROR = Record(*KEY, Outcome.ERROR, reason="ValueError: no\nnever")
A, B, C = map(record_of, "abc")
NONE = Untestable("cannot make the environment torch-2.9.0: \x1b[31mno wheel")


def states_of(story: Mapping[str, Probed], preferred: str = "") -> list[Bisection]:
    """Search a history to its end."""
    probes = {Version(version): probed for version, probed in story.items()}
    return list(search(list(probes), probes.__getitem__, map(Version, preferred.split())))


def shown(found: Bisection, all_lines: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=80, highlight=False, color_system=None)
    show_bisection(console, found, demand_change(found), COMMAND, AGAIN, all_lines=all_lines)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_each_version_that_is_tried_is_a_line_with_what_is_left() -> None:
    story: dict[str, Probed] = {
        "2.4.1": A,
        "2.8.0": A,
        "2.9.0": NONE,
        "2.9.1": C,
        "2.10.0": B,
        "2.13.0": B,
        "2.15.0": B,
    }
    assert [format_step(found).plain for found in states_of(story)] == [
        "  2.4.1   good",
        "  2.15.0  changed: interface · at most 3 more",
        "  2.9.1   changed: interface, but not as in 2.15.0 · at most 2 more",
        "  2.9.0   skipped: cannot make the environment torch-2.9.0: ⟨U+001B⟩[31mno wheel · at most 1 more",
        "  2.8.0   same as 2.4.1",
    ]


def test_a_record_without_graphs_says_so() -> None:
    assert [
        format_step(found).plain for found in states_of({"2.8.0": ERROR, "2.9.1": ERROR, "2.10.0": A})
    ] == [
        "  2.8.0   good (error: ValueError: no ⏎ never)",
        "  2.10.0  changed: outcome · at most 1 more",
        "  2.9.1   same as 2.8.0 (error: ValueError: no ⏎ never)",
    ]


def test_what_was_found_is_a_sentence_the_difference_and_a_command() -> None:
    *_, found = states_of({"2.8.0": A, "2.9.1": B, "2.10.0": B})
    assert shown(found) == [
        "first changed in 2.9.1 (2.8.0 is as before)",
        "",
        "torchbind/attribute · export  2.8.0 → 2.9.1  interface",
        "  program.signature: `input a` → `input b`",
        "  program.signature",
        "    @@ -1,1 +1,1 @@",
        "    - input a",
        "    + input b",
        f"in full: {COMMAND}",
    ]


def test_the_supported_version_and_later_changes_are_pointed_to() -> None:
    story = {"2.8.0": A, "2.9.0": C, "2.9.1": C, "2.10.0": B}
    *_, found = states_of(story, preferred="2.8.0 2.9.1 2.10.0")
    assert shown(found)[:3] == [
        "first changed in 2.9.0 (2.8.0 is as before)",
        "  of the supported versions 2.9.1 is the first that has changed",
        f"  2.10.0 differs from it again: {AGAIN} --good 2.9.0 --bad 2.10.0",
    ]


def test_versions_that_could_not_be_tried_are_named() -> None:
    holes = {f"2.9.{number}": NONE for number in range(8)}
    *_, few = states_of({"2.8.0": A, "2.9.0": NONE, "2.9.1": NONE, "2.10.0": B})
    *_, many = states_of({"2.8.0": A, **holes, "2.10.0": B})
    assert describe_verdict(few, demand_change(few)) == (
        "changed between 2.8.0 and 2.10.0; these could not be tried: 2.9.0, 2.9.1"
    )
    assert describe_verdict(many, demand_change(many)).endswith("2.9.4, 2.9.5 and 2 more")


def test_a_program_reads_all_of_it() -> None:
    story: dict[str, Probed] = {"2.8.0": A, "2.9.0": NONE, "2.9.1": C, "2.10.0": B}
    *_, found = states_of(story, preferred="2.8.0 2.10.0")
    row = encode_bisection(found, demand_change(found), COMMAND)
    assert (row["case"], row["path"], row["finding"]) == (*KEY, "narrowed")
    assert (row["last_same"], row["first_changed"], row["untested"]) == ("2.8.0", "2.9.1", ["2.9.0"])
    assert (row["first_supported"], row["changed_again"], row["command"]) == ("2.10.0", True, COMMAND)
    assert (row["class"], row["severity"]) == ("interface", "semantic")
    assert row["texts"] == [{"artifact": "program.signature", "from": "input a", "to": "input c"}]
    assert row["versions"] == list(story)
    assert row["steps"] == [
        {"version": "2.8.0", "result": "same", "outcome": "graphs"},
        {"version": "2.10.0", "result": "changed", "outcome": "graphs"},
        {"version": "2.9.1", "result": "changed", "outcome": "graphs"},
        {"version": "2.9.0", "result": "skipped", "why": NONE.why},
    ]


def test_a_found_change_among_unsupported_versions_names_no_supported_one() -> None:
    *_, found = states_of({"2.8.0": A, "2.9.1": B})
    row = encode_bisection(found, demand_change(found), COMMAND)
    assert (row["finding"], row["first_supported"], row["untested"]) == ("found", None, [])
