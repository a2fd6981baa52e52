"""Parts of a check on several machines, and their runs joined: the report and exit code of the whole."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph_goldens.runs.run import load_run
from tests.end_to_end.example import Ended, Example, make_alone, reseal

MODULE = """
import torch

from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake", "export")


@case
def sine() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=PATHS[:2])


@case
def module() -> Case:
    return Case(torch.nn.ReLU(), args=(torch.ones(2),), paths=PATHS)
"""
ALL = 5


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project one golden of which differs from its record, and one of which is of no case."""
    example = make_alone(tmp_path_factory.mktemp("project"), {"p/programs.py": MODULE})
    example.run("update", code=0)
    golden = example.golden("p/sine", "make-fx-real")
    golden.write_text(golden.read_text().replace("aten.sin", "aten.cos"))
    gone = example.root / "snapshots" / "torch-2.13.0" / "p" / "gone"
    gone.mkdir()
    text = example.golden("p/module", "export").read_text()
    (gone / "export.md").write_text(text.replace("p/module", "p/gone"))
    return example


@pytest.fixture(scope="module")
def whole(accepted: Example) -> Ended:
    return accepted.run("check", code=1)


@pytest.fixture(scope="module")
def shards(accepted: Example, whole: Ended, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The runs of three machines."""
    folder = tmp_path_factory.mktemp("runs")
    runs = []
    for number in (1, 2, 3):
        ended = accepted.run("check", "--shard", f"{number}/3")
        assert f"shard {number} of 3: " in ended.output
        assert "unused" not in ended.output
        file = _run(accepted, number)
        (folder / file.name).write_bytes(file.read_bytes())
        runs.append(str(folder / file.name))
    return runs


def _run(example: Example, number: int) -> Path:
    """The run of a third of the project's records."""
    (file,) = (example.root / ".goldens").rglob(f"torch-*.shard-{number}-of-3.jsonl")
    return file


def _said(ended: Ended) -> list[str]:
    """The report without its times and what it reused."""
    lines = (re.sub(r"in [0-9.]+ s", "in … s", line) for line in ended.output.splitlines())
    return [line for line in lines if "captured before" not in line]


def _records(ended: Ended) -> list[dict[str, object]]:
    return [{**record, "seconds": 0} for record in ended.json["records"]]


def test_the_parts_share_the_records_among_them(accepted: Example, shards: Sequence[str]) -> None:
    sizes = [len(load_run(Path(file)).captures) for file in shards]
    assert sum(sizes) == ALL
    assert all(sizes)


def test_joined_shards_say_what_the_whole_says(
    accepted: Example, whole: Ended, shards: Sequence[str], tmp_path: Path
) -> None:
    before = accepted.goldens()
    joined = accepted.run("merge", *reversed(shards), "--output", str(tmp_path / "joined.jsonl"), code=1)
    assert _said(joined) == _said(whole)
    assert "unused golden snapshots/torch-2.13.0/p/gone/export.md" in joined.output
    as_json = accepted.run("merge", *shards, "--json", code=1)
    unsharded = accepted.run("check", "--json", code=1)
    assert _records(as_json) == _records(unsharded)
    assert as_json.json["unused"] == unsharded.json["unused"]
    assert as_json.json["complete"] is True
    again = accepted.run("check", "--from-run", str(tmp_path / "joined.jsonl"), code=1)
    assert _said(again) == _said(joined)
    assert accepted.goldens() == before


def test_a_missing_shard_is_named(accepted: Example, shards: Sequence[str]) -> None:
    ended = accepted.run("merge", shards[0], shards[2], code=2)
    assert ended.last_error == (
        "goldens: of 3 shards these are missing: 2; capture each with `goldens check --shard 2/3` and so on"
    )


def test_measured_times_split_otherwise_and_such_shards_do_not_mix(
    accepted: Example, shards: Sequence[str], tmp_path: Path
) -> None:
    times = tmp_path / "times.jsonl"
    accepted.run("merge", *shards, "-o", str(times))
    text = re.sub(r'"seconds": [0-9.e-]+, "log"', '"seconds": 0.1, "log"', times.read_text())
    slow = text.replace('"seconds": 0.1, "log"', '"seconds": 99.0, "log"', 1)
    times.write_text(reseal(slow))
    accepted.run("check", "--shard", "1/3", "--durations", str(times))
    other = _run(accepted, 1)
    assert len(load_run(other).captures) == 1
    ended = accepted.run("merge", str(other), *shards[1:], code=2)
    assert "were not split alike" in ended.last_error


def test_more_shards_than_records_leave_some_empty(accepted: Example) -> None:
    ended = accepted.run("check", "--shard", "9/9", code=0)
    assert "shard 9 of 9: 0 of 5 records" in ended.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "--shard", "4/3"), "'4/3' is not a shard; give one such as 3/8"),
        (("check", "--shard", "all"), "'all' is not a shard"),
        (("check", "--durations", "x"), "give --shard K/N with it"),
        (("check", "--shard", "1/2", "--durations", "gone.jsonl"), "gone.jsonl cannot be read"),
        (("check", "--shard", "1/2", "--from-run", "x"), "leave --shard out"),
        (("merge", "gone.jsonl"), "gone.jsonl cannot be read"),
    ],
)
def test_a_slip_is_told_in_a_sentence(accepted: Example, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in accepted.run_here(*arguments, code=2).last_error


def test_a_run_of_another_environment_is_refused(
    accepted: Example, shards: Sequence[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(reseal(Path(shards[1]).read_text().replace("2.13.0+cpu", "2.13.0+cu130")))
    ended = accepted.run("merge", shards[0], str(other), shards[2], code=2)
    assert "are not of one environment: they differ in torch" in ended.last_error


def test_a_run_with_a_hostile_name_writes_and_shows_nothing_of_it(
    accepted: Example, shards: Sequence[str], tmp_path: Path
) -> None:
    before = accepted.goldens()
    hostile = tmp_path / "hostile.jsonl"
    text = Path(shards[0]).read_text()
    for name in ("p/../../../../outside", "p/\\u001b]0;owned\\u0007"):
        hostile.write_text(reseal(text.replace('"case": "p/', f'"case": "{name}')))
        for command in ("check", "update"):
            ended = accepted.run(command, "--from-run", str(hostile), code=2)
            assert "is not a run of goldens" in ended.last_error
            assert "\x1b" not in ended.output + ended.errors
    assert accepted.goldens() == before
