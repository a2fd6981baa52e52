"""Goldens of older rules are brought to those of now, where nothing but the rules makes a difference."""

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.goldens.format import Golden, render
from graph_goldens.goldens.reader import parse
from graph_goldens.graphs.module_chains import tell_modules_in_full
from graph_goldens.records import Record
from tests.end_to_end.example import Example, make_alone

CASES = """
import torch

from graph_goldens import Case, case


@case
def good() -> Case:
    return Case(lambda x: x.sin() * 2.0, args=(torch.ones(2),), paths=("make-fx-real", "export"))


@case
def other() -> Case:
    return Case(lambda x: x.add_(1), args=(torch.ones(2),), paths=("make-fx-real",))
"""
BROUGHT = (".effects", ".constants", ".provenance")
FACTS = ("exported", "module", "symbols", "error")
BEFORE = "values; script objects by type and flattened state"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project whose goldens are of the first rules, one of them with a reason."""
    example = make_alone(tmp_path_factory.mktemp("project"), {"p/some.py": CASES})
    example.run("update", code=0)
    keep_apart(example)
    for file in (example.root / "snapshots").rglob("*.md"):
        edit(file, write_by_first_rules, "once told" if "other" in str(file) else "")
    return example.keep()


@pytest.fixture
def example(original: Example) -> Example:
    return original.restored()


def keep_apart(example: Example) -> None:
    """Keep what `goldens update` wrote, to hold what a refresh writes against it."""
    for name, data in example.goldens().items():
        file = example.root / "updated" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def write_by_first_rules(record: Record) -> Record:
    """Undo what version 2 of the rules brought to the records of this project."""
    facts = {name: value for name, value in record.facts.items() if name not in FACTS}
    artifacts = tuple(each for each in record.artifacts if not each.name.endswith(BROUGHT))
    return replace(record, rules=1, facts={**facts, "judged_by": BEFORE}, artifacts=artifacts)


def write_by_second_rules(record: Record) -> Record:
    """Undo what version 3 of the rules brought to this project's records, whose tensors have one size."""
    artifacts = tuple(
        replace(each, text=tell_modules_in_full(each.text).replace("[2] cpu", "[2] stride (1) cpu"))
        for each in record.artifacts
    )
    return replace(record, rules=2, artifacts=artifacts)


def edit(file: Path, change: Callable[[Record], Record], because: str = "") -> None:
    golden = parse(file.read_bytes(), str(file))
    file.write_bytes(render(Golden(change(golden.record), because or golden.because)))


def read(file: Path) -> Golden:
    return parse(file.read_bytes(), str(file))


def give_other_code(record: Record) -> Record:
    first, *rest = record.artifacts
    return replace(record, artifacts=(replace(first, text=first.text.replace("mul", "div")), *rest))


def test_what_is_written_is_what_an_update_writes_with_the_reasons_of_before(example: Example) -> None:
    ended = example.run("refresh", code=0)
    assert "refreshed 3 goldens, 3 of its own" in ended.output
    assert "judged_by in other words 3" in ended.output
    assert "+ effects 1" in ended.output
    for name in example.goldens():
        refreshed, updated = read(example.root / name), read(example.root / "updated" / name)
        assert refreshed.record == updated.record
        assert refreshed.record.rules == RULES_VERSION
        assert refreshed.because == ("once told" if "other" in name else "")
    example.run("check", code=0)


def test_a_second_refresh_finds_nothing_to_do_and_captures_nothing(example: Example) -> None:
    example.run("refresh", code=0)
    before = example.goldens()
    ended = example.run("refresh", code=0)
    assert ended.output == "no golden is of older rules\n"
    assert "capturing" not in ended.errors
    assert example.goldens() == before


def test_other_drift_is_refused_and_shown_and_the_rest_is_written(example: Example) -> None:
    file = example.golden("p/good", "make-fx-real")
    edit(file, give_other_code)
    before = file.read_bytes()
    ended = example.run("refresh", code=1)
    assert "✗ p/good · make-fx-real" in ended.output
    assert "goldens update p/good --path make-fx-real --torch 2.13.0" in ended.output
    assert "refused 1 golden" in ended.output
    assert "refreshed 2 goldens, 2 of its own" in ended.output
    assert file.read_bytes() == before
    assert read(example.golden("p/good", "export")).record.rules == RULES_VERSION


def test_a_selection_touches_nothing_else(example: Example) -> None:
    before = example.goldens()
    example.run("refresh", "good", "--path", "export", code=0)
    changed = [name for name, data in example.goldens().items() if data != before[name]]
    assert changed == ["snapshots/torch-2.13.0/p/good/export.md"]


