"""Tracing paths of `torch.export`."""

import inspect
import io
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export._trace import _export

from graph_goldens.capture.tracing.frame_symbols import symbols_of_error
from graph_goldens.capture.tracing.stable_errors import stable_message
from graph_goldens.capture.tracing.tracing import Session

Exporter = Callable[[Session, torch.nn.Module], ExportedProgram]


def export(session: Session) -> None:
    """`torch.export.export(strict=False)`."""
    _export_and_retrace(session, _non_strict)


def export_strict(session: Session) -> None:
    """`torch.export.export(strict=True)`: through Dynamo."""
    _export_and_retrace(session, _strict)


def export_pre_dispatch(session: Session) -> None:
    """The training IR: operators as they are above autograd."""
    _export_and_retrace(session, _training_ir)


def export_functional(session: Session) -> None:
    """The functional aten IR."""
    _export_and_retrace(session, _functional_ir)


def export_decomposed(session: Session) -> None:
    """The exported program after `run_decompositions()` with the default table."""
    with session.tracing():
        exported = _non_strict(session, session.module).run_decompositions()
    session.traced()
    _record_program(session, exported)
    session.same_as_eager("same_as_eager", unlifted(exported))


def export_retraced(session: Session) -> None:
    """The export of the exported, unlifted module."""
    with session.tracing():
        exported = _non_strict(session, unlifted(_non_strict(session, session.module)))
    session.traced()
    _record(session, exported)


def export_reloaded(session: Session) -> None:
    """The exported program, saved and loaded."""
    with session.tracing():
        exported = _non_strict(session, session.module)
        file = io.BytesIO()
        torch.export.save(exported, file)
        file.seek(0)
        reloaded = torch.export.load(file)
    session.traced()
    _record(session, reloaded)


def _non_strict(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return torch.export.export(module, tuple(session.case.args), **_inputs(session), strict=False)


def _strict(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return torch.export.export(module, tuple(session.case.args), **_inputs(session), strict=True)


def _training_ir(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return _export(module, tuple(session.case.args), **_inputs(session), strict=False, pre_dispatch=True)


def _functional_ir(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return _export(module, tuple(session.case.args), **_inputs(session), strict=False, pre_dispatch=False)


def _inputs(session: Session) -> Mapping[str, Any]:
    return {"kwargs": dict(session.case.kwargs), "dynamic_shapes": session.case.dynamic_shapes}


def _export_and_retrace(session: Session, exporter: Exporter) -> None:
    with session.tracing():
        exported = exporter(session, session.module)
    session.traced()
    module = _record(session, exported)
    _retrace(session, exporter, module)


def _record(session: Session, exported: ExportedProgram) -> torch.fx.GraphModule:
    """Record the program, then its unlifted module, which edits the program's graph in 2.4 to 2.8."""
    _record_program(session, exported)
    module = unlifted(exported)
    session.graph("module", module)
    session.same_as_eager("same_as_eager", module)
    if len(session.case.kwargs) > 1:
        session.same_as_eager("same_with_reversed_kwargs", module, list(session.case.kwargs)[::-1])
    return module


def _record_program(session: Session, exported: ExportedProgram) -> None:
    kept = {**exported.state_dict, **exported.constants}
    session.graph("program", exported.graph_module, _tokens(exported), kept)
    session.symbols.update(map(str, exported.range_constraints))
    session.text("program.signature", _signature(exported))
    session.text("program.guards", _guards(exported))


def _retrace(session: Session, exporter: Exporter, module: torch.fx.GraphModule) -> None:
    """Trace the program again from its own unlifted module, and hold that against eager too."""
    try:
        with session.tracing():
            retraced = unlifted(exporter(session, module))
    except Exception as error:
        session.symbols |= symbols_of_error(error)
        session.fact("retraced_same_as_eager", f"retracing raises {stable_message(error)}")
        return
    finally:
        session.observe("after_retracing", session.case)
    session.same_as_eager("retraced_same_as_eager", retraced)


def unlifted(exported: ExportedProgram) -> torch.fx.GraphModule:
    """Give the program as a module, without the call of its guards where that can be left out."""
    return exported.module(**_without_guards())


def _without_guards() -> dict[str, Any]:
    parameters = inspect.signature(ExportedProgram.module).parameters
    return {"check_guards": False} if "check_guards" in parameters else {}


def _signature(exported: ExportedProgram) -> str:
    signature = exported.graph_signature
    lines = [f"input {_spec(spec)}" for spec in signature.input_specs]
    lines += [f"output {_spec(spec)}" for spec in signature.output_specs]
    lines += [
        f"range {symbol} in [{low_high.lower}, {low_high.upper}]" for symbol, low_high in _ranges(exported)
    ]
    return "\n".join(lines)


def _tokens(exported: ExportedProgram) -> list[str]:
    signature = exported.graph_signature
    specs = [*signature.input_specs, *signature.output_specs]
    return [spec.arg.name for spec in specs if spec.kind.name == "TOKEN"]


def _ranges(exported: ExportedProgram) -> list[tuple[Any, Any]]:
    return sorted(exported.range_constraints.items(), key=lambda pair: str(pair[0]))


def _spec(spec: Any) -> str:
    kind = spec.kind.name.lower().replace("_", " ")
    name = getattr(spec.arg, "name", None) or repr(getattr(spec.arg, "value", None))
    target = f" of {spec.target}" if spec.target else ""
    persistent = "" if getattr(spec, "persistent", None) is not False else ", not persistent"
    return f"{kind} {name}{target}{persistent}"


def _guards(exported: ExportedProgram) -> str:
    return "\n".join(str(guard) for guard in getattr(exported, "_guards_code", None) or ())
