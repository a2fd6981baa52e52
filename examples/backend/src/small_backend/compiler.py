"""The compile backend, `torch.compile(backend="small_backend")`: Dynamo's graph after the fusion pass."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._dynamo import register_backend
from torch.fx import GraphModule

from small_backend.fusion import fuse


@register_backend(name="small_backend")
def compile_graph(graph_module: GraphModule, inputs: Sequence[torch.Tensor]) -> Callable[..., Any]:
    """Fuse a graph of Dynamo's; Python runs the rest of it."""
    return fuse(graph_module).graph_module.forward
