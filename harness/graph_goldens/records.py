"""What one tracing path captured of one case, and its form on the wire between worker and host."""

import enum
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graph_goldens.keys import Key

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Outcome(enum.Enum):
    """How a tracing path ended for a case."""

    GRAPHS = "graphs"
    TEXTS = "texts"
    NOTHING_CAPTURED = "nothing captured"
    ERROR = "error"
    UNAVAILABLE = "unavailable"
    CRASH = "crash"
    TIMEOUT = "timeout"


REASONLESS = frozenset((Outcome.GRAPHS, Outcome.TEXTS))
"""The outcomes of tracing paths that ended well, whose records give no reason.

Texts are what a path of a project's own recorded that recorded no graph.
"""

NO_DEVICE = "needs a device that is not here"
"""How the reason begins of a record that is unavailable for want of a device, whatever PyTorch it is."""


class FaultKind(enum.Enum):
    """Whose failure it is that a capture holds no record of PyTorch."""

    CASE = "case"
    HARNESS = "harness"


class RecordError(ValueError):
    """A text that should be a record is not one."""


@dataclass(frozen=True)
class Artifact:
    """One normalised text of a record, such as `program.code`."""

    name: str
    text: str


@dataclass(frozen=True)
class Record:
    """Everything that one tracing path captured of one case under one PyTorch.

    Attributes:
        case: the case's full name, `pack/name`.
        path: the tracing path's name, such as `make-fx-symbolic`.
        outcome: how the capture ended.
        reason: why the outcome is neither `graphs` nor `texts`: for an error its type and stable message,
            `RuntimeError: no python implementation is found`; for a crash the signal's name;
            for nothing captured what the compiler said; empty for those two.
        facts: small JSON values, each a claim that a reader understands.
        artifacts: the texts, in the order in which a reader wants them.
        source: digest of the case's source and of what that uses from its project.
        rules: version of the normalisation rules that wrote the texts.
    """

    case: str
    path: str
    outcome: Outcome
    reason: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    source: str = ""
    rules: int = 1

    @property
    def key(self) -> Key:
        """The case's and the tracing path's names, which name one golden."""
        return Key(self.case, self.path)

    @property
    def content(self) -> Hashable:
        """All that it says: the same in two records that are equal apart from `source`.

        `1`, `1.0` and `true` are different facts.
        """
        facts = json.dumps(dict(self.facts), sort_keys=True)
        return self.outcome, self.reason, facts, self.artifacts, self.rules


@dataclass(frozen=True)
class Fault:
    """Why a capture is not a record of PyTorch at all.

    Attributes:
        kind: whose failure it is: the case author's, whose code raised, or the harness's own.
        sentence: what failed.
    """

    kind: FaultKind
    sentence: str


@dataclass(frozen=True)
class Capture:
    """A record as a worker sends it, with what belongs to the run and not to the golden.

    Attributes:
        record: the record.
        broken: the claims of the case that this record contradicts, each a sentence.
        unanswered: the claims, in words, that are made of this record and of which it says nothing: for each
            the tracing paths for whose records the case makes it.
        fault: why this is not a record of PyTorch at all; None where it is one.
        seconds: wall time of the capture, in seconds.
        log: the end of what the capture wrote to its standard output and error.
        reads: mark of each file that was read for this capture alone, by its absolute path.
        unnamed: what else it depends on that no mark can name, such as another program, in words.
    """

    record: Record
    broken: tuple[str, ...] = ()
    fault: Fault | None = None
    seconds: float = 0.0
    log: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    unanswered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def dump_record(record: Record) -> dict[str, Json]:
    """Write a record as a JSON object, which can be read back without loss."""
    return {
        "case": record.case,
        "path": record.path,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "facts": dict(record.facts),
        "artifacts": [[artifact.name, artifact.text] for artifact in record.artifacts],
        "source": record.source,
        "rules": record.rules,
    }


def load_record(value: object) -> Record:
    """Read a record from a JSON object.

    Raises:
        RecordError: the value is not the JSON object of a record.
    """
    fields = _require_object(value, "record")
    try:
        outcome = Outcome(fields.get("outcome"))
    except ValueError:
        raise RecordError(f"unknown outcome {fields.get('outcome')!r}") from None
    return Record(
        case=_require_text(fields, "case"),
        path=_require_text(fields, "path"),
        outcome=outcome,
        reason=_require_text(fields, "reason"),
        facts=_require_object(fields.get("facts"), "facts"),
        artifacts=tuple(_read_artifacts(fields.get("artifacts"))),
        source=_require_text(fields, "source"),
        rules=_read_rules(fields.get("rules")),
    )


def dump_capture(capture: Capture) -> str:
    """Write a capture as one line of JSON, without the line end."""
    fields: dict[str, Json] = {
        "record": dump_record(capture.record),
        "broken": list(capture.broken),
        "fault": _dump_fault(capture.fault),
        "seconds": capture.seconds,
        "log": capture.log,
    }
    if capture.reads or capture.unnamed:
        fields |= {"reads": dict(capture.reads), "unnamed": list(capture.unnamed)}
    if capture.unanswered:
        fields["unanswered"] = {claim: list(paths) for claim, paths in capture.unanswered.items()}
    return json.dumps(fields)


def _dump_fault(fault: Fault | None) -> dict[str, Json] | None:
    return {"kind": fault.kind.value, "sentence": fault.sentence} if fault else None


def load_capture_line(line: str) -> Capture:
    """Read a capture from its line of JSON.

    Raises:
        RecordError: the line is not such a line.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not a line of JSON: {error}") from None
    return load_capture(value)


def load_capture(value: object) -> Capture:
    """Read a capture from its JSON object.

    Raises:
        RecordError: the value is not such an object.
    """
    fields = _require_object(value, "capture")
    seconds = fields.get("seconds", 0.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise RecordError("`seconds` is not a number")
    return Capture(
        record=load_record(fields.get("record")),
        broken=_require_texts(fields, "broken"),
        fault=_read_fault(fields.get("fault")),
        seconds=float(seconds),
        log=_require_text(fields, "log"),
        reads=_read_marks(fields.get("reads", {})),
        unnamed=_require_texts(fields, "unnamed"),
        unanswered=_read_unanswered(fields.get("unanswered", {})),
    )


def _read_fault(value: object) -> Fault | None:
    if value is None:
        return None
    fields = _require_object(value, "fault")
    try:
        return Fault(FaultKind(fields.get("kind")), _require_text(fields, "sentence"))
    except ValueError:
        raise RecordError(f"unknown kind of fault {fields.get('kind')!r}") from None


def _require_object(value: object, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise RecordError(f"`{what}` is not a JSON object")
    return value


def _require_text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise RecordError(f"`{name}` is not a text")
    return value


def _require_texts(fields: Mapping[str, Json], name: str) -> tuple[str, ...]:
    values = fields.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise RecordError(f"`{name}` is not a list of texts")
    return tuple(str(value) for value in values)


def _read_marks(value: object) -> dict[str, str]:
    fields = _require_object(value, "reads")
    return {path: _require_text(fields, path) for path in fields}


def _read_unanswered(value: object) -> dict[str, tuple[str, ...]]:
    fields = _require_object(value, "unanswered")
    return {claim: _require_texts(fields, claim) for claim in fields}


def _read_rules(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError("`rules` is not a whole number")
    return value


def _read_artifacts(value: object) -> Iterable[Artifact]:
    if not isinstance(value, list):
        raise RecordError("`artifacts` is not a list")
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise RecordError("an artifact is not a pair of name and text")
        yield Artifact(*pair)