def test_what_other_versions_resolve_to_stays(example: Example) -> None:
    file = example.golden("p/good", "export")
    older = Path(str(file).replace("2.13.0", "2.12.1"))
    older.parent.mkdir(parents=True)
    file.rename(older)
    before = older.read_bytes()
    example.run("refresh", "good", "--path", "export", code=0)
    assert older.read_bytes() == before
    assert read(file).record.rules == RULES_VERSION


def test_a_refresh_that_is_killed_loses_nothing_and_another_ends_its_work(example: Example) -> None:
    before = example.goldens()
    process = example.start("refresh")
    assert process.stderr is not None
    for line in process.stderr:
        if "writing goldens" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    time.sleep(0.1)
    after = {name: data for name, data in example.goldens().items() if name.endswith(".md")}  # drafts apart
    updated = {name: read(example.root / "updated" / name).record for name in before}
    assert after.keys() == before.keys()
    assert all(
        data == before[name] or read(example.root / name).record == updated[name]
        for name, data in after.items()
    )
    example.run("refresh", code=0)
    assert all(read(example.root / name).record == updated[name] for name in before)


def test_a_record_that_two_processes_do_not_agree_on_is_refused(example: Example) -> None:
    example.write({"cases/p/some.py": CASES.replace("* 2.0", "* (hash('any text') % 1000)")})
    before = example.goldens()
    ended = example.run("refresh", "good", "--path", "make-fx-real", code=5)
    assert "two fresh processes with other hash seeds and orders gave two records" in ended.output
    assert example.goldens() == before


def test_without_goldens_there_is_nothing_to_refresh(tmp_path: Path) -> None:
    example = make_alone(tmp_path, {"p/some.py": CASES})
    assert "write the first with `goldens update`" in example.run("refresh", code=2).last_error


@pytest.fixture
def second(example: Example) -> Example:
    """A project whose goldens are of the second rules, one of them of two versions."""
    for name in example.goldens():
        data = (example.root / "updated" / name).read_bytes()
        (example.root / name).write_bytes(data)
        edit(example.root / name, write_by_second_rules, "once told" if "other" in name else "")
    own = example.golden("p/good", "export")
    older = Path(str(own).replace("2.13.0", "2.12.1"))
    older.parent.mkdir(parents=True)
    older.write_bytes(own.read_bytes())
    edit(older, give_other_code)
    return example


def test_what_takes_no_capture_is_written_so_in_every_version(second: Example) -> None:
    ended = second.run("refresh", code=0)
    assert "wrote 4 goldens of all versions in other words" in ended.output
    assert "contiguous strides left out 4" in ended.output
    assert "no golden is of older rules" in ended.output
    assert "starting" not in ended.errors
    assert "capturing" not in ended.errors
    for name in second.goldens():
        written, updated = (
            read(second.root / name),
            read(second.root / "updated" / name.replace("2.12.1", "2.13.0")),
        )
        expected = give_other_code(updated.record) if "2.12.1" in name else updated.record
        assert written.record == expected
        assert written.because == ("once told" if "other" in name else "")
    second.run("check", code=0)


def test_a_selection_is_written_so_and_nothing_else(second: Example) -> None:
    before = second.goldens()
    second.run("refresh", "other", code=0)
    changed = [name for name, data in second.goldens().items() if data != before[name]]
    assert changed == ["snapshots/torch-2.13.0/p/other/make-fx-real.md"]


def test_until_then_a_check_says_that_the_rules_are_older_and_nothing_else(second: Example) -> None:
    ended = second.run("check", "good", "--path", "export", code=3)
    assert (
        "normalisation rules of version 2 → 3; `goldens refresh` brings the golden to these" in ended.output
    )
    assert "✗ spelling" in ended.output
    assert "semantic" not in ended.output


def test_a_golden_of_older_rules_that_cannot_be_read_is_left_and_told(second: Example) -> None:
    file = second.golden("p/good", "make-fx-real")
    file.write_bytes(file.read_bytes()[:-4])
    before = file.read_bytes()
    ended = second.run("refresh", code=2)
    assert "wrote 3 goldens of all versions in other words" in ended.output
    assert "cut short" in ended.output
    assert "refused 1 golden" in ended.output
    assert file.read_bytes() == before


def test_a_version_that_is_none_is_refused_before_anything_is_written(second: Example) -> None:
    before = second.goldens()
    second.run("refresh", "--torch", "new", code=2)
    assert second.goldens() == before
