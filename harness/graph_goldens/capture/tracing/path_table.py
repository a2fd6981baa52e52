"""The tracing paths, by name: a new one is a function and a line here."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from graph_goldens.capture.tracing import aot_paths, compile_paths, export_paths, fx_paths
from graph_goldens.capture.tracing.tracing import Tracing

TracingPath = Callable[[Tracing], None]


def _compile_inductor(tracing: Tracing) -> None:
    """Inductor's graphs; no other tracing path waits for its import."""
    import_module("graph_goldens.capture.tracing.inductor_path").compile_inductor(tracing)


TRACING_PATHS: Mapping[str, TracingPath] = MappingProxyType(
    {
        "symbolic-trace": fx_paths.symbolic_trace,
        "make-fx-real": fx_paths.make_fx_real,
        "make-fx-fake": fx_paths.make_fx_fake,
        "make-fx-symbolic": fx_paths.make_fx_symbolic,
        "make-fx-pre-dispatch": fx_paths.make_fx_pre_dispatch,
        "export": export_paths.export,
        "export-strict": export_paths.export_strict,
        "export-pre-dispatch": export_paths.export_pre_dispatch,
        "export-functional": export_paths.export_functional,
        "export-decomposed": export_paths.export_decomposed,
        "export-retraced": export_paths.export_retraced,
        "export-reloaded": export_paths.export_reloaded,
        "aot-inference": aot_paths.aot_inference,
        "aot-joint": aot_paths.aot_joint,
        "compile-eager": compile_paths.compile_eager,
        "compile-dynamic": compile_paths.compile_dynamic,
        "compile-aot-eager": compile_paths.compile_aot_eager,
        "compile-inductor": _compile_inductor,
    }
)
