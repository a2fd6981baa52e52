"""Goldens read back from their text.

A golden is read only if it is, byte for byte, what would be written for what it says: a slip in a hand edit
is an error with its line, not a silent loss.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.goldens.format import NO_GRAPH, Golden, GoldenError, render
from graph_goldens.records import Artifact, Json, Outcome, Record

_FIELD = re.compile(r"- ([a-z]+): (.*)")
_FENCE = re.compile(r"(`{3,})([a-z]+)")
_AS = re.compile(r"As `(.+)`\.")
_REFERS = "as"


@dataclass(frozen=True)
class _Block:
    """A heading's text and what the fenced block under it holds, or which artifact holds it."""

    heading: str
    language: str
    text: str


def parse(data: bytes, where: str = "golden") -> Golden:
    """Read a golden from the bytes of its file, in time linear in their number.

    Args:
        data: what the file holds.
        where: what to call the file in an error.

    Raises:
        GoldenError: the bytes are not what `render` returns for any golden.
    """
    try:
        golden = _read(_decode(data))
        _demand_same(data, render(golden))
    except (GoldenError, RecursionError) as error:
        raise GoldenError(f"{where}: {error}") from None
    return golden


def _decode(data: bytes) -> str:
    if b"\r" in data:
        line = data[: data.index(b"\r")].count(b"\n") + 1
        raise GoldenError(f"line {line} holds a carriage return; tell git to keep line ends: `*.md -text`")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldenError(f"line {line} is not UTF-8") from None


def _demand_same(data: bytes, expected: bytes) -> None:
    if data == expected:
        return
    pairs = enumerate(zip(data.split(b"\n"), expected.split(b"\n"), strict=False), start=1)
    line, wanted = next(((at, right) for at, (left, right) in pairs if left != right), (0, b""))
    if expected.startswith(data):
        raise GoldenError("the last line has no line end: the file is cut short")
    if not line:
        end = expected.count(b"\n")
        raise GoldenError(f"something follows the golden's end in line {end}")
    raise GoldenError(f"line {line} is not written as goldens are, which would be {wanted.decode()!r}")


def _read(text: str) -> Golden:
    lines = text.split("\n")
    _demand_no_conflict(lines)
    fields, at = _read_fields(lines)
    blocks = list(_read_blocks(lines, at))
    artifacts = _parse_artifacts(block for block in blocks if block.heading.startswith("## "))
    _demand_all(fields, artifacts)
    record = Record(
        case=_unspan(fields, "case"),
        path=_unspan(fields, "path"),
        outcome=_parse_outcome(fields["outcome"]),
        reason=next((_parse_text(block) for block in blocks if block.heading == "Reason:"), ""),
        facts=next((_parse_facts(block) for block in blocks if block.heading == "Facts:"), {}),
        artifacts=artifacts,
        source=_unspan(fields, "source") if "source" in fields else "",
        rules=_parse_number(fields, "rules"),
    )
    return Golden(record, _decode_value(fields.get("because", "")))


def _demand_no_conflict(lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if line.startswith(("<<<<<<<", "|||||||", ">>>>>>>")):
            mend = "keep one side with `git checkout --ours FILE` or `--theirs`"
            raise GoldenError(f"line {number} is the conflict marker of a merge; {mend}")


def _read_fields(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """Read the header's fields; return them and the number of the line after them."""
    fields: dict[str, str] = {}
    at = 2
    while at < len(lines) and (match := _FIELD.fullmatch(lines[at])):
        fields[match[1]] = match[2]
        at += 1
    for name in ("case", "path", "rules", "outcome", "artifacts"):
        if name not in fields:
            cut = "the file is cut short" if at >= len(lines) - 1 else f"the header ends before line {at + 1}"
            raise GoldenError(f"`{name}` is missing: {cut}")
    return fields, at


def _read_blocks(lines: Sequence[str], at: int) -> Iterator[_Block]:
    while at < len(lines):
        heading = lines[at]
        at += 1
        if heading in ("", NO_GRAPH):
            continue
        line = lines[at + 1] if at + 1 < len(lines) else ""
        if refers := _AS.fullmatch(line):
            yield _Block(heading, _REFERS, refers[1])
            at += 2
            continue
        match = _FENCE.fullmatch(line)
        if not match:
            raise GoldenError(f"line {at}, {heading!r}, is not a heading with a fenced block under it")
        end = _find_closing(lines, at + 2, match[1], heading)
        yield _Block(heading, match[2], "\n".join(lines[at + 2 : end]))
        at = end + 1


def _find_closing(lines: Sequence[str], start: int, fence: str, heading: str) -> int:
    for at in range(start, len(lines)):
        if lines[at] == fence:
            return at
    raise GoldenError(f"the file is cut short within {heading.removeprefix('## ').rstrip(':')!r}")


def _demand_all(fields: dict[str, str], artifacts: Sequence[Artifact]) -> None:
    count = _parse_number(fields, "artifacts")
    if len(artifacts) < count:
        raise GoldenError(f"it holds {len(artifacts)} of {count} artifacts: the file is cut short")


def _parse_outcome(value: str) -> Outcome:
    try:
        return Outcome(value)
    except ValueError:
        known = ", ".join(outcome.value for outcome in Outcome)
        raise GoldenError(f"the outcome {value!r} is not one of {known}") from None


def _parse_number(fields: dict[str, str], name: str) -> int:
    value = fields[name]
    if not (value.isascii() and value.isdigit()):
        raise GoldenError(f"`{name}` is {value!r}, which is not a whole number")
    return int(value)


def _parse_artifacts(blocks: Iterable[_Block]) -> tuple[Artifact, ...]:
    texts: dict[str, str] = {}
    artifacts = []
    for block in blocks:
        name = block.heading.removeprefix("## ")
        name = _decode_value(name[1:-1], bare=True) if name.startswith("`") else name
        text = _find_text(texts, name, block.text) if block.language == _REFERS else _parse_text(block)
        texts[name] = text
        artifacts.append(Artifact(name, text))
    return tuple(artifacts)


def _find_text(texts: Mapping[str, str], name: str, spelt: str) -> str:
    told = _decode_value(spelt, bare=True)
    if told not in texts:
        raise GoldenError(f"{name!r} is said to be as {told!r}, which does not stand before it")
    return texts[told]


def _parse_text(block: _Block) -> str:
    return block.text if block.language != "json" else _parse_json_text(block.text)


def _parse_facts(block: _Block) -> dict[str, Json]:
    facts = _load_json(block.text)
    if not isinstance(facts, dict):
        raise GoldenError("the facts are not a JSON object")
    return facts


def _unspan(fields: dict[str, str], name: str) -> str:
    return _decode_value(fields[name][1:-1], bare=True)


def _decode_value(value: str, *, bare: bool = False) -> str:
    """Read a value that may be a JSON string: in backquotes, or without them where `bare`."""
    if bare:
        return _parse_json_text(value) if value.startswith('"') else value
    return _parse_json_text(value[1:-1]) if value.startswith('`"') else value


def _parse_json_text(text: str) -> str:
    value = _load_json(text)
    if not isinstance(value, str):
        raise GoldenError(f"{text!r} is not a JSON string")
    return value


def _load_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GoldenError(f"it holds broken JSON: {error}") from None
