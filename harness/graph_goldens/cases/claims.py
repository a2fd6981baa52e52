"""Claims: what a case says must hold of its records, whatever is accepted as their goldens.

Each is made for the records of some tracing paths (`paths`, names or patterns such as `export*`; all when
empty) under some PyTorch versions (`torch`, a PEP 440 specifier; all when empty). Those about graphs are made
of the graphs that `graph` names, as records name them: `program`, `graph_*`; all when empty. docs/patterns.md
is the manual of their patterns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from graph_goldens.records import Json


@dataclass(frozen=True)
class Raises:
    """A claim: tracing raises this exception.

    Attributes:
        exception: name of the exception's type, such as `RuntimeError`.
        message: a part of its message.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    exception: str
    message: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Fact:
    """A claim: a fact of the record has this value.

    Attributes:
        name: the fact's name; a dot enters a nested fact, `after_tracing.queue_size`.
        value: the value that it must have.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    name: str
    value: Json
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Contains:
    """A claim: a pattern stands in one of the graphs at least.

    Attributes:
        pattern: the pattern, `aten.linear -> aten.relu`.
        graph: the graphs that are looked at.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    pattern: str
    graph: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Lacks:
    """A claim: a pattern stands in none of the graphs.

    Attributes:
        pattern: the pattern.
        graph: the graphs that are looked at.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    pattern: str
    graph: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Count:
    """A claim: a pattern stands at so many nodes, over all graphs that are looked at.

    Attributes:
        pattern: the pattern.
        number: at how many nodes.
        graph: the graphs that are looked at; a path may record the same program as several, such as `program`
            and `module`.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    pattern: str
    number: int
    graph: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Delegated:
    """A claim: a pattern stands where the graph hands work over, and nowhere else.

    Attributes:
        pattern: the pattern.
        to: the graphs that work is handed over to, such as `delegate_*`; when empty the bodies of calls,
            which records name after the graph that calls them: `program.lowered_module_0`.
        graph: the graphs that are looked at beside those.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    pattern: str
    to: str = ""
    graph: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class NoBreaks:
    """A claim: Dynamo captures the program without a graph break and without skipping a frame.

    Attributes:
        paths: the tracing paths for which the claim is made; all that compile when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    paths: Sequence[str] = ()
    torch: str = ""


@dataclass(frozen=True)
class Inputs:
    """A claim: each graph that is looked at has so many inputs, parameters that were lifted included.

    Attributes:
        number: how many placeholders.
        graph: the graphs that are looked at; when empty all but the bodies of calls.
        paths: the tracing paths for which the claim is made; all when empty.
        torch: PEP 440 specifier of the PyTorch versions for which it is made; all when empty.
    """

    number: int
    graph: str = ""
    paths: Sequence[str] = ()
    torch: str = ""


PatternClaim: TypeAlias = Contains | Lacks | Count | Delegated
GraphClaim: TypeAlias = PatternClaim | Inputs
Claim: TypeAlias = Raises | Fact | GraphClaim | NoBreaks

KINDS_OF_CLAIM = (Raises, Fact, Contains, Lacks, Count, Delegated, NoBreaks, Inputs)


def select_paths(claim: Claim, paths: Sequence[str]) -> list[str]:
    """Select the tracing paths for which a claim is made, among some."""
    return [path for path in paths if not claim.paths or any(_matches(path, each) for each in claim.paths)]


def _matches(path: str, pattern: str) -> bool:
    """Match a name, which is mostly given in full: to compile a pattern takes each capture long."""
    return path == pattern or (any(mark in pattern for mark in "*?[") and fnmatchcase(path, pattern))


def word_claim(claim: Claim) -> str:
    """Word a claim as errors name it: `no `aten.convolution` in program`."""
    match claim:
        case Raises(exception=exception, message=message):
            return f"{exception} {message!r}"
        case Fact(name=name, value=value):
            return f"{name} = {value!r}"
        case Contains(pattern=pattern):
            return f"`{pattern}`{_word_graph(claim)}"
        case Lacks(pattern=pattern):
            return f"no `{pattern}`{_word_graph(claim)}"
        case Count(pattern=pattern, number=number):
            return f"{number} × `{pattern}`{_word_graph(claim)}"
        case Delegated(pattern=pattern, to=to):
            return f"`{pattern}` delegated{f' to {to}' if to else ''}{_word_graph(claim)}"
        case NoBreaks():
            return "no graph break"
        case Inputs(number=number):
            return f"{number} inputs{_word_graph(claim)}"


def _word_graph(claim: GraphClaim) -> str:
    return f" in {claim.graph}" if claim.graph else ""
