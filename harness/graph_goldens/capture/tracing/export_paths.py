"""Tracing paths of `torch.export`."""

import inspect
import io
from typing import Any

import torch
from torch.export import ExportedProgram

from graph_goldens.capture.tracing.exporting import Default
from graph_goldens.capture.tracing.frame_symbols import find_error_symbols, find_graph_symbols
from graph_goldens.capture.tracing.kept_state import keep_state
from graph_goldens.capture.tracing.stable_errors import stabilise_message
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.records import Json


def export(tracing: Tracing) -> None:
    """`torch.export.export(strict=False)`."""
    _export_and_retrace(tracing)


def export_strict(tracing: Tracing) -> None:
    """`torch.export.export(strict=True)`: through Dynamo."""
    _export_and_retrace(tracing, strict=True)


def export_pre_dispatch(tracing: Tracing) -> None:
    """The training IR: operators as they are above autograd."""
    _export_and_retrace(tracing, pre_dispatch=True)


def export_functional(tracing: Tracing) -> None:
    """The functional aten IR."""
    _export_and_retrace(tracing, pre_dispatch=False)


def export_decomposed(tracing: Tracing) -> None:
    """The exported program after `run_decompositions()` with the default table."""
    exported = tracing.export(decompositions=Default.OF_TORCH)
    tracing.exported_program(exported)
    tracing.fact("exported", _describe_program(exported))
    tracing.same_as_eager(exported.module())


def export_retraced(tracing: Tracing) -> None:
    """The export of the exported, unlifted module."""
    with tracing.enter():
        exported = tracing.export(tracing.export().module())
    _record(tracing, exported)


def export_reloaded(tracing: Tracing) -> None:
    """The exported program, saved and loaded."""
    with tracing.enter():
        exported = tracing.export()
        tracing.note_symbols(exported)
        tracing.symbols |= find_graph_symbols(exported.graph_module)  # assertions tell them, loaded or not
        file = io.BytesIO()
        torch.export.save(exported, file)
        file.seek(0)
        reloaded = torch.export.load(file)
    _record(tracing, reloaded)


def _export_and_retrace(tracing: Tracing, **options: Any) -> None:
    module = _record(tracing, tracing.export(**options))
    _retrace(tracing, module, **options)


def _record(tracing: Tracing, exported: ExportedProgram) -> torch.fx.GraphModule:
    """Record the program, then its unlifted module, which edits the program's graph in 2.4 to 2.8.

    The module is run, and traced again, as users get it: from 2.9 on with a call of its guards.
    """
    tracing.exported_program(exported)
    tracing.fact("exported", _describe_program(exported))
    module = exported.module()
    tracing.graph("module", _skip_guards(exported) or module)
    tracing.fact("module", _describe_module(module))
    with keep_state(module):
        tracing.same_as_eager(module)
    if len(tracing.case.kwargs) > 1:
        with keep_state(module):
            tracing.same_as_eager(module, "same_with_reversed_kwargs", names=list(tracing.case.kwargs)[::-1])
    return module


def _retrace(tracing: Tracing, module: torch.fx.GraphModule, **options: Any) -> None:
    """Trace the program again from its own unlifted module, and hold that against eager too."""
    try:
        with tracing.enter():
            retraced = tracing.export(module, **options).module()
    except Exception as error:
        tracing.symbols |= find_error_symbols(error)
        tracing.fact("retraced_same_as_eager", f"retracing raises {stabilise_message(error)}")
        return
    finally:
        tracing.observe("after_retracing", tracing.case)
    tracing.same_as_eager(retraced, "retraced_same_as_eager")


def _skip_guards(exported: ExportedProgram) -> torch.fx.GraphModule | None:
    """Unlift without the call of the guards; None where there is no such call to leave out."""
    if "check_guards" not in inspect.signature(ExportedProgram.module).parameters:
        return None
    return exported.module(check_guards=False)


def _describe_program(exported: ExportedProgram) -> dict[str, Json]:
    """Say what users match on beside the nodes: the dialect, and what the output node is called."""
    (output,) = (node.name for node in exported.graph.nodes if node.op == "output")
    return {"dialect": str(getattr(exported, "dialect", "")), "output_node": output}


def _describe_module(module: torch.fx.GraphModule) -> dict[str, Json]:
    """Name the modules that the unlifted module calls, such as `_guards_fn`, and its output node."""
    (output,) = (node.name for node in module.graph.nodes if node.op == "output")
    return {
        "calls": [str(node.target) for node in module.graph.nodes if node.op == "call_module"],
        "output_node": output,
    }
