"""Seeded damage to bytes and texts, and how much of it a test does."""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
"""Damaged inputs for each test and seed."""

FIXED_SEED = 15
CHANGING_SEED = int(os.environ.get("FUZZ_SEED") or time.time_ns() // 1_000_000_000)
"""Another one each second; a failure says which it was, and `FUZZ_SEED` brings it back."""

_MOST_CHANGES = 4
# What readers trip over: limits of numbers and nesting, control characters, markup, paths, other encodings.
TOKENS: Sequence[bytes] = (
    b"", b"\0", b"\n", b"\r\n", b"\x1b[31m", b"\xff\xfe", b"\xc0\x80", "\u202e\u2028\x9b".encode(), b"`" * 40,
    b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"-1", b"null", b"true", b"[]", b"{}", b'""', b"[" * 3000,
    b'{"a":' * 3000, b"<<<<<<< ours\n", b">>>>>>> theirs\n", b"../../../etc", b"/etc/passwd", b"a" * 300,
    b"\\ud800", b'"\\udfff"', b"torch-", b"<script>", b"{0}", b"%s", b"$(x)", b"[red]",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One damaged input.

    Attributes:
        data: the input.
        name: what brings it back: the seed and its number.
    """

    data: bytes
    name: str


@contextmanager
def refusing(example: Example, *expected: type[Exception]) -> Iterator[None]:
    """Let a block refuse an input by the exceptions that are expected; say which input raises another."""
    try:
        yield
    except expected:
        pass
    except Exception as error:
        error.add_note(example.name)
        raise


def damage_all(originals: Sequence[bytes]) -> Iterator[Example]:
    """Yield damaged inputs, for the fixed seed and for the changing one."""
    for seed in (FIXED_SEED, CHANGING_SEED):
        for number in range(EXAMPLES):
            dice = random.Random(f"{seed} {number}")
            yield Example(damage(dice, dice.choice(originals)), f"FUZZ_SEED={seed}, number {number}")


def damage(dice: random.Random, data: bytes) -> bytes:
    """Damage bytes in one to four ways."""
    for _ in range(dice.randint(1, _MOST_CHANGES)):
        data = dice.choice(_WAYS)(dice, data)
    return data


def _flip(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) or 1)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) or 1)]


def _remove(dice: random.Random, data: bytes) -> bytes:
    start, end = _choose_part(dice, data)
    return data[:start] + data[end:]


def _repeat(dice: random.Random, data: bytes) -> bytes:
    start, end = _choose_part(dice, data)
    return data[:end] + data[start:end] + data[end:]


def _insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS) + data[at:]


def _exchange_word(dice: random.Random, data: bytes) -> bytes:
    """Put something else in the place of a word, a number or a value."""
    words = data.split(b" ")
    words[dice.randrange(len(words))] = dice.choice(TOKENS)
    return b" ".join(words)


def _shuffle_lines(dice: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    dice.shuffle(lines)
    return b"".join(lines)


def _remove_line(dice: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    at = dice.randrange(len(lines) or 1)
    return b"".join(lines[:at] + lines[at + 1 :])


def _choose_part(dice: random.Random, data: bytes) -> tuple[int, int]:
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return start, end


_WAYS: Sequence[Callable[[random.Random, bytes], bytes]] = (
    _flip, _cut, _remove, _repeat, _insert, _exchange_word, _shuffle_lines, _remove_line,
)  # fmt: skip
