"""Tracing paths of `torch.compile` up to AOTAutograd: Dynamo's graphs, and those of forward and backward."""

from collections.abc import Callable, Sequence
from typing import Any

from torch._dynamo.backends.common import aot_autograd
from torch._functorch.partitioners import min_cut_rematerialization_partition
from torch.fx import GraphModule

from graph_goldens.capture.tracing.compiling import Compiler
from graph_goldens.capture.tracing.tracing import Tracing


def compile_eager(tracing: Tracing) -> None:
    """Dynamo's graphs, through a recording backend."""
    _compile_eager(tracing)


def compile_dynamic(tracing: Tracing) -> None:
    """Dynamo's graphs with symbolic sizes from the start."""
    _compile_eager(tracing, dynamic=True)


def _compile_eager(tracing: Tracing, **options: Any) -> None:
    def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
        name = tracing.number("graph")
        tracing.graph(name, graph_module)
        tracing.text(f"{name}.guards", tracing.dynamo_guards())
        return graph_module.forward

    tracing.compile(record, **options)


def compile_aot_eager(tracing: Tracing) -> None:
    """AOTAutograd's forward and backward graphs, behind Dynamo."""

    def recorder(kind: str) -> Compiler:
        def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
            tracing.graph(tracing.number(kind), graph_module)
            return graph_module.forward

        return record

    aot = aot_autograd(
        fw_compiler=recorder("forward"),
        bw_compiler=recorder("backward"),
        partition_fn=min_cut_rematerialization_partition,
        keep_inference_input_mutations=True,
    )

    def aot_eager(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        return aot(graph_module, inputs)  # what names errors: up to 2.4 the object itself is a `compiler_fn`

    tracing.compile(aot_eager, backward=True)
