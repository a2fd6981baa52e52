"""A run from elsewhere is a stranger's: what is wrong with it is told in a sentence, and nothing is done."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens import record_bounds
from graph_goldens.errors import UserError
from graph_goldens.records import Artifact, Capture, Outcome, Record, dump_capture
from graph_goldens.runs import input_bounds
from graph_goldens.runs.run import FORMAT, Run, load_run, save_run
from graph_goldens.runs.seal import seal_lines

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
HEADER = {"run": FORMAT, "environment": ENVIRONMENT, "complete": True, "seconds": 1.5}
RECORD = Record("p/a", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "x"),), source="1a")

Change = Callable[[dict[str, Any]], object]

HOSTILE_NAMES = [
    "",
    ".",
    "..",
    "../../etc",
    "/etc/passwd",
    "p/../../a",
    "p//a",
    "p/.hidden",
    "p\\a",
    "p/a\0",
    "p/a\n",
    "p/\x1b[2J",
    "p/\x9b2J",
    "p/\u202egnp",
    "p/\ud800",
    "p/" + "a" * 300,
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def _write(file: Path, header: object = HEADER, *lines: str) -> Path:
    file.write_text("".join(seal_lines([json.dumps(header), *lines])))
    return file


def _capture_line(change: Change) -> str:
    fields = json.loads(dump_capture(Capture(RECORD, seconds=0.5)))
    change(fields)
    return json.dumps(fields)


def _refused(file: Path) -> str:
    """Demand that a run is refused in one line that steers no terminal."""
    with pytest.raises(UserError, match="is not a run of goldens") as caught:
        load_run(file)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert len(sentence) < 1000
    return sentence


def _loaded(file: Path) -> Run | str:
    """Give a run, or the sentence that refuses it."""
    try:
        return load_run(file)
    except UserError as error:
        return str(error)


def test_a_sound_run_is_read(file: Path) -> None:
    run = load_run(_write(file, HEADER, _capture_line(lambda fields: None)))
    assert run == Run(ENVIRONMENT, {RECORD.key: Capture(RECORD, seconds=0.5)}, complete=True, seconds=1.5)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_could_leave_its_folder_or_steer_a_terminal_is_refused(file: Path, name: str) -> None:
    _refused(_write(file, HEADER, _capture_line(lambda fields: fields["record"].update(case=name))))
    _refused(_write(file, HEADER, _capture_line(lambda fields: fields["record"].update(path=name or "/"))))


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_its_names_are_a_run_is_refused_or_its_goldens_lie_in_their_folder(
    tmp_path_factory: pytest.TempPathFactory, case: str, path: str
) -> None:
    folder = tmp_path_factory.mktemp("run")
    line = _capture_line(lambda fields: fields["record"].update(case=case, path=path))
    run = _loaded(_write(folder / "run.jsonl", HEADER, line))
    if isinstance(run, str):
        assert run.isprintable()
        return
    (key,) = run.captures
    golden = (folder / "snapshots" / "torch-2.13.0" / key[0] / f"{key[1]}.md").resolve()
    assert golden.is_relative_to(folder / "snapshots" / "torch-2.13.0")
    golden.parent.mkdir(parents=True)
    golden.write_text("it can be written")


def _set(*path: str, to: object) -> Change:
    def change(fields: dict[str, Any]) -> None:
        for name in path[:-1]:
            fields = fields[name]
        fields[path[-1]] = to

    return change


def _nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        _set("record", to=None),
        _set("record", "outcome", to="\x1b[2J"),
        _set("record", "facts", to=[]),
        _set("record", "facts", to={"deep": _nested(100)}),
        _set("record", "facts", to={"deep": _nested(5000)}),
        _set("record", "facts", to={"number": float("nan")}),
        _set("record", "facts", to={"number": float("inf")}),
        _set("record", "rules", to=-1),
        _set("record", "rules", to=10**100),
        _set("record", "source", to="../x"),
        _set("record", "source", to="`\n- because: forged"),
        _set("record", "artifacts", to=[["", "x"]]),
        _set("record", "artifacts", to=[["a\x1b", "x"]]),
        _set("record", "artifacts", to=[["a", 1]]),
        _set("record", "artifacts", to=[["a", "x"]] * (record_bounds.MOST_ARTIFACTS + 1)),
        _set("seconds", to=-1),
        _set("seconds", to=10**400),
        _set("broken", to="x"),
        _set("fault", to=3),
    ],
)
def test_a_capture_that_no_worker_would_send_is_refused(file: Path, change: Change) -> None:
    def line() -> str:
        return _capture_line(change)

    try:
        text = line()
    except RecursionError:  # json cannot write it: a stranger can
        text = _capture_line(_set("record", "facts", to={"deep": "HERE"})).replace(
            '"HERE"', "[" * 5000 + "]" * 5000
        )
    _refused(_write(file, HEADER, text))


@pytest.mark.parametrize(
    "header",
    [
        None,
        [],
        {},
        {**HEADER, "environment": []},
        {**HEADER, "environment": {**ENVIRONMENT, "torch": "../2.13.0"}},
        {**HEADER, "environment": {**ENVIRONMENT, "torch": "2.13.0\n"}},
        {**HEADER, "environment": {**ENVIRONMENT, "torch": "9" * 5000}},
        {**HEADER, "environment": {**ENVIRONMENT, "python": "\x1b[2J"}},
        {**HEADER, "environment": {**ENVIRONMENT, "platform": None}},
        {**HEADER, "seconds": True},
        {**HEADER, "seconds": None},
        {**HEADER, "seconds": 10**400},
        {**HEADER, "proved": "all"},
        {**HEADER, "proved": [["a"]]},
        {**HEADER, "unstable": [["\x1b", 1]]},
        {**HEADER, "shard": []},
        {**HEADER, "shard": {"number": 1, "count": 2}},
    ],
)
def test_a_header_that_no_command_would_write_is_refused(file: Path, header: object) -> None:
    _refused(_write(file, header))


def test_two_captures_of_one_record_are_refused(file: Path) -> None:
    line = _capture_line(lambda fields: None)
    assert "two captures of one case and tracing path" in _refused(_write(file, HEADER, line, line))


@pytest.mark.parametrize(
    ("bound", "said"),
    [("LARGEST_FILE", "MiB, and"), ("LONGEST_LINE", "longer than"), ("MOST_RECORDS", "more than 0 records")],
)
def test_what_is_beyond_bounds_is_not_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, bound: str, said: str
) -> None:
    line = _capture_line(lambda fields: None)
    _write(file, HEADER, line, line.replace("export", "other"))
    monkeypatch.setattr(input_bounds, bound, 0)
    assert said in _refused(file)


def test_an_artifact_beyond_bounds_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_bounds, "LONGEST_TEXT", 10)
    line = _capture_line(_set("record", "artifacts", to=[["a", "x" * 11]]))
    assert "is larger than" in _refused(_write(file, HEADER, line))


@given(st.binary(max_size=300))
def test_no_bytes_give_a_traceback(tmp_path_factory: pytest.TempPathFactory, nonsense: bytes) -> None:
    file = tmp_path_factory.mktemp("run") / "run.jsonl"
    file.write_bytes(nonsense)
    _refused(file)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["environment", "complete", "seconds", "proved", "unstable", "shard"]), _JSON)
def test_no_header_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: object
) -> None:
    file = _write(tmp_path_factory.mktemp("run") / "run.jsonl", {**HEADER, name: value})
    run = _loaded(file)
    assert isinstance(run, Run) or run.isprintable()


@given(st.sampled_from(["case", "path", "outcome", "reason", "facts", "artifacts", "source", "rules"]), _JSON)
def test_no_record_gives_a_traceback_neither_when_it_is_read_nor_when_it_is_written_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("run")
    line = _capture_line(_set("record", name, to=value))
    run = _loaded(_write(folder / "run.jsonl", HEADER, line))
    if isinstance(run, str):
        assert run.isprintable()
    else:
        assert load_run(save_run(run, folder)) == run
