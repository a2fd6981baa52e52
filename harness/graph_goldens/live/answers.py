"""What a page sends: answers that name what they saw, and what a check is to hold."""

from dataclasses import dataclass
from typing import TypeVar
from unicodedata import category

from graph_goldens.errors import UserError
from graph_goldens.json_reading import JsonError, read_json_as

MOST_BYTES = 256 << 10
_LONGEST = 4_000
_NOT_IN_A_LINE = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, ends of lines

Sent = TypeVar("Sent")


@dataclass(frozen=True)
class SeenCluster:
    """A cluster as a person saw it.

    Attributes:
        name: its fingerprint.
        saw: the digest of the state in which it was shown.
    """

    name: str
    saw: str


@dataclass(frozen=True)
class ClusterAnswer:
    """Clusters that are accepted or rejected.

    Attributes:
        clusters: the clusters.
        because: the reason; may be empty.
        by: what names the page that answers.
    """

    clusters: tuple[SeenCluster, ...]
    because: str = ""
    by: str = ""


@dataclass(frozen=True)
class GoldenAnswer:
    """One golden that is accepted alone.

    Attributes:
        cluster: its cluster.
        case: the case's full name.
        path: the tracing path's name.
        torch: the PyTorch version of its run.
        because: the reason; may be empty.
        by: what names the page that answers.
    """

    cluster: SeenCluster
    case: str
    path: str
    torch: str
    because: str = ""
    by: str = ""


@dataclass(frozen=True)
class TriageAnswer:
    """Clusters that are known.

    Attributes:
        clusters: the clusters.
        because: why they are known and not accepted.
        issue: the address of an issue upstream; may be empty.
        owner: who sees to it; may be empty.
        until: the last day on which they are known; empty where there is no end.
        by: what names the page that answers.
    """

    clusters: tuple[SeenCluster, ...]
    because: str
    issue: str = ""
    owner: str = ""
    until: str = ""
    by: str = ""


@dataclass(frozen=True)
class UndoAnswer:
    """An answer that is taken back.

    Attributes:
        step: what names the answer.
        by: what names the page that takes it back.
    """

    step: str
    by: str = ""


@dataclass(frozen=True)
class CheckAnswer:
    """A check that is started.

    Attributes:
        cases: cases, packs or patterns of either; all where there are none.
        paths: tracing paths or patterns; all where there are none.
        versions: PyTorch versions; the project's default where there are none.
    """

    cases: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def read_sent(body: bytes, kind: type[Sent]) -> Sent:
    """Read what a page sent.

    Raises:
        UserError: it is something else, or a text in it is beyond reason.
    """
    try:
        sent = read_json_as(body, kind)
    except (JsonError, UnicodeDecodeError) as error:
        raise UserError(f"this is not what the page sends: {error}") from None
    for text in _list_texts(vars(sent).values()):
        if len(text) > _LONGEST or any(category(char) in _NOT_IN_A_LINE for char in text):
            raise UserError(f"{text[:40]!a} is longer than {_LONGEST:,} letters, or not one line of them")
    return sent


def _list_texts(values: object) -> list[str]:
    match values:
        case str():
            return [values]
        case SeenCluster(name=name, saw=saw):
            return [name, saw]
        case _:
            return [text for each in values for text in _list_texts(each)]  # type: ignore[attr-defined]
