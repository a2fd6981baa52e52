"""The tracing paths, by name: a new one is a function and a line here."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from harness.tracing import aot, compile, export, fx
from harness.tracing.session import Session

TracingPath = Callable[[Session], None]


def _compile_inductor(session: Session) -> None:
    """Inductor's graphs; no other tracing path waits for its import."""
    import_module("harness.tracing.inductor").compile_inductor(session)


TRACING_PATHS: Mapping[str, TracingPath] = MappingProxyType(
    {
        "symbolic-trace": fx.symbolic_trace,
        "make-fx-real": fx.make_fx_real,
        "make-fx-fake": fx.make_fx_fake,
        "make-fx-symbolic": fx.make_fx_symbolic,
        "make-fx-pre-dispatch": fx.make_fx_pre_dispatch,
        "export": export.export,
        "export-strict": export.export_strict,
        "export-pre-dispatch": export.export_pre_dispatch,
        "export-functional": export.export_functional,
        "export-decomposed": export.export_decomposed,
        "export-retraced": export.export_retraced,
        "export-reloaded": export.export_reloaded,
        "aot-inference": aot.aot_inference,
        "aot-joint": aot.aot_joint,
        "compile-eager": compile.compile_eager,
        "compile-dynamic": compile.compile_dynamic,
        "compile-aot-eager": compile.compile_aot_eager,
        "compile-inductor": _compile_inductor,
    }
)
