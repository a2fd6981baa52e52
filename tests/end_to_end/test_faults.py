"""Whatever a case does costs its own record: all others are as without it, and nothing is left running."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.keys import Key
from tests.end_to_end.example import Example
from tests.end_to_end.faults import (
    BUILD_FAULTS,
    FAULTS,
    HEAD,
    INNOCENTS,
    MODULE_FAULTS,
    Fault,
    fault_modules,
    faults_by_two_paths,
    make_project,
    processes_of,
)

SLEEPING = f"""{HEAD}
def wait(x):
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    time.sleep(1000)

@case
def waits(): return Case(wait, args=ONE, paths=PATHS)
"""


def captures(example: Example) -> dict[Key, dict[str, Any]]:
    """The lines of the last run, without what differs from one run to another."""
    (run,) = (example.root / ".goldens").glob("**/runs/*.jsonl")
    read = (json.loads(line) for line in run.read_text().splitlines())
    lines = [line for line in read if "record" in line]  # neither the header nor the seal
    for line in lines:
        del line["seconds"], line["log"]
    return {Key(line["record"]["case"], line["record"]["path"]): line for line in lines}


def left_running(example: Example, seconds: float = 20.0) -> list[str]:
    """What still runs of a command once it had time to end."""
    end = time.monotonic() + seconds
    while (left := list(processes_of(example.root / ".goldens"))) and time.monotonic() < end:
        time.sleep(0.05)
    return left


@pytest.fixture(scope="module")
def innocent(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project of innocent cases, with goldens."""
    example = make_project(tmp_path_factory.mktemp("innocent"), INNOCENTS)
    example.run("update", code=0)
    assert len(example.goldens()) == 6
    return example


