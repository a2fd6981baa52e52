"""Whatever goes wrong: one clear sentence, the right exit code, and every golden as it was."""

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.example import Example, interrupt_when, make_alone

GOOD = """
import torch

from graph_goldens import Case, case


@case
def good() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("make-fx-real", "make-fx-fake"))
"""

HEAD = "import os, time, torch\nfrom graph_goldens import Case, Fact, Raises, case\nONE = (torch.ones(2),)\n"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = make_alone(tmp_path_factory.mktemp("project"), {"p/good.py": GOOD})
    example.run("update", code=0)
    assert len(example.goldens()) == 2
    return example.keep()


@pytest.fixture
def example(original: Example) -> Example:
    return original.restored()


def _add_case(example: Example, body: str) -> None:
    example.write({"cases/p/bad.py": HEAD + body})


def _join_lines(output: str) -> str:
    """Undo the wrapping of long lines."""
    return " ".join(output.split())


def test_a_folder_without_cases_is_told_in_a_sentence(tmp_path: Path) -> None:
    example = make_alone(tmp_path, {"shapes/empty.py": "VALUE = 1\n"})
    last = example.run("check", code=2).last_error
    assert last.endswith("/cases holds no cases; a case is a function marked with @case")


def test_a_claim_that_does_not_hold_is_refused_and_the_rest_is_written(
    example: Example,
) -> None:
    before = example.goldens()
    _add_case(
        example,
        "@case\ndef bad(): return Case(lambda x: x.cos(), args=ONE, paths=('make-fx-real',),"
        " claims=(Fact('same_as_eager', False),))\n"
        "@case\ndef silent(): return Case(lambda x: x.cos(), args=ONE, paths=('make-fx-real',),"
        " claims=(Raises('RuntimeError', 'never'),))\n"
        "@case\ndef other(): return Case(lambda x: x.cos(), args=ONE, paths=('make-fx-real',))\n",
    )
    ended = example.run("update", code=6)
    assert "claimed same_as_eager = False, but it is True" in ended.output
    assert set(example.goldens()) - set(before) == {"snapshots/torch-2.13.0/p/other/make-fx-real.md"}
    assert before.items() <= example.goldens().items()
    ended = example.run("check", "silent", code=6)
    assert "claimed RuntimeError 'never', but nothing was raised" in ended.output


def test_a_record_that_two_fresh_processes_do_not_agree_on_is_refused(example: Example) -> None:
    before = example.goldens()
    _add_case(
        example,
        "@case\ndef bad():\n"
        "    scale = hash('any text') % 1000\n"
        "    return Case(lambda x: x * scale, args=ONE, paths=('make-fx-real',))\n",
    )
    ended = example.run("update", code=5)
    assert "two fresh processes with other hash seeds and orders gave two records" in ended.output
    assert example.goldens() == before


def test_a_filtered_update_touches_nothing_else(example: Example) -> None:
    before = example.goldens()
    example.golden("p/good", "make-fx-fake").unlink()
    example.write({"cases/p/good.py": GOOD.replace("x.sin()", "x.tan()")})
    example.run("update", "good", "--path", "make-fx-fake", code=0)
    after = example.goldens()
    real = "snapshots/torch-2.13.0/p/good/make-fx-real.md"
    assert after[real] == before[real]
    assert len(after) == 2


def test_a_golden_with_conflict_markers_is_named_and_stays(example: Example) -> None:
    file = example.golden("p/good", "make-fx-real")
    file.write_text(file.read_text().replace("## traced.code", "<<<<<<< HEAD\n## traced.code"))
    before = example.goldens()
    for command in ("check", "update"):
        ended = example.run(command, code=2)
        assert "conflict marker" in ended.output
        assert "p/good/make-fx-real.md" in ended.output
    assert example.goldens() == before
    assert "conflict marker" in example.run("show", "good", code=2).last_error


def test_a_case_module_that_raises_is_told_in_a_sentence(example: Example) -> None:
    before = example.goldens()
    told = "the case module p/bad.py cannot be used: ValueError: not today"
    example.write({"cases/p/bad.py": "raise ValueError('not today')\n"})
    for command in ("check", "update"):
        ended = example.run(command, code=2)
        assert _join_lines(ended.output).count(told) == 1
        assert "✓ 2 the same as their goldens" in ended.output
    for command in ("list", "prune"):
        assert example.run(command, code=2).last_error == f"goldens: {told}"
    assert example.goldens() == before


