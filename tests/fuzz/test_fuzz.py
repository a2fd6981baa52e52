"""Whatever stands in a file, a message or an argument, it ends in one sentence and the right exit code.

`FUZZ_EXAMPLES` says how many inputs each test damages, `FUZZ_SEED` the seed of a failure to bring it back.
What is found here becomes a fixed example beside the reader that it broke.
"""

import gzip
import io
import json
import random
import tarfile
from collections.abc import Callable, Sequence
from contextlib import chdir, suppress
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.capture.worker.child_messages import Messages
from graph_goldens.cli.main import app
from graph_goldens.environments.worker_messages import (
    MessageError,
    read_answer,
    read_hello,
    read_listing,
    read_step,
)
from graph_goldens.errors import UserError
from graph_goldens.goldens.archive import unpack_goldens
from graph_goldens.goldens.format import GoldenError, render
from graph_goldens.goldens.reader import parse
from graph_goldens.records import Capture, dump_capture
from graph_goldens.runs.exit_codes import ExitCode
from tests.end_to_end.drifted import Drifted
from tests.end_to_end.example import reseal
from tests.fuzz.mutation import CHANGING_SEED, EXAMPLES, FIXED_SEED, TOKENS, damage_all, refusing

FAULT = "this is a fault of the tool"
USAGE_OR_BROKEN = {ExitCode.USAGE, ExitCode.TOOL_FAILED}


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Drifted:
    return Drifted(tmp_path_factory.mktemp("fuzz"))


def demand_an_ending(drifted: Drifted, arguments: Sequence[str], name: str) -> None:
    """Run a command in this process, and demand a known exit code and one sentence for a failure."""
    with chdir(drifted.example.root):
        ended = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    shown = f"{name}: {list(arguments)!r} ended with {ended.exit_code}\n{ended.output}"
    assert ended.exception is None or isinstance(ended.exception, SystemExit), shown
    assert ended.exit_code in set(ExitCode) | {0}, shown
    assert "Traceback" not in ended.output, shown
    assert FAULT not in ended.output, shown
    if ended.exit_code in USAGE_OR_BROKEN:
        last = ended.output.strip().splitlines()[-1:]  # doctor's stands among what it prints
        assert last, shown
        assert last[0].isprintable(), shown


def goldens_of(drifted: Drifted) -> list[Path]:
    return sorted((drifted.example.root / "snapshots").rglob("*.md"))


def test_a_golden_is_read_whole_or_refused_in_a_sentence(drifted: Drifted) -> None:
    originals = [file.read_bytes() for file in goldens_of(drifted)]
    for example in damage_all(originals):
        with refusing(example, GoldenError):
            assert render(parse(example.data)) == example.data


@pytest.mark.parametrize("command", [("show", "first"), ("doctor",), ("pending",), ("history", "first")])
def test_a_damaged_golden_ends_a_command_in_a_sentence(drifted: Drifted, command: tuple[str, ...]) -> None:
    file = goldens_of(drifted)[0]
    original = file.read_bytes()
    try:
        each = 10 if command == ("doctor",) else 1  # it asks the compiler too, which takes long
        for example in islice(damage_all([original]), 0, None, each):
            file.write_bytes(example.data)
            demand_an_ending(drifted, command, example.name)
    finally:
        file.write_bytes(original)


@pytest.mark.parametrize("sealed", [False, True], ids=["as it is", "sealed anew"])
@pytest.mark.parametrize("command", [("report",), ("merge",), ("update", "--because", "b", "--from-run")])
def test_a_damaged_run_ends_a_command_in_a_sentence(
    drifted: Drifted, tmp_path: Path, command: tuple[str, ...], sealed: bool
) -> None:
    originals = [drifted.save(drifted.new).read_bytes()]
    goldens = {file: file.read_bytes() for file in goldens_of(drifted)}
    file = tmp_path / "run.jsonl"
    for example in damage_all(originals):
        data = example.data
        if sealed:
            with suppress(UnicodeDecodeError):
                data = reseal(data.decode()).encode()
        file.write_bytes(data)
        demand_an_ending(drifted, (*command, str(file)), example.name)
    for place, data in goldens.items():  # an update may have written what a sealed run holds
        place.write_bytes(data)