@pytest.fixture(scope="module")
def faulty(innocent: Example, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The same project with faulty cases among them, checked."""
    example = make_project(tmp_path_factory.mktemp("faulty"), {**INNOCENTS, **fault_modules()})
    example.write({name: data.decode() for name, data in innocent.goldens().items()})
    ended = example.run("check", "--path", "make-fx-real", "--path", "export", code=2)
    example.write({"said": ended.output})
    return example


def test_every_other_record_is_as_without_the_faulty_cases(innocent: Example, faulty: Example) -> None:
    wanted, found = captures(innocent), captures(faulty)
    assert len(wanted) == 6
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_case_that_misbehaves_costs_its_record(faulty: Example, fault: Fault) -> None:
    capture = captures(faulty)[Key(f"p/{fault.name}", "make-fx-real")]
    record = capture["record"]
    assert (record["outcome"], record["reason"]) == (fault.outcome, fault.reason)
    assert capture["fault"] is None


@pytest.mark.parametrize("fault", BUILD_FAULTS, ids=[fault.name for fault in BUILD_FAULTS])
def test_a_case_that_cannot_be_built_is_told_once_and_captured_by_no_path(
    faulty: Example, fault: Fault
) -> None:
    said = " ".join((faulty.root / "said").read_text().split())
    assert said.count(f"q/{fault.name} cannot be used: {fault.reason}") == 1
    assert f"q/{fault.name}" not in {case for case, _ in captures(faulty)}


@pytest.mark.parametrize("name", MODULE_FAULTS)
def test_what_a_module_does_when_imported_reaches_no_record(faulty: Example, name: str) -> None:
    assert captures(faulty)[Key(f"p/of_{name}", "make-fx-real")]["record"]["outcome"] == "graphs"


def test_goldens_are_as_before_and_nothing_runs_on(innocent: Example, faulty: Example) -> None:
    assert faulty.goldens() == innocent.goldens()
    assert left_running(faulty) == []


def test_what_a_case_does_by_one_path_costs_no_record_of_another(tmp_path: Path) -> None:
    example = make_project(tmp_path, {**INNOCENTS, **faults_by_two_paths()})
    example.run("update", code=0)
    one_by_one, goldens = captures(example), example.goldens()
    assert len(goldens) == 6 + 2 * 24
    example.run("check", "--no-cache", code=0)
    assert captures(example) == one_by_one
    assert example.goldens() == goldens
    assert left_running(example) == []


def test_a_mistake_stays_with_its_run_and_costs_pytest_only_what_it_touches(example: Example) -> None:
    bad = f"{HEAD}@case\ndef lost(): return Case(None)\n\nraise ValueError('no')\n"
    test = "def test_record(golden_record, golden_snapshot):\n    assert golden_record == golden_snapshot\n"
    example.write({"cases/p/bad.py": bad, "test_goldens.py": test})
    (told,) = json.loads(example.run("check", "--json", code=2).output)["mistakes"]
    assert (told["file"], told["cases"]) == ("p/bad.py", ["p/lost"])
    assert told["problem"] in example.run("report", code=0).output
    (run,) = (example.root / ".goldens").glob("**/runs/*.jsonl")
    shutil.copy(run, example.root / "run.jsonl")
    assert told["problem"] in " ".join(example.run("merge", "run.jsonl", code=2).output.split())
    assert example.pytest("-k", "first").code == 0
    whole = example.pytest()
    assert (whole.code, "6 passed, 1 error" in whole.output) == (1, True)
    assert told["problem"] in whole.output


@pytest.fixture
def example(innocent: Example, tmp_path: Path) -> Example:
    copy = make_project(tmp_path, INNOCENTS)
    return copy.write({name: data.decode() for name, data in innocent.goldens().items()})


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("ctypes.string_at(0)", "its import ends with SIGSEGV"),
        ("sys.exit(3)", "its import ends with exit status 3"),
        ("time.sleep(1000)", "its import takes more than 6 seconds"),
        ("raise ValueError('no')", "ValueError: no"),
    ],
)
def test_a_module_that_cannot_be_imported_costs_its_own_cases(example: Example, body: str, how: str) -> None:
    before = example.goldens()
    example.write({"cases/p/bad.py": f"{HEAD}@case\ndef lost(): return Case(None)\n\n{body}\n"})
    ended = example.run("check", "--no-cache", code=2)
    assert f"the case module p/bad.py cannot be used: {how}" in " ".join(ended.output.split())
    assert "✓ 6 the same as their goldens" in ended.output
    example.run("check", "p/first", code=0)
    lost = example.run("check", "p/lost", code=2)
    assert f"the case module p/bad.py cannot be used: {how}" in " ".join(lost.output.split())
    assert "cannot be used" in example.run("prune", code=2).last_error
    assert example.goldens() == before
    assert left_running(example) == []


@pytest.fixture
def waiting(example: Example) -> Example:
    """The project with a case that changed, and one whose capture waits, beside a process that it started."""
    changed = INNOCENTS["p/aaa.py"].replace("sin", "cos")
    return example.write({"cases/p/bad.py": SLEEPING, "cases/p/aaa.py": changed})


def begin_update(example: Example) -> "subprocess.Popen[str]":
    """Start an update, and return once the capture that never ends is under way."""
    process = example.start("update", "--timeout", "300")
    assert process.stderr is not None
    while not any("sleep 1000" in command for command in processes_of(example.root / ".goldens")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    return process


def test_ctrl_c_leaves_nothing_running(waiting: Example) -> None:
    before = waiting.goldens()
    process = begin_update(waiting)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.splitlines()[-1].split(";")[0]) == (130, "goldens: interrupted")
    assert left_running(waiting) == []
    assert waiting.goldens() == before


def test_a_killed_command_leaves_nothing_running_and_no_lock_that_needs_a_hand(waiting: Example) -> None:
    before = waiting.goldens()
    process = begin_update(waiting)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert left_running(waiting) == []
    assert waiting.goldens() == before
    (waiting.root / "cases" / "p" / "bad.py").unlink()
    waiting.run("update", code=0)
    assert waiting.goldens().keys() == before.keys()