def test_a_case_that_cannot_be_built_costs_its_own_records(example: Example) -> None:
    before = example.goldens()
    _add_case(example, "@case\ndef bad(): raise ValueError('not today')\n")
    ended = example.run("update", code=2)
    told = "p/bad.py:4: p/bad cannot be used: it cannot be built: ValueError: not today"
    assert _join_lines(ended.output).count(told) == 1
    assert "✓ 2 the same as their goldens" in ended.output
    assert example.goldens() == before


def test_a_case_that_crashes_is_a_record_and_nothing_more(example: Example) -> None:
    _add_case(
        example,
        "def crash(x): os.kill(os.getpid(), 11)\n"
        "@case\ndef bad(): return Case(crash, args=ONE, paths=('make-fx-real',))\n",
    )
    ended = example.run("check", "--json", code=4)
    outcomes = {(record["case"], record["path"]): record["outcome"] for record in ended.json["records"]}
    assert outcomes[("p/bad", "make-fx-real")] == "crash"
    assert outcomes[("p/good", "make-fx-real")] == "graphs"


def test_ctrl_c_ends_a_command_in_a_sentence_and_leaves_nothing_running(example: Example) -> None:
    before = example.goldens()
    _add_case(
        example,
        "def wait(x): time.sleep(4321); return x\n"
        "@case\ndef bad(): return Case(wait, args=ONE, paths=('make-fx-real',))\n",
    )
    ended = interrupt_when(example.start("update"), "capturing: 3 records")
    assert ended.code == 130
    assert ended.last_error.startswith("goldens: interrupted")
    assert "Traceback" not in ended.errors
    assert example.goldens() == before
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [
        line
        for line in listed.splitlines()
        if "graph_goldens.capture.worker" in line and str(example.root) in line
    ]


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(example: Example) -> None:
    before = example.goldens()
    example.write({"snapshots/torch-2.13.0/p/other": "a file where a folder should be"})
    _add_case(
        example,
        "@case\ndef other(): return Case(lambda x: x.cos(), args=ONE, paths=('make-fx-real',))\n",
    )
    ended = example.run("update", code=70)
    assert "cannot write" in ended.last_error
    assert before.items() <= example.goldens().items()


def test_two_updates_at_once_give_what_one_gives(example: Example) -> None:
    example.write({"cases/p/good.py": GOOD.replace("x.sin()", "x.tan()")})
    processes = [example.start("update"), example.start("update")]
    codes = [process.wait(timeout=120) for process in processes]
    for process in processes:
        process.communicate()
    assert codes == [0, 0]
    assert len(example.goldens()) == 2
    example.run("check", code=0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "gold"), "'gold' matches no case; did you mean p/good? or see `goldens list`"),
        (("check", "--path", "exprot"), "'exprot' matches no tracing path"),
        (("show", "nothing"), "'nothing' matches no case"),
        (("check", "--torch", "new"), "'new' is not a PyTorch version"),
        (("check", "--cases", "nowhere"), "nowhere is not a folder of cases"),
    ],
)
def test_a_slip_is_told_in_a_sentence(example: Example, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in example.run_here(*arguments, code=2).last_error


def test_a_machine_without_a_compiler_is_told_what_to_install(example: Example) -> None:
    example.write({"cases/p/library.cpp": "int one;\n"})
    ended = example.run("check", code=70, PATH="/nonexistent", CXX="")
    assert ended.last_error == (
        "goldens: no C++ compiler found: install g++ (Debian: apt-get install g++) or set CXX"
    )


def test_sources_that_do_not_compile_are_told_with_their_first_error(example: Example) -> None:
    example.write({"cases/p/library.cpp": "this is no C++\n"})
    ended = example.run("check", code=70)
    assert "the C++ library of the pack p does not compile" in ended.last_error
    assert "error:" in ended.last_error


def test_checking_writes_nothing_outside_the_working_folder(example: Example) -> None:
    before = _files_outside_the_working_folder(example)
    example.run("check", "--no-cache", code=0)
    assert _files_outside_the_working_folder(example) == before


def _files_outside_the_working_folder(example: Example) -> dict[str, int]:
    files = (file for file in example.root.rglob("*") if ".goldens" not in file.parts)
    return {str(file): file.stat().st_mtime_ns for file in files if file.is_file()}