@pytest.mark.parametrize("packed", [False, True], ids=["the archive", "its members"])
def test_an_archive_is_unpacked_below_its_folder_or_refused(
    drifted: Drifted, tmp_path: Path, packed: bool
) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as made:
        made.add((drifted.example.root / "snapshots"), "snapshots")
    original = plain.getvalue() if packed else gzip.compress(plain.getvalue())
    place = tmp_path / "folder"
    place.mkdir()
    file = place / "goldens.tar.gz"
    for example in damage_all([original]):
        file.write_bytes(gzip.compress(example.data) if packed else example.data)
        with refusing(example, UserError), unpack_goldens(file) as folder:
            inside = [each for each in folder.rglob("*") if not each.is_dir()]
            assert all(each.is_file() and not each.is_symlink() for each in inside), example.name
        assert sorted(tmp_path.rglob("*")) == [place, file], example.name


HELLO = {
    "torch": "2.13.0", "git": "abc", "debug": False, "cuda": None, "python": "3.11.7", "platform": "Linux",
    "switches": {"a": 1}, "paths": ["export"], "rules": 1,
}  # fmt: skip
CASE = {"case": "p/first", "paths": ["export"], "source": "1", "file": "p/cases.py", "line": 1}
LISTING = {"cases": [CASE], "mistakes": [], "left_out": [], "modules": {"a": "b"}, "reads": {"a": "missing"}}


@pytest.mark.parametrize("read", [read_hello, read_step, read_listing, read_answer])
def test_a_message_of_a_worker_is_read_or_refused(read: Callable[[bytes], object], drifted: Drifted) -> None:
    capture = dump_capture(Capture(drifted.new[0]))
    lines = [json.dumps(each) for each in ({"hello": HELLO}, {"importing": "p/cases.py"}, LISTING)]
    originals = [line.encode() for line in (*lines, f'{{"capture": {capture}}}')]
    for example in damage_all(originals):
        with refusing(example, MessageError):
            read(example.data)


def test_messages_of_a_child_are_taken_by_its_token_alone() -> None:
    token = "0" * 32
    original = b"".join(f"\n{token} {kind} text {number}\n".encode() for number, kind in enumerate("abgd"))
    for example in damage_all([original]):
        messages = Messages(token)
        dice = random.Random(example.name)
        at = dice.randrange(len(example.data) + 1)
        messages.receive(example.data[:at])
        messages.receive(example.data[at:])
        assert all(isinstance(line, str) for line in messages.given), example.name


# Commands that need no worker and no environment.
COMMANDS = ("pending", "accept", "reject", "show", "history", "diff", "report", "merge", "prune", "doctor")
WORDS = (
    "first", "p/*", "p/first", "2.13.0", "2.12.1", "9.9", "nightly", "all", "[", "*", "-", "--", "--json",
    "--torch", "--path", "export", "--because", "--all", "--all-of", "--format", "html", "sarif", "--limit",
    "--history", "--against", "--cases", "--snapshots", "--help", "--from-run", "--min-torch", "=", "-x",
    "pyproject.toml", "snapshots", "cases", "nowhere", "é", "a b",
)  # fmt: skip


def test_arguments_end_a_command_in_a_sentence(drifted: Drifted) -> None:
    nasty = [token.decode("utf-8", "surrogateescape") for token in TOKENS if b"\0" not in token]
    goldens = {file: file.read_bytes() for file in goldens_of(drifted)}
    for seed in (FIXED_SEED, CHANGING_SEED):
        for number in range(EXAMPLES):
            dice = random.Random(f"{seed} {number}")
            words = [dice.choice(dice.choice((WORDS, WORDS, nasty))) for _ in range(dice.randrange(5))]
            arguments = (dice.choice(COMMANDS), *words)
            demand_an_ending(drifted, arguments, f"FUZZ_SEED={seed}, number {number}")
    for place, data in goldens.items():  # what an acceptance wrote
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
