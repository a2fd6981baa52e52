"""Checks on a Ray cluster of three machines, all of them processes of this one, by the real command."""

import json
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from ray._private.utils import check_version_info

from graph_goldens.machines.ray_connection import explain_refusal
from tests.end_to_end.example import Ended, Example
from tests.machines.ray_processes import Machines

PYTHON = str(Path(__file__).with_name("fake_python.py"))
RECORDS = 120
PROCESSES_OF_A_WORKER = 2  # its own, and that of its guard
NO_UV = "raise ModuleNotFoundError(\"No module named 'uv'\", name='uv')\n"


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with tempfile.TemporaryDirectory(prefix="gg", dir="/tmp") as folder:  # sockets have short names
        started = Machines(Path(folder), tmp_path_factory.mktemp("kept"))
        try:
            started.start_head()
            started.add()
            started.add()
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose goldens were captured on this machine."""
    settings = '[tool.goldens]\nsupported = ["2.13.0"]\n'
    example = Example(tmp_path_factory.mktemp("captured"))
    example.write({"pyproject.toml": settings, "cases/p/c.py": ""}).run("update", "--python", PYTHON, code=0)
    return example.root


@pytest.fixture
def alone(captured: Path, tmp_path: Path) -> Example:
    """A copy of it for one test."""
    shutil.copytree(captured, tmp_path, dirs_exist_ok=True)
    return Example(tmp_path)


def check_on(machines: Machines, example: Example, on: str = "ray", code: int = 0) -> Ended:
    return example.run("check", "--python", PYTHON, "--on", on, code=code, **machines.variables)


def read_records(example: Example) -> list[bytes]:
    """Read the records of the last run, without how long each took."""
    run = example.root / ".goldens" / "runs" / "torch-2.13.0+cpu.jsonl"
    captures = [json.loads(line) for line in run.read_bytes().splitlines()[1:-1]]
    assert len(captures) == RECORDS
    return [json.dumps({**each, "seconds": 0}).encode() for each in captures]


@pytest.mark.parametrize("client", [False, True])
def test_machines_give_the_records_of_one(machines: Machines, alone: Example, client: bool) -> None:
    expected = read_records(alone)
    ended = check_on(machines, alone, f"ray://127.0.0.1:{machines.client}" if client else "ray")
    assert f"✓ {RECORDS} the same as their goldens" in ended.output
    assert "captures on 2 machines with 2 cores" in ended.errors
    assert f"capturing: {RECORDS}/{RECORDS}" in ended.errors
    assert read_records(alone) == expected


def test_a_machine_that_is_lost_changes_nothing(machines: Machines, alone: Example) -> None:
    machines.add()
    expected = read_records(alone)
    heard = []
    with alone.start("check", "--python", PYTHON, "--on", "ray", **machines.variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            heard.append(line)
            if "capturing: 12/" in line:
                machines.kill(machines.started[1])
        process.wait(300)
    assert process.returncode == 0, heard
    assert any("capturing: 12/" in line for line in heard), "a machine was lost"
    assert f"capturing: {RECORDS}/{RECORDS}\n" in heard
    assert not any("raylet" in line for line in heard), "Ray's own words stay away"
    assert read_records(alone) == expected


def test_a_record_that_kills_what_captures_it_is_a_crash_alone(machines: Machines, alone: Example) -> None:
    expected = read_records(alone)
    alone.write({"cases/p/c.py": "# kill"})
    check_on(machines, alone, code=1)
    different = [
        json.loads(new) for old, new in zip(expected, read_records(alone), strict=True) if old != new
    ]
    (record,) = (each["record"] for each in different)
    assert (record["case"], record["path"], record["outcome"]) == ("p/c07", "make-fx-real", "crash")
    assert record["reason"] == "what ran it, or its machine, was lost 3 times"


def test_nothing_runs_on_where_a_command_is_killed(machines: Machines, alone: Example) -> None:
    with alone.start("check", "--python", PYTHON, "--on", "ray", **machines.variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "capturing: 12/" in line:
                assert list_workers() != []
                process.kill()
        process.wait(60)
    assert process.returncode == -signal.SIGKILL
    until = time.monotonic() + 60
    while list_workers():
        assert time.monotonic() < until, list_workers()
        time.sleep(0.2)


def list_workers() -> list[Path]:
    """List the processes that are a worker."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [file] if PYTHON.encode() in file.read_bytes() and b"worker" in file.read_bytes() else []
    return found


def test_without_a_cluster_a_sentence_says_so(alone: Example) -> None:
    places = {"ray": ("127.0.0.1:1", "nowhere.invalid:6379", "nonsense"), "ray://127.0.0.1:1": ("",)}
    for on, addresses in places.items():
        for address in addresses:
            ended = alone.run("check", "--python", PYTHON, "--on", on, code=2, RAY_ADDRESS=address)
            assert ended.last_error.startswith(f"goldens: no Ray cluster at {address or on}: ")
            assert ended.last_error.endswith(
                "start one with `ray start --head`, or name one, --on ray://HOST:PORT"
            )


def test_a_machine_without_uv_is_told_with_what_installs_it(
    machines: Machines, alone: Example, tmp_path_factory: pytest.TempPathFactory
) -> None:
    packages = tmp_path_factory.mktemp("packages")  # not in the project, which travels
    (packages / "uv.py").write_text(NO_UV)
    machines.add(PYTHONPATH=str(packages))
    for machine in machines.started[1:-1]:
        machines.kill(machine)
    ended = check_on(machines, alone, code=70)
    assert "a machine of the Ray cluster has no package uv" in ended.last_error
    assert "pip install 'graph-goldens[ray]'" in ended.last_error


def test_a_machine_does_one_order_at_a_time(machines: Machines, alone: Example) -> None:
    machines.add()
    for machine in machines.started[1:-1]:
        machines.kill(machine)
    alone.write({"cases/p/c.py": "# slow"})
    counts = []
    with alone.start("check", "--python", PYTHON, "--on", "ray", **machines.variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            counts += [len(list_workers())] if "capturing: " in line else []
        process.wait(60)
    assert process.returncode == 0
    assert len(counts) > 5
    assert 0 < max(counts) <= PROCESSES_OF_A_WORKER


def test_a_head_that_is_lost_ends_the_check(machines: Machines, alone: Example) -> None:
    with alone.start("check", "--python", PYTHON, "--on", "ray", **machines.variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "capturing: 12/" in line:
                machines.kill(machines.started[0])
        process.wait(60)
    assert process.returncode == 70
    assert line.startswith("goldens: the Ray cluster is lost: ")


def test_other_versions_than_the_cluster_s_are_told_in_a_sentence() -> None:
    with pytest.raises(RuntimeError) as raised:
        check_version_info({"ray_version": "2.1.0", "python_version": "3.9.1"}, "Ray Client")
    assert re.fullmatch(
        r"the cluster has Ray 2\.1\.0 and Python 3\.9\.1, and here are Ray \S+ and Python \S+; both must be "
        r"the same: install ray==2\.1\.0 in a Python 3\.9\.1 here",
        explain_refusal(raised.value),
    )
