"""Which facts each tracing path gives, so that a claim about one that none gives is told."""

from collections.abc import Mapping
from types import MappingProxyType

from graph_goldens.capture.tracing.path_table import TRACING_PATHS
from graph_goldens.cases.case import Case, Claim, Fact

_ALL = frozenset(("graphs", "inputs", "outputs", "unbacked", "error", "after_tracing"))
_RUN = frozenset(("same_as_eager", "judged_by", "after_running"))
_EXPORT = _RUN | {"exported", "module", "same_with_reversed_kwargs", "functional_by"}
_RETRACE = frozenset(("retraced_same_as_eager", "after_retracing"))
_COMPILE = frozenset(
    ("same_as_eager", "judged_by", "frames", "restarts", "graph_breaks", "skipped_frames", "backward")
)
_MAKE_FX = _RUN | {"script_inputs_while_tracing"}

FACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "symbolic-trace": _RUN,
        "make-fx-real": _MAKE_FX,
        "make-fx-fake": _MAKE_FX,
        "make-fx-symbolic": _MAKE_FX,
        "make-fx-pre-dispatch": _MAKE_FX,
        "export": _EXPORT | _RETRACE,
        "export-strict": _EXPORT | _RETRACE,
        "export-pre-dispatch": _EXPORT | _RETRACE,
        "export-functional": _EXPORT | _RETRACE,
        "export-decomposed": _RUN,
        "export-retraced": _EXPORT,
        "export-reloaded": _EXPORT,
        "aot-inference": _RUN,
        "aot-joint": _RUN,
        "compile-eager": _COMPILE,
        "compile-dynamic": _COMPILE,
        "compile-aot-eager": _COMPILE,
        "compile-inductor": _COMPILE,
    }
)

assert FACTS.keys() == TRACING_PATHS.keys()


def find_unknown_fact(claim: Claim, case: Case) -> str:
    """Say in a sentence that a claim is about a fact that none of the case's tracing paths gives; else empty.

    What a case without a program observes, it alone knows.
    """
    if not isinstance(claim, Fact) or case.program is None:
        return ""
    paths = claim.paths or case.paths or tuple(FACTS)
    name = claim.name.partition(".")[0]
    if name in _ALL or any(name in FACTS.get(path, ()) for path in paths):
        return ""
    return f"claimed {claim.name} = {claim.value!r}, but no tracing path of the case gives such a fact"
