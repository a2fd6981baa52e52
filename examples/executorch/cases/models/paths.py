"""The program as ExecuTorch sees it: in the edge dialect, and once XNNPACK took what it can."""

from collections import Counter
from collections.abc import Iterator

from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge, to_edge_transform_and_lower
from executorch.exir.dialects.edge._ops import EdgeOpOverload
from executorch.exir.lowered_backend_module import LoweredBackendModule
from torch import fx

from graph_goldens import Tracing, tracing_path


@tracing_path(after="export")
def edge(tracing: Tracing) -> None:
    """The edge dialect: core ATen, each operator with the dtypes that it is for."""
    exported = tracing.export()
    with tracing.enter():
        program = to_edge(exported).exported_program()
    tracing.exported_program(program, "edge")
    tracing.same_as_eager(program.module())


@tracing_path(after="edge")
def lowered(tracing: Tracing) -> None:
    """What is left to ExecuTorch's own kernels, and each subgraph that XNNPACK took."""
    exported = tracing.export()
    with tracing.enter():
        program = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()]).exported_program()
    tracing.exported_program(program, "lowered")
    delegates = list(list_delegates(program.graph_module))
    for number, delegate in enumerate(delegates):
        tracing.exported_program(delegate.original_module, f"delegate_{number}")
    tracing.fact("backends", sorted({delegate.backend_id for delegate in delegates}))
    tracing.fact("delegates", len(delegates))
    tracing.fact("delegated", sum(len(list_operators(each.original_module.graph)) for each in delegates))
    tracing.fact("left", dict(sorted(Counter(list_operators(program.graph_module.graph)).items())))


def list_delegates(module: fx.GraphModule) -> Iterator[LoweredBackendModule]:
    """List what was handed over, in the order in which the graph first names it."""
    for node in module.graph.nodes:
        if node.op == "get_attr" and isinstance(found := getattr(module, node.target), LoweredBackendModule):
            yield found


def list_operators(graph: fx.Graph) -> list[str]:
    """List the operators that a graph calls, such as `aten.relu.default`; calls of delegates are none."""
    return [node.target.__name__ for node in graph.nodes if isinstance(node.target, EdgeOpOverload)]
