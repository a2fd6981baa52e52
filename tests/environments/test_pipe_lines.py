import os
from collections.abc import Iterator
from typing import IO

import pytest

from graph_goldens.environments.pipe_lines import Lines, LineTooLongError, NoLineInTimeError


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb", buffering=0) as writer:
        yield reader, writer


def test_lines_come_one_by_one_however_they_arrive(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, writer = pipe
    lines = Lines(reader, 100)
    writer.write(b"one\ntwo\nth")
    assert [lines.read_line(1), lines.read_line(1)] == [b"one", b"two"]
    writer.write(b"ree\n")
    assert lines.read_line(1) == b"three"


def test_the_end_is_none_and_a_half_line_is_dropped(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, writer = pipe
    writer.write(b"whole\nhal")
    writer.close()
    lines = Lines(reader, 100)
    assert [lines.read_line(1), lines.read_line(1)] == [b"whole", None]


def test_a_line_that_is_too_long_is_refused(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, writer = pipe
    writer.write(b"x" * 200)
    with pytest.raises(LineTooLongError):
        Lines(reader, 100).read_line(1)


def test_a_line_that_does_not_come_is_not_waited_for(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    with pytest.raises(NoLineInTimeError):
        Lines(pipe[0], 100).read_line(0.05)
