"""The file of a decision about known drift: read with care, since anybody may have written it.

docs/known-drift.md is the manual of the format, whose version stands in each file.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomllib
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.known_drift import KnownDrift, KnownKind
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.versions import make_public, parse_version
from graph_goldens.words import make_visible, suggest_name

FORMAT = 1
SUFFIX = ".toml"
LARGEST = 4 << 20
LONGEST_TEXT = 4_000

_HEAD = "# A drift that is known; docs/known-drift.md of Graph Goldens is the format's manual.\n"
_FIELDS = (
    *("known", "kind", "change", "class", "says", "because", "issue", "owner"),
    *("decided", "until", "first", "last", "records"),
)
_CHANGE = re.compile(r"[0-9a-f]{10}")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+")
_DIGEST_LENGTH = 8


def render_known(known: KnownDrift) -> bytes:
    """Render a decision as its file's content, field by field in one order, so that equal ones are equal."""
    return (_HEAD + "".join(f"{line}\n" for line in _list_lines(known))).encode()


def _list_lines(known: KnownDrift) -> Iterator[str]:
    yield f"known = {FORMAT}"
    texts = {
        "kind": known.kind.value,
        "change": known.change,
        "class": known.label,
        "says": known.says,
        "because": known.because,
        "issue": known.issue,
        "owner": known.owner,
    }
    yield from (f"{name} = {_quote(text)}" for name, text in texts.items() if text)
    yield f"decided = {known.decided.isoformat()}"
    if known.until:
        yield f"until = {known.until.isoformat()}"
    yield f"first = {_quote(str(known.first))}"
    if known.last:
        yield f"last = {_quote(str(known.last))}"
    yield "records = ["
    yield from (f"    [{_quote(key.case)}, {_quote(key.path)}]," for key in sorted(known.records))
    yield "]"


def _quote(text: str) -> str:
    """Quote a text for TOML, whose rules for what JSON escapes are JSON's; what cannot be seen is shown."""
    return json.dumps(make_visible(text.replace("\n", " ").replace("\t", " ")), ensure_ascii=False)


def name_known(known: KnownDrift) -> str:
    """Name the file of a decision after its change and content: two branches never mean two things by one."""
    digest = hashlib.sha256(render_known(known)).hexdigest()[:_DIGEST_LENGTH]
    return f"{known.change or 'not-reproducible'}-{digest}{SUFFIX}"


def parse_known(data: bytes, file: Path) -> KnownDrift:
    """Read a decision from its file's content.

    Raises:
        UserError: the content is not a decision; the sentence says what is wrong with it and where.
    """
    try:
        return _read_known(tomllib.loads(data.decode()), file)
    except RecursionError:
        raise UserError(
            f"{file} is not a decision about known drift: it is nested beyond reason; {_MEND}"
        ) from None
    except (ValueError, UserError) as error:
        raise UserError(f"{file} is not a decision about known drift: {error}; {_MEND}") from None


_MEND = "mend it, or remove it"


def _read_known(table: Mapping[str, object], file: Path) -> KnownDrift:
    if table.get("known") != FORMAT or isinstance(table.get("known"), bool):
        raise ValueError(
            f"its format is {ascii(table.get('known'))[:20]}, and this version of the tool reads {FORMAT}"
        )
    for name in table.keys() - set(_FIELDS):
        raise ValueError(f"`{ascii(name)[1:-1][:40]}` is no field; {suggest_name(name, _FIELDS)}")
    kind = _read_kind(table)
    change = _read_text(table, "change", needed=kind is KnownKind.DRIFT)
    if bool(change) != (kind is KnownKind.DRIFT) or (change and not _CHANGE.fullmatch(change)):
        raise ValueError("`change` is not the ten letters that name a change")
    first, last = _read_version(table, "first"), _read_version(table, "last") if "last" in table else None
    if last and last < first:
        raise ValueError(f"`last` is {last}, which is older than `first`, {first}")
    return KnownDrift(
        kind=kind,
        records=_read_records(table),
        because=_read_text(table, "because", needed=True),
        first=first,
        last=last,
        change=change,
        label=_read_text(table, "class"),
        says=_read_text(table, "says"),
        issue=demand_address(_read_text(table, "issue")),
        owner=_read_text(table, "owner"),
        decided=_read_day(table, "decided"),
        until=_read_day(table, "until") if "until" in table else None,
        file=file,
    )


def _read_kind(table: Mapping[str, object]) -> KnownKind:
    try:
        return KnownKind(table.get("kind"))
    except ValueError:
        known = ", ".join(kind.value for kind in KnownKind)
        raise ValueError(f"`kind` is none of {known}") from None


def _read_text(table: Mapping[str, object], name: str, *, needed: bool = False) -> str:
    value = table.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(f"`{name}` is not a text of at most {LONGEST_TEXT:,} letters")
    if needed and not value.strip():
        raise ValueError(f"`{name}` is missing")
    return value.strip()


def demand_address(text: str) -> str:
    """Return the address of an issue, empty where there is none.

    Raises:
        UserError: it is not an address of the web.
    """
    if text and not _ADDRESS.fullmatch(text):
        raise UserError(f"{text[:60]!r} is not the address of an issue; give one that begins with https://")
    return text


def _read_day(table: Mapping[str, object], name: str) -> datetime.date:
    value = table.get(name)
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError(f"`{name}` is not a date such as 2027-01-31, without quotes")
    return value


def _read_version(table: Mapping[str, object], name: str) -> Version:
    return make_public(parse_version(_read_text(table, name, needed=True)))


def _read_records(table: Mapping[str, object]) -> tuple[Key, ...]:
    value = table.get("records")
    if not isinstance(value, list) or not value:
        raise ValueError("`records` is not a list of cases and tracing paths")
    return tuple(sorted({_read_record(each) for each in value}))


def _read_record(value: object) -> Key:
    match value:
        case [str(case), str(path)]:
            return make_golden_key(case, path)
        case _:
            raise ValueError('`records` holds something that is not ["case", "tracing path"]')
