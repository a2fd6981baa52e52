"""Export a program, by each of the ways in which `torch.export` does."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export._trace import _export

from graph_goldens.capture.tracing.inputs import choose_shapes, wrap_as_module
from graph_goldens.capture.tracing.running import Running

Table = Mapping[Any, Callable[..., Any]]


class Default(enum.Enum):
    """What stands for an argument that is not given."""

    OF_CASE = "as the case says"
    OF_TORCH = "as PyTorch does by default"


@dataclass(frozen=True)
class ExportOptions:
    """How a program is exported.

    Attributes:
        strict: whether through Dynamo.
        pre_dispatch: whether above autograd (the training IR) or below (the functional IR), by PyTorch's
            private call for it; as `torch.export.export` does where None.
        dynamic_shapes: as `torch.export.export` takes them.
        decompositions: the table by which the program is decomposed afterwards; None where it is not.
    """

    strict: bool = False
    pre_dispatch: bool | None = None
    dynamic_shapes: Any = Default.OF_CASE
    decompositions: Table | Default | None = None


def export_program(running: Running, module: torch.nn.Module, options: ExportOptions) -> ExportedProgram:
    """Export a module, the case's own or what was made of it, on the case's inputs."""
    with running.enter():
        exported = _export_by(running, module, options)
        if options.decompositions is Default.OF_TORCH:
            return exported.run_decompositions()
        return exported if options.decompositions is None else _decompose(exported, options.decompositions)


def _decompose(exported: ExportedProgram, table: Any) -> ExportedProgram:
    return exported.run_decompositions(dict(table))


def _export_by(running: Running, module: torch.nn.Module, options: ExportOptions) -> ExportedProgram:
    args, given = tuple(running.case.args), _collect_options(running, module, options)
    if options.pre_dispatch is None:
        return torch.export.export(module, args, **given, strict=options.strict)
    if options.pre_dispatch or options.strict:
        return _export(module, args, **given, strict=options.strict, pre_dispatch=options.pre_dispatch)
    return _export_functional_ir(running, module, options)


def _export_functional_ir(
    running: Running, module: torch.nn.Module, options: ExportOptions
) -> ExportedProgram:
    """Export below autograd; where PyTorch's own private call for it breaks, by the public way to it.

    Where that breaks too, the error of the private call is what is told.
    """
    args, given = tuple(running.case.args), _collect_options(running, module, options)
    try:
        return _export(module, args, **given, strict=False, pre_dispatch=False)
    except Exception as error:
        try:
            exported = _decompose_afresh(running, module, options)
        except Exception:
            raise error from None
    running.fact("functional_by", "run_decompositions({})")
    return exported


def _decompose_afresh(running: Running, module: torch.nn.Module, options: ExportOptions) -> ExportedProgram:
    """Export and make functional a new build of the program: a try that failed may have changed the first."""
    if module is not running.module:
        given = _collect_options(running, module, options)
        exported = torch.export.export(module, tuple(running.case.args), **given, strict=False)
        return exported.run_decompositions({})
    fresh = running.build_afresh()
    assert fresh.program is not None
    shapes = fresh.dynamic_shapes if options.dynamic_shapes is Default.OF_CASE else options.dynamic_shapes
    exported = torch.export.export(
        wrap_as_module(fresh.program),
        tuple(fresh.args),
        kwargs=dict(fresh.kwargs),
        dynamic_shapes=shapes,
        strict=False,
    )
    return exported.run_decompositions({})


def _collect_options(running: Running, module: torch.nn.Module, options: ExportOptions) -> Mapping[str, Any]:
    shapes = options.dynamic_shapes
    if shapes is Default.OF_CASE:
        shapes = running.case.dynamic_shapes
        if shapes is not None and module is not running.module:
            shapes = choose_shapes(module, running.module, running.case)
    return {"kwargs": dict(running.case.kwargs), "dynamic_shapes": shapes}
