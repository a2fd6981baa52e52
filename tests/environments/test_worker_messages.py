import json
from dataclasses import replace

import pytest

from graph_goldens.environments.worker_messages import (
    MessageError,
    SharedReads,
    read_answer,
    read_hello,
    read_listing,
)
from graph_goldens.record_bounds import DEEPEST
from graph_goldens.records import Artifact, Capture, Outcome, Record, dump_capture

HELLO = {
    "torch": "2.13.0+cpu",
    "git": "abc",
    "debug": False,
    "cuda": None,
    "python": "3.11.7",
    "platform": "Linux-x86_64",
    "switches": {"mkldnn": True},
    "paths": ["export"],
    "rules": 1,
}


def line(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_hello_is_read() -> None:
    hello = read_hello(line({"hello": HELLO}))
    assert (hello.torch, hello.debug, hello.cuda, hello.paths) == ("2.13.0+cpu", False, None, ("export",))
    assert read_hello(line({"hello": {**HELLO, "cuda": "13.2"}})).cuda == "13.2"


@pytest.mark.parametrize(
    ("name", "value"), [("torch", None), ("rules", True), ("paths", [1]), ("switches", [])]
)
def test_a_hello_with_a_wrong_field_is_refused(name: str, value: object) -> None:
    with pytest.raises(MessageError, match=rf"^`hello\.{name}(\[0\])?`: Expected "):
        read_hello(line({"hello": {**HELLO, name: value}}))


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"\xff", b"{}", b'{"cases": 1}', b'{"cases": [1]}', b"[" * 100_000]
)
def test_what_is_no_message_is_refused(said: bytes) -> None:
    for read in (read_hello, read_listing, read_answer):
        with pytest.raises(MessageError):
            read(said)


def test_a_capture_is_read_back_without_loss() -> None:
    capture = Capture(Record("pack/case", "export", Outcome.ERROR, "RuntimeError: no"), seconds=0.5)
    said = f'{{"capture": {dump_capture(capture)}}}'.encode()
    assert read_answer(said) == capture


def test_what_the_worker_says_of_the_output_counts_and_not_what_the_child_does() -> None:
    capture = Capture(Record("pack/case", "export", Outcome.GRAPHS), log="said by the child")
    said = f'{{"capture": {dump_capture(capture)}, "log": "said by the worker"}}'.encode()
    assert read_answer(said) == replace(capture, log="said by the worker")


def test_what_a_worker_read_for_all_captures_is_added_to_each() -> None:
    said = b'{"shared": {"reads": {"/a": "1", "/b": "2"}, "unnamed": ["it asks the network"]}}'
    shared = read_answer(said)
    assert isinstance(shared, SharedReads)
    capture = Capture(PLAIN, reads={"/c": "3"}, unnamed=("it reads /x",))
    assert shared.add_to(capture) == Capture(
        PLAIN, reads={"/a": "1", "/b": "2", "/c": "3"}, unnamed=("it asks the network", "it reads /x")
    )


@pytest.mark.parametrize("shared", ["1", "[]", '{"reads": 1}', '{"reads": {"/a": 1}}', '{"unnamed": [1]}'])
def test_what_is_no_list_of_reads_is_refused(shared: str) -> None:
    with pytest.raises(MessageError):
        read_answer(f'{{"shared": {shared}}}'.encode())


def test_the_last_answer_is_none() -> None:
    assert read_answer(b'{"done": true}') is None


PLAIN = Record("pack/case", "export", Outcome.GRAPHS)
DEEP = "[" * DEEPEST + "]" * DEEPEST


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (replace(PLAIN, case="pack/../../home"), "is not the name of a record"),
        (replace(PLAIN, path="\x1b[2J"), "is not the name of a record"),
        (replace(PLAIN, path="x" * 220), "is not the name of a record"),
        (replace(PLAIN, source="not a digest"), "is not a digest"),
        (replace(PLAIN, artifacts=(Artifact("a\nb", "x"),)), "has an artifact without a proper name"),
        (replace(PLAIN, facts={"a": float("nan")}), "a number of it is out of bounds"),
        (replace(PLAIN, facts={"a": float("inf")}), "a number of it is out of bounds"),
        (replace(PLAIN, facts={"a": json.loads(DEEP)}), "levels deep"),
    ],
)
def test_what_a_run_may_not_hold_no_worker_may_send(record: Record, why: str) -> None:
    with pytest.raises(MessageError, match=why):
        read_answer(f'{{"capture": {dump_capture(Capture(record))}}}'.encode())
