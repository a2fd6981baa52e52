"""What a record says of a graph beside its code, graph string and values."""

from collections.abc import Iterator, Mapping
from typing import Any

from torch.fx import GraphModule

from graph_goldens.capture.tracing.constants import write_constants
from graph_goldens.capture.tracing.effects import EffectsFinder
from graph_goldens.capture.tracing.graph_text import Texts
from graph_goldens.capture.tracing.provenance import write_provenance


def render_beside(
    graph_module: GraphModule, inputs: Mapping[str, Any], constants: Mapping[str, Any]
) -> Texts:
    """Return what yields the texts of a captured graph, and of the graphs that it holds, by kind.

    Args:
        graph_module: the captured graph.
        inputs: the program's inputs by name.
        constants: what its program keeps beside it, by name.
    """
    finder = EffectsFinder(inputs)

    def texts(each: GraphModule) -> Iterator[tuple[str, str]]:
        yield "effects", finder.write_lines(each)
        yield "constants", write_constants(each, constants if each is graph_module else {})
        yield "provenance", write_provenance(each)

    return texts
