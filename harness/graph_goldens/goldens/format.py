"""The text of a golden: Markdown that a code host shows well and that reads back without loss.

What an editor, a merge or a code host could change or hide (a carriage return, a control character, a line
that looks like a conflict marker) is written as one JSON string.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.records import Json, Record

NO_GRAPH = "No graph was captured."

FIRST_TO_REFER = 3
"""The version of the rules whose goldens hold a text once that stands in a record several times."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SOURCE = re.compile(rb"^- source: `([0-9a-f]+)`$", re.MULTILINE)
_RULES = re.compile(rb"^- rules: ([0-9]{1,9})$", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})", re.MULTILINE)
_CONFLICT_MARKS = tuple(7 * mark for mark in "<|=>")
_IN_FULL = ("code", "graph")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")


class GoldenError(UserError):
    """A text that should hold a golden does not."""


@dataclass(frozen=True)
class Golden:
    """A record that was accepted, and the reason where a person wrote one."""

    record: Record
    because: str = ""


def render(golden: Golden) -> bytes:
    """Render the bytes of a golden's file; `parsing.parse` reads them back.

    Raises:
        GoldenError: the case, the tracing path or an artifact has no name.
    """
    record = golden.record
    if not all((record.case, record.path, *(artifact.name for artifact in record.artifacts))):
        raise GoldenError(f"the record of {record.case!r} by {record.path!r} holds an empty name")
    lines = [*_build_header(golden), *_build_body(record)]
    return ("\n".join(lines) + "\n").encode()


def begins_as_golden(start: bytes, key: Key) -> bool:
    """Whether the first bytes of a file are those of a golden of a case and tracing path."""
    return start.startswith(f"{_build_title(key.case, key.path)}\n\n- case: ".encode())


def read_header_source(start: bytes) -> str:
    """Read the source digest from the first bytes of a golden's file; empty where there is none."""
    match = _SOURCE.search(start)
    return match[1].decode() if match else ""


def read_header_rules(start: bytes) -> int | None:
    """Read the version of the rules from the first bytes of a golden's file; None where there is none."""
    match = _RULES.search(start)
    return int(match[1]) if match else None


def is_equal_but_for_reason(one: bytes, other: bytes) -> bool:
    """Whether two goldens' files hold the same record, whatever their reasons."""
    return _drop_reason(one) == _drop_reason(other)


def _drop_reason(data: bytes) -> bytes:
    # The header's values hold no line feed, so the first such line is the header's own.
    head, outcome, rest = data.partition(b"\n- outcome: ")
    kept = [line for line in head.split(b"\n") if not line.startswith(b"- because: ")]
    return b"\n".join(kept) + outcome + rest


def _build_title(case: str, path: str) -> str:
    return f"# {_spell_name(case, '/')} · {_spell_name(path)}"


def _build_header(golden: Golden) -> Iterator[str]:
    record = golden.record
    yield _build_title(record.case, record.path)
    yield ""
    yield f"- case: {_spell_span(record.case)}"
    yield f"- path: {_spell_span(record.path)}"
    yield f"- rules: {record.rules}"
    if record.source:
        yield f"- source: {_spell_span(record.source)}"
    if golden.because:
        yield f"- because: {_spell_prose(golden.because)}"
    yield f"- outcome: {record.outcome.value}"
    yield f"- artifacts: {len(record.artifacts)}"


def _build_body(record: Record) -> Iterator[str]:
    if record.reason:
        yield from ("", "Reason:", "", *_build_block("text", record.reason))
    if record.facts:
        yield from ("", "Facts:", "", *_fence_text("json", _spell_facts(record)))
    if not record.artifacts:
        yield from ("", NO_GRAPH)
    told = _find_told(record) if record.rules >= FIRST_TO_REFER else {}
    for at, artifact in enumerate(record.artifacts):
        language = "python" if artifact.name.endswith(".code") else "text"
        block = [f"As {_spell_span(told[at])}."] if at in told else _build_block(language, artifact.text)
        yield from ("", f"## {_spell_name(artifact.name)}", "", *block)


def _find_told(record: Record) -> dict[int, str]:
    """Find which artifacts repeat the text of one before them; return its name by their place.

    Code and graph strings always stand in full, and a single line too.
    """
    first: dict[tuple[str, str], int] = {}
    told: dict[int, str] = {}
    places = {artifact.name: at for at, artifact in enumerate(record.artifacts)}
    for at, artifact in enumerate(record.artifacts):
        kind = artifact.name.rpartition(".")[2]
        if kind in _IN_FULL or "\n" not in artifact.text or places[artifact.name] != at:
            continue
        before = first.setdefault((kind, artifact.text), at)
        if before != at:
            told[at] = record.artifacts[before].name
    return told


def _spell_facts(record: Record) -> str:
    lines = (f"  {_spell_json(name)}: {_spell_json(value)}" for name, value in sorted(record.facts.items()))
    return "{\n" + ",\n".join(lines) + "\n}"


def _spell_json(value: Json) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return json.dumps(value, sort_keys=True) if _UNSAFE.search(text) else text


def _build_block(language: str, text: str) -> list[str]:
    # Few texts hold a mark anywhere, which is found out much sooner than whether a line begins with it.
    marked = any(mark in text for mark in _CONFLICT_MARKS)
    if _UNSAFE.search(text) or (marked and _CONFLICT.search(text)):
        return _fence_text("json", json.dumps(text))
    return _fence_text(language, text)


def _fence_text(language: str, text: str) -> list[str]:
    longest = max(map(len, re.findall("`+", text)), default=0) if "`" in text else 0
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.split("\n"), fence]


def _spell_name(name: str, also: str = "") -> str:
    return name if _PLAIN_NAME.fullmatch(name.replace(also, "") if also else name) else _spell_span(name)


def _spell_span(value: str) -> str:
    if value.startswith('"') or "`" in value or "\n" in value or _UNSAFE.search(value):
        value = json.dumps(value).replace("`", "\\u0060")
    return f"`{value}`"


def _spell_prose(value: str) -> str:
    plain = value == value.strip() and "\n" not in value and not value.startswith('`"')
    return value if plain and not _UNSAFE.search(value) else _encode(value)


def _encode(value: str) -> str:
    return "`" + json.dumps(value).replace("`", "\\u0060") + "`"
