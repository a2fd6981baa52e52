"""What is wrong with a case as it was built, found before anything is traced: its author's mistakes.

Each check says in a clause what is wrong, or nothing. None of them runs the case's program.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from graph_goldens.cases.case import Call, Case, Compare
from graph_goldens.cases.claims import (
    KINDS_OF_CLAIM,
    Claim,
    Contains,
    Count,
    Delegated,
    Fact,
    Inputs,
    Lacks,
    Raises,
    select_paths,
)
from graph_goldens.cases.path_rows import FACTS_PATH
from graph_goldens.graphs.pattern_reader import PatternError, read_pattern
from graph_goldens.words import suggest_name

_MOST_SHOWN = 80


def find_mistake(made: object, known: Collection[str]) -> str:
    """Say what is wrong with what a case's function returned; empty where nothing is.

    Args:
        made: what it returned.
        known: names of the tracing paths that cases of its pack may go through.
    """
    if not isinstance(made, Case):
        return f"it returns {_shorten(made)}, and a case is a function that returns a Case"
    checks = (_check_fields(made), _check_paths(made, known), _check_claims(made, known), _check_inputs(made))
    return next((found for check in checks for found in check), "")


def list_paths(case: Case, known: Collection[str]) -> list[str]:
    """List the tracing paths that a case goes through; a case of facts alone has one record."""
    if case.program is None:
        return [FACTS_PATH]
    return [path for path in known if case.paths is None or path in case.paths]


def _check_fields(case: Case) -> Iterator[str]:
    if case.program is not None and not callable(case.program):
        yield f"its program is {_shorten(case.program)}, which cannot be called"
    if not isinstance(case.args, tuple):
        yield f"its args are {_shorten(case.args)}, and no tuple: write (x,) for one input"
    if not isinstance(case.kwargs, Mapping) or not all(isinstance(name, str) for name in case.kwargs):
        yield f"its kwargs are {_shorten(case.kwargs)}, and no mapping of names"
    if not _is_sequence(case.calls) or not all(isinstance(call, tuple | list | Call) for call in case.calls):
        yield f"its calls are {_shorten(case.calls)}, and no sequence of tuples and Calls"
    if not _is_sequence(case.contexts) or not all(map(callable, case.contexts)):
        yield f"its contexts are {_shorten(case.contexts)}, and no sequence of makers of context managers"
    if not isinstance(case.compare, Compare):
        yield f"its compare is {_shorten(case.compare)}, and no Compare"
    if case.observe is not None and not callable(case.observe):
        yield f"its observe is {_shorten(case.observe)}, which cannot be called"
    if not _is_sequence(case.reads) or not all(isinstance(file, str) and file for file in case.reads):
        yield f"its reads are {_shorten(case.reads)}, and no sequence of files"
    yield from _check_specifier(case.torch, "its torch")


def _check_paths(case: Case, known: Collection[str]) -> Iterator[str]:
    if case.paths is not None:
        yield from _check_names(case.paths, known, "its paths name")
        if case.program is not None and not list_paths(case, known):
            yield "its paths are empty, so nothing is captured of it"


def _check_claims(case: Case, known: Collection[str]) -> Iterator[str]:
    if not _is_sequence(case.claims) or not all(isinstance(claim, KINDS_OF_CLAIM) for claim in case.claims):
        yield f"its claims are {_shorten(case.claims)}, and no sequence of claims such as Fact and Contains"
        return
    own = list_paths(case, known)
    for claim in case.claims:
        what = _name_claim(claim)
        yield from _check_claimed(claim, what)
        yield from _check_names(claim.paths, (*known, FACTS_PATH), f"the paths of {what} name", patterns=True)
        yield from _check_specifier(claim.torch, f"the torch of {what}")
        if claim.paths and not select_paths(claim, own):
            yield f"{what} is made for {', '.join(claim.paths)} alone, which the case does not go through"


def _name_claim(claim: Claim) -> str:
    match claim:
        case Fact(name=name):
            return f"its claim {name!r}"
        case Raises(exception=exception):
            return f"its claim of {exception}"
        case Contains(pattern=pattern) | Lacks(pattern=pattern) | Count(pattern=pattern):
            return f"its claim {type(claim).__name__}({pattern!r})"
        case _:
            return f"its claim {type(claim).__name__}"


def _check_claimed(claim: Claim, what: str) -> Iterator[str]:
    """Refuse patterns that cannot be read, numbers that count nothing, and graphs that have no name."""
    if isinstance(claim, Contains | Lacks | Count | Delegated):
        try:
            read_pattern(claim.pattern)
        except (PatternError, TypeError) as error:
            yield f"the pattern of {what} cannot be read: {error}"
    if isinstance(claim, Count | Inputs) and (
        isinstance(claim.number, bool) or not isinstance(claim.number, int) or claim.number < 0
    ):
        yield f"the number of {what} is {_shorten(claim.number)}, and no whole number"
    if not isinstance(getattr(claim, "graph", ""), str) or not isinstance(getattr(claim, "to", ""), str):
        yield f"the graph of {what} is no name or pattern of graphs such as program or graph_*"


def _check_names(
    names: object, known: Collection[str], what: str, *, patterns: bool = False
) -> Iterator[str]:
    """Refuse names of tracing paths that nothing answers to."""
    if not _is_sequence(names) or not isinstance(names, Iterable):
        yield f"{what} {_shorten(names)}, and no sequence of tracing paths"
        return
    for name in names:
        if name not in known and not (patterns and any(fnmatchcase(each, str(name)) for each in known)):
            yield f"{what} {name!r}, which is no tracing path; {suggest_name(str(name), tuple(known))}"


def _check_specifier(specifier: object, what: str) -> Iterator[str]:
    try:
        if isinstance(specifier, str):
            SpecifierSet(specifier)
            return
    except InvalidSpecifier:
        pass
    yield f"{what} is {_shorten(specifier)}, and no specifier of versions such as >=2.6"


def _check_inputs(case: Case) -> Iterator[str]:
    """Refuse inputs that the program cannot be called with, where its signature is known."""
    signature = None if case.program is None else _read_signature(case.program)
    if signature is None:
        return
    calls = (call if isinstance(call, Call) else Call(call) for call in case.calls)
    for call in (Call(case.args, case.kwargs), *calls):
        try:
            signature.bind(*call.args, **call.kwargs)
        except TypeError as error:
            yield f"its program cannot be called with its inputs: {error}"
            return


def _read_signature(program: Callable[..., Any]) -> inspect.Signature | None:
    """Read how a program is called; None where it does not say, or hooks may change its inputs."""
    if getattr(program, "_forward_pre_hooks", None):
        return None
    try:
        return inspect.signature(getattr(program, "forward", program))
    except (TypeError, ValueError):
        return None


def _is_sequence(value: object) -> bool:
    return isinstance(value, tuple | list)


def _shorten(value: object) -> str:
    """Show a value's type, and itself where it is short and plain."""
    kind = type(value).__name__
    shown = repr(value) if isinstance(value, str | int | float | None | list) else ""
    return f"{shown} ({kind})" if 0 < len(shown) <= _MOST_SHOWN else f"a {kind}"
