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

from graph_goldens.capture.tracing.frame_symbols import find_error_symbols
from graph_goldens.capture.tracing.graph_text import describe
from graph_goldens.capture.tracing.inputs import choose_shapes, wrap_as_module
from graph_goldens.capture.tracing.stable_errors import stabilise_message
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.records import Json

_NAME = re.compile(r"\w+")
_WHOLE = re.compile(r"-?\d+\Z")

Exporter = Callable[[Tracing, torch.nn.Module], ExportedProgram]


def export(tracing: Tracing) -> None:
    """`torch.export.export(strict=False)`."""
    _export_and_retrace(tracing, _export_non_strict)


def export_strict(tracing: Tracing) -> None:
    """`torch.export.export(strict=True)`: through Dynamo."""
    _export_and_retrace(tracing, _export_strictly)


def export_pre_dispatch(tracing: Tracing) -> None:
    """The training IR: operators as they are above autograd."""
    _export_and_retrace(tracing, _export_training_ir)


def export_functional(tracing: Tracing) -> None:
    """The functional aten IR."""
    _export_and_retrace(tracing, _export_functional_ir)


def export_decomposed(tracing: Tracing) -> None:
    """The exported program after `run_decompositions()` with the default table."""
    with tracing.enter():
        exported = _export_non_strict(tracing, tracing.module).run_decompositions()
    tracing.end_tracing()
    _record_program(tracing, exported)
    tracing.same_as_eager("same_as_eager", exported.module())


def export_retraced(tracing: Tracing) -> None:
    """The export of the exported, unlifted module."""
    with tracing.enter():
        exported = _export_non_strict(tracing, _export_non_strict(tracing, tracing.module).module())
    tracing.end_tracing()
    _record(tracing, exported)


def export_reloaded(tracing: Tracing) -> None:
    """The exported program, saved and loaded."""
    with tracing.enter():
        exported = _export_non_strict(tracing, tracing.module)
        file = io.BytesIO()
        torch.export.save(exported, file)
        file.seek(0)
        reloaded = torch.export.load(file)
    tracing.end_tracing()
    _record(tracing, reloaded)


def _export_non_strict(tracing: Tracing, module: torch.nn.Module) -> ExportedProgram:
    return torch.export.export(
        module, tuple(tracing.case.args), **_collect_options(tracing, module), strict=False
    )


def _export_strictly(tracing: Tracing, module: torch.nn.Module) -> ExportedProgram:
    return torch.export.export(
        module, tuple(tracing.case.args), **_collect_options(tracing, module), strict=True
    )


def _export_training_ir(tracing: Tracing, module: torch.nn.Module) -> ExportedProgram:
    return _export(
        module, tuple(tracing.case.args), **_collect_options(tracing, module), strict=False, pre_dispatch=True
    )


def _export_functional_ir(tracing: Tracing, module: torch.nn.Module) -> ExportedProgram:
    """Export below autograd; where PyTorch's own private call for it breaks, by the public way to it.

    Where that breaks too, the error of the private call is what is told.
    """
    try:
        return _export(
            module,
            tuple(tracing.case.args),
            **_collect_options(tracing, module),
            strict=False,
            pre_dispatch=False,
        )
    except Exception as error:
        try:
            exported = _decompose_afresh(tracing, module)
        except Exception:
            raise error from None
    tracing.fact("functional_by", "run_decompositions({})")
    return exported


def _decompose_afresh(tracing: Tracing, module: torch.nn.Module) -> ExportedProgram:
    """Export and make functional a new build of the program: a try that failed may have changed the first."""
    if module is not tracing.module:
        return _export_non_strict(tracing, module).run_decompositions({})
    fresh = tracing.build_afresh()
    assert fresh.program is not None
    exported = torch.export.export(
        wrap_as_module(fresh.program),
        tuple(fresh.args),
        kwargs=dict(fresh.kwargs),
        dynamic_shapes=fresh.dynamic_shapes,
        strict=False,
    )
    return exported.run_decompositions({})


def _collect_options(tracing: Tracing, module: torch.nn.Module) -> Mapping[str, Any]:
    shapes = tracing.case.dynamic_shapes
    if shapes is not None and module is not tracing.module:
        shapes = choose_shapes(module, tracing.module, tracing.case)
    return {"kwargs": dict(tracing.case.kwargs), "dynamic_shapes": shapes}


