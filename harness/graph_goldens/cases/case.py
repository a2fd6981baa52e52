"""What a case module says: programs, their inputs, and what must hold when they are traced."""

import enum
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graph_goldens.cases.claims import Claim
from graph_goldens.records import Json


class Compare(enum.Enum):
    """How a traced program's results are compared with eager's."""

    VALUES = "values, metadata and aliases; script objects by type and flattened state"
    SKIP_SCRIPT_OBJECTS = "values, metadata and aliases; script objects skipped"
    NOT = "not compared"


@dataclass(frozen=True)
class Call:
    """A further call of the program, which may differ from the first by more than its inputs.

    Attributes:
        args: positional inputs.
        kwargs: keyword inputs.
        before: called before the call: it may set an attribute, change a parameter, seed. A context
            manager that it returns, such as `torch.no_grad()`, is entered for the call.
    """

    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Case:
    """A small program, its inputs, and what else it needs; one concept each.

    Attributes:
        program: the function or module that is traced; None for a case that only observes facts.
        args: positional inputs, a tuple.
        kwargs: keyword inputs.
        calls: further calls, each a `Call` or its positional inputs, made in turn after the first by
            the paths that compile at call time, where guards and recompilation show.
        dynamic_shapes: as `torch.export.export` takes it; also marks the inputs' sizes for the
            other symbolic paths where it is set.
        contexts: makers of context managers to enter while tracing and while running, such as a
            fallthrough registration that is undone afterwards.
        paths: names of the tracing paths that apply; all when None. A case without a program has one record,
            of the path `facts`.
        compare: how results are compared with eager's.
        observe: called after tracing, and again after the traced program has run; returns facts.
        claims: what must hold whenever the case is captured.
        torch: PEP 440 specifier of the PyTorch versions that the case needs; all when empty.
        reads: files that compiled code opens for the case, such as a C++ library of the pack or
            `torch.jit.load`, named from the pack's folder: `("data/table.bin", "../../n.bin")`. What Python
            itself opens need not be named.
    """

    program: Callable[..., Any] | None
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    calls: Sequence[Sequence[Any] | Call] = ()
    dynamic_shapes: Any = None
    contexts: Sequence[Callable[[], AbstractContextManager[Any]]] = ()
    paths: Sequence[str] | None = None
    compare: Compare = Compare.VALUES
    observe: Callable[[], Mapping[str, Json]] | None = None
    claims: Sequence[Claim] = ()
    torch: str = ""
    reads: Sequence[str] = ()


CaseFunction = TypeVar("CaseFunction", bound=Callable[[], Case])

MARK = "__graph_goldens_case__"
_NO_FUNCTION: Any = None


def case(function: CaseFunction = _NO_FUNCTION) -> CaseFunction:
    """Mark a function that builds fresh objects and returns a `Case` as a case.

    The case's name is the function's; its pack is the folder of its module.

    Raises:
        TypeError: it marks no function: it takes no arguments, `@case` has no parentheses.
    """
    if not callable(function):
        raise TypeError("@case is written above a function, without arguments or parentheses")
    setattr(function, MARK, True)
    return function
