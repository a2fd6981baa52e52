"""Tracing paths of `torch.export`."""

import inspect
import io
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export._trace import _export

from graph_goldens.capture.tracing.frame_symbols import symbols_of_error
from graph_goldens.capture.tracing.graph_text import describe
from graph_goldens.capture.tracing.inputs import shapes_for
from graph_goldens.capture.tracing.stable_errors import stable_message
from graph_goldens.capture.tracing.tracing import Session
from graph_goldens.records import Json

_NAME = re.compile(r"\w+")
_WHOLE = re.compile(r"-?\d+\Z")

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
    session.same_as_eager("same_as_eager", exported.module())


def export_retraced(session: Session) -> None:
    """The export of the exported, unlifted module."""
    with session.tracing():
        exported = _non_strict(session, _non_strict(session, session.module).module())
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
    return torch.export.export(module, tuple(session.case.args), **_inputs(session, module), strict=False)


def _strict(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return torch.export.export(module, tuple(session.case.args), **_inputs(session, module), strict=True)


def _training_ir(session: Session, module: torch.nn.Module) -> ExportedProgram:
    return _export(
        module, tuple(session.case.args), **_inputs(session, module), strict=False, pre_dispatch=True
    )


def _functional_ir(session: Session, module: torch.nn.Module) -> ExportedProgram:
    """Export below autograd; where PyTorch's own private call for it breaks, by the public way to it."""
    try:
        return _export(
            module, tuple(session.case.args), **_inputs(session, module), strict=False, pre_dispatch=False
        )
    except Exception:
        exported = _non_strict(session, module).run_decompositions({})
    session.fact("functional_by", "run_decompositions({})")
    return exported


def _inputs(session: Session, module: torch.nn.Module) -> Mapping[str, Any]:
    shapes = session.case.dynamic_shapes
    if shapes is not None and module is not session.module:
        shapes = shapes_for(module, session.module, session.case)
    return {"kwargs": dict(session.case.kwargs), "dynamic_shapes": shapes}


def _export_and_retrace(session: Session, exporter: Exporter) -> None:
    with session.tracing():
        exported = exporter(session, session.module)
    session.traced()
    module = _record(session, exported)
    _retrace(session, exporter, module)


def _record(session: Session, exported: ExportedProgram) -> torch.fx.GraphModule:
    """Record the program, then its unlifted module, which edits the program's graph in 2.4 to 2.8.

    The module is run, and traced again, as users get it: from 2.9 on with a call of its guards.
    """
    _record_program(session, exported)
    module = exported.module()
    session.graph("module", _without_guards(exported) or module)
    session.fact("module", _described_module(module))
    session.same_as_eager("same_as_eager", module)
    if len(session.case.kwargs) > 1:
        session.same_as_eager("same_with_reversed_kwargs", module, list(session.case.kwargs)[::-1])
    return module


def _record_program(session: Session, exported: ExportedProgram) -> None:
    kept = {**exported.state_dict, **exported.constants}
    session.symbols.update(map(str, exported.range_constraints))
    with session.ours("rendering the program"):
        session.graph("program", exported.graph_module, _tokens(exported), kept)
        session.text("program.signature", _signature(exported))
        session.text("program.ranges", _ranges(exported))
        session.text("program.guards", _guards(exported))
        session.fact("exported", _described(exported))


def _retrace(session: Session, exporter: Exporter, module: torch.fx.GraphModule) -> None:
    """Trace the program again from its own unlifted module, and hold that against eager too."""
    try:
        with session.tracing():
            retraced = exporter(session, module).module()
    except Exception as error:
        session.symbols |= symbols_of_error(error)
        session.fact("retraced_same_as_eager", f"retracing raises {stable_message(error)}")
        return
    finally:
        session.observe("after_retracing", session.case)
    session.same_as_eager("retraced_same_as_eager", retraced)


def _without_guards(exported: ExportedProgram) -> torch.fx.GraphModule | None:
    """Unlift without the call of the guards; None where there is no such call to leave out."""
    if "check_guards" not in inspect.signature(ExportedProgram.module).parameters:
        return None
    return exported.module(check_guards=False)


def _described(exported: ExportedProgram) -> dict[str, Json]:
    """Say what users match on beside the nodes: the dialect, and what the output node is called."""
    (output,) = (node.name for node in exported.graph.nodes if node.op == "output")
    return {"dialect": str(getattr(exported, "dialect", "")), "output_node": output}


def _described_module(module: torch.fx.GraphModule) -> dict[str, Json]:
    """Name the modules that the unlifted module calls, such as `_guards_fn`, and its output node."""
    (output,) = (node.name for node in module.graph.nodes if node.op == "output")
    return {
        "calls": [str(node.target) for node in module.graph.nodes if node.op == "call_module"],
        "output_node": output,
    }


def _signature(exported: ExportedProgram) -> str:
    signature = exported.graph_signature
    lines = [f"input {_spec(spec)}" for spec in signature.input_specs]
    lines += [f"output {_spec(spec)}" for spec in signature.output_specs]
    return "\n".join(lines)


def _tokens(exported: ExportedProgram) -> list[str]:
    signature = exported.graph_signature
    specs = [*signature.input_specs, *signature.output_specs]
    return [spec.arg.name for spec in specs if spec.kind.name == "TOKEN"]


def _ranges(exported: ExportedProgram) -> str:
    """List the ranges of symbols in the order in which the graph's values first name them."""
    values = " ".join(describe(node.meta["val"]) for node in exported.graph.nodes if "val" in node.meta)
    order = {name: place for place, name in reversed(list(enumerate(_NAME.findall(values))))}
    ranges = [(str(symbol), found) for symbol, found in exported.range_constraints.items()]
    ranges.sort(key=lambda pair: (order.get(pair[0], len(values)), pair[0]))
    return "\n".join(
        f"{symbol} in [{_bound(found.lower)}, {_bound(found.upper)}]" for symbol, found in ranges
    )


def _bound(bound: Any) -> str:
    """Spell a bound: what stands for none is `int_oo` from 2.5 on, before it the largest size less one.

    `sys.maxsize - 1` of torch/fx/experimental/symbolic_shapes.py.
    """
    text = str(bound)
    if not _WHOLE.match(text) or abs(int(text)) < sys.maxsize - 1:
        return text
    return "-int_oo" if text.startswith("-") else "int_oo"


def _spec(spec: Any) -> str:
    kind = spec.kind.name.lower().replace("_", " ")
    name = getattr(spec.arg, "name", None) or repr(getattr(spec.arg, "value", None))
    target = f" of {spec.target}" if spec.target else ""
    persistent = "" if getattr(spec, "persistent", None) is not False else ", not persistent"
    return f"{kind} {name}{target}{persistent}"


def _guards(exported: ExportedProgram) -> str:
    return "\n".join(str(guard) for guard in getattr(exported, "_guards_code", None) or ())
