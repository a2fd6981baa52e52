import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments import worker_client as worker_module
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_client import Worker, start_worker
from graph_goldens.environments.worker_messages import ListedCase
from graph_goldens.errors import ToolError
from graph_goldens.keys import Key
from tests.cxx import write_compiler

Script = Callable[[str, str], Path]

FAKE = str(Path(__file__).with_name("fake_worker.py"))

Start = Callable[..., Worker]


@pytest.fixture
def start(environment: Environment, folder: Path, tmp_path: Path) -> Iterator[Start]:
    started: list[Worker] = []

    def begin(**options: object) -> Worker:
        chosen = {"program": (FAKE,), **options}
        started.append(start_worker(environment, tmp_path, folder, **chosen))  # type: ignore[arg-type]
        return started[-1]

    yield begin
    for worker in started:
        worker.close()


def names(worker: Worker, *cases: str) -> list[str]:
    return [
        capture.record.case for capture in worker.capture([Key(case, "export") for case in cases], timeout=10)
    ]


def test_a_worker_says_what_it_is_and_which_cases_there_are(start: Start) -> None:
    worker = start()
    assert (worker.hello.torch, worker.hello.cuda, worker.hello.paths) == ("2.13.0+cpu", None, ("export",))
    assert worker.listing.cases == (ListedCase("fake/one", ("export",), "d", "fake/m.py", 3),)
    assert worker.listing.mistakes == (Mistake("fake/x.py", "ImportError: no y"),)


def test_captures_come_request_after_request(start: Start) -> None:
    with start() as worker:
        assert names(worker, "fake/one", "fake/two") == ["fake/one", "fake/two"]
        assert names(worker, "fake/three") == ["fake/three"]
        assert names(worker) == []


def test_a_worker_gets_its_seed_its_options_and_a_folder_of_its_own(
    start: Start, folder: Path, tmp_path: Path
) -> None:
    worker = start(hash_seed=5, jobs=2)
    (capture,) = worker.capture([Key("fake/variables", "export")], timeout=10)
    seen = json.loads(capture.log)
    assert seen["seed"] == "5"
    options = ["--cases", str(tmp_path), "--jobs", "2", "--seconds", "60.0", "--package", "cases"]
    assert seen["arguments"] == options
    assert Path(seen["folder"]).is_relative_to(folder)


def test_a_worker_is_told_of_its_libraries(
    start: Start,
    environment: Environment,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CXX", str(write_compiler(tmp_path / "compiler")))
    (tmp_path / "cases" / "pack").mkdir(parents=True)
    (tmp_path / "cases" / "pack" / "library.cpp").touch()
    libraries = start_libraries(tmp_path / "cases", environment, folder)
    worker = start(libraries=libraries)
    (capture,) = worker.capture([Key("fake/variables", "export")], timeout=10)
    assert json.loads(capture.log)["loaded"] == [str(libraries["pack"].await_path())]


@pytest.mark.parametrize(
    ("case", "how"), [("segfault", "SIGSEGV"), ("kill", "SIGKILL"), ("exit", "exit status 3")]
)
def test_a_worker_that_dies_is_told_in_one_sentence(start: Start, case: str, how: str) -> None:
    with pytest.raises(ToolError, match=rf"^the worker of torch-2\.13\.0\+cpu ended with {how}; .*log"):
        names(start(), f"fake/{case}")


def test_the_sentence_holds_the_last_line_of_the_log(start: Start) -> None:
    with pytest.raises(ToolError, match="'about to die' is the last line of its log /"):
        names(start(), "fake/segfault")


def test_captures_before_the_death_are_not_lost(start: Start) -> None:
    captures = start().capture([Key("fake/one", "export"), Key("fake/exit", "export")], timeout=10)
    assert next(captures).record.case == "fake/one"
    with pytest.raises(ToolError):
        next(captures)


def test_asking_a_dead_worker_is_one_sentence(start: Start) -> None:
    worker = start()
    with pytest.raises(ToolError):
        names(worker, "fake/exit")
    with pytest.raises(ToolError, match="has not finished"):
        names(worker, "fake/one")


def test_nonsense_is_told_in_one_sentence(start: Start) -> None:
    with pytest.raises(ToolError, match="sent something that is not an answer: not a line of JSON"):
        names(start(), "fake/nonsense")


def test_a_line_that_is_too_long_is_told_in_one_sentence(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LONGEST_LINE", 5_000)
    with pytest.raises(ToolError, match="a line of more than"):
        names(start(), "fake/long")


def test_a_worker_that_falls_silent_is_ended(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_GRACE_SECONDS", 0.1)
    with pytest.raises(ToolError, match="sent nothing for 0 seconds"):
        list(start().capture([Key("fake/silence", "export")], timeout=0.1))


def test_giving_up_half_way_ends_the_worker(start: Start) -> None:
    worker = start()
    captures = worker.capture([Key("fake/one", "export"), Key("fake/silence", "export")], timeout=10)
    next(captures)
    captures.close()
    with pytest.raises(ToolError):
        names(worker, "fake/one")


def test_what_a_case_started_ends_with_the_worker(start: Start) -> None:
    with start() as worker:
        names(worker, "fake/child")
    assert worker.closed


def test_an_exception_in_the_block_ends_the_worker(start: Start) -> None:
    with pytest.raises(KeyboardInterrupt), start() as worker:
        raise KeyboardInterrupt
    assert worker.closed


def test_a_worker_that_cannot_start_is_told_in_one_sentence(start: Start) -> None:
    with pytest.raises(ToolError, match=r"ended with exit status 2; .*none.py"):
        start(program=("/none.py",))


def test_a_worker_that_says_something_else_first_is_told_in_one_sentence(start: Start) -> None:
    with pytest.raises(
        ToolError, match="sent something that is not an answer: Object missing required field `hello`"
    ):
        start(program=("-c", "print({})"))


def test_the_interpreter_is_the_environments(start: Start, environment: Environment) -> None:
    assert environment.python == Path(sys.executable)
    assert start().log.name.startswith("worker-torch-2.13.0+cpu-0-")


def test_modules_whose_import_ends_the_worker_are_left_out_of_the_next(start: Start) -> None:
    worker = start(others={"FAKE_IMPORTING": "fake/bad.py fake/good.py fake/bad_too.py"})
    (capture,) = worker.capture([Key("fake/variables", "export")], timeout=10)
    arguments = json.loads(capture.log)["arguments"]
    left_out = [arguments[place + 1] for place, word in enumerate(arguments) if word == "--unusable"]
    assert left_out == ["fake/bad.py", "fake/bad_too.py"]
    assert "its import ends with exit status 3; " in arguments[arguments.index("fake/bad.py") + 1]


def test_a_record_that_was_not_asked_for_is_not_taken(start: Start) -> None:
    with pytest.raises(ToolError, match="which was not asked for"):
        names(start(), "fake/another")


def test_an_answer_without_a_record_that_was_asked_for_is_not_taken(start: Start) -> None:
    with pytest.raises(ToolError, match=r"without 1 record(?!s)"):
        names(start(), "fake/nothing")


def test_a_request_says_how_much_memory_a_capture_may_use(start: Start) -> None:
    (capture,) = start().capture([Key("fake/variables", "export")], timeout=10, memory=1 << 20)
    assert json.loads(capture.log)["memory"] == 1 << 20