def _export_and_retrace(tracing: Tracing, exporter: Exporter) -> None:
    with tracing.enter():
        exported = exporter(tracing, tracing.module)
    tracing.end_tracing()
    module = _record(tracing, exported)
    _retrace(tracing, exporter, module)


def _record(tracing: Tracing, exported: ExportedProgram) -> torch.fx.GraphModule:
    """Record the program, then its unlifted module, which edits the program's graph in 2.4 to 2.8.

    The module is run, and traced again, as users get it: from 2.9 on with a call of its guards.
    """
    _record_program(tracing, exported)
    module = exported.module()
    tracing.graph("module", _skip_guards(exported) or module)
    tracing.fact("module", _describe_module(module))
    tracing.same_as_eager("same_as_eager", module)
    if len(tracing.case.kwargs) > 1:
        tracing.same_as_eager("same_with_reversed_kwargs", module, list(tracing.case.kwargs)[::-1])
    return module


def _record_program(tracing: Tracing, exported: ExportedProgram) -> None:
    kept = {**exported.state_dict, **exported.constants}
    tracing.symbols.update(map(str, exported.range_constraints))
    with tracing.blame_harness("rendering the program"):
        tracing.graph("program", exported.graph_module, _name_tokens(exported), kept)
        tracing.text("program.signature", _print_signature(exported))
        tracing.text("program.ranges", _print_ranges(exported))
        tracing.text("program.guards", _print_guards(exported))
        tracing.fact("exported", _describe_program(exported))


def _retrace(tracing: Tracing, exporter: Exporter, module: torch.fx.GraphModule) -> None:
    """Trace the program again from its own unlifted module, and hold that against eager too."""
    try:
        with tracing.enter():
            retraced = exporter(tracing, module).module()
    except Exception as error:
        tracing.symbols |= find_error_symbols(error)
        tracing.fact("retraced_same_as_eager", f"retracing raises {stabilise_message(error)}")
        return
    finally:
        tracing.observe("after_retracing", tracing.case)
    tracing.same_as_eager("retraced_same_as_eager", retraced)


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


def _print_signature(exported: ExportedProgram) -> str:
    signature = exported.graph_signature
    lines = [f"input {_print_spec(spec)}" for spec in signature.input_specs]
    lines += [f"output {_print_spec(spec)}" for spec in signature.output_specs]
    return "\n".join(lines)


def _name_tokens(exported: ExportedProgram) -> list[str]:
    signature = exported.graph_signature
    specs = [*signature.input_specs, *signature.output_specs]
    return [spec.arg.name for spec in specs if spec.kind.name == "TOKEN"]


def _print_ranges(exported: ExportedProgram) -> str:
    """List the ranges of symbols in the order in which the graph's values first name them."""
    values = " ".join(describe(node.meta["val"]) for node in exported.graph.nodes if "val" in node.meta)
    order = {name: place for place, name in reversed(list(enumerate(_NAME.findall(values))))}
    ranges = [(str(symbol), found) for symbol, found in exported.range_constraints.items()]
    ranges.sort(key=lambda pair: (order.get(pair[0], len(values)), pair[0]))
    return "\n".join(
        f"{symbol} in [{_print_bound(found.lower)}, {_print_bound(found.upper)}]" for symbol, found in ranges
    )


def _print_bound(bound: Any) -> str:
    """Spell a bound: what stands for none is `int_oo` from 2.5 on, before it the largest size less one.

    `sys.maxsize - 1` of torch/fx/experimental/symbolic_shapes.py.
    """
    text = str(bound)
    if not _WHOLE.match(text) or abs(int(text)) < sys.maxsize - 1:
        return text
    return "-int_oo" if text.startswith("-") else "int_oo"


def _print_spec(spec: Any) -> str:
    kind = spec.kind.name.lower().replace("_", " ")
    name = getattr(spec.arg, "name", None) or repr(getattr(spec.arg, "value", None))
    target = f" of {spec.target}" if spec.target else ""
    persistent = "" if getattr(spec, "persistent", None) is not False else ", not persistent"
    return f"{kind} {name}{target}{persistent}"


def _print_guards(exported: ExportedProgram) -> str:
    return "\n".join(str(guard) for guard in getattr(exported, "_guards_code", None) or ())
