"""The tracing path of Inductor, up to code generation. Its import takes about as long as torch's own."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._inductor import compile_fx as inductor
from torch._inductor.virtualized import V
from torch.fx import GraphModule

from graph_goldens.capture.tracing.tracing import Tracing


def compile_inductor(tracing: Tracing) -> None:
    """Inductor's graphs after the joint and post-grad passes, captured before code generation."""

    def record(graph_module: GraphModule, inputs: Sequence[Any], **options: Any) -> Callable[..., Any]:
        tracing.graph(tracing.number("inductor"), _run_post_grad_passes(graph_module, inputs, options))
        return _run_on_memory(graph_module)

    def inductor_graphs(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        return inductor.compile_fx(graph_module, inputs, inner_compile=record)

    tracing.compile(inductor_graphs, backward=True)


def _run_on_memory(graph_module: GraphModule) -> Callable[..., Any]:
    """Run a graph as what Inductor generates from it runs: on the memory of its inputs, whatever their class.

    The call that `torch/_inductor/codegen/wrapper.py` generates gives pointers to kernels. The graph's own
    nodes would ask an input's class, and a mode of AOTAutograd's (`_AnalyzeCustomOpInputOutputMode` of
    torch/_functorch/_aot_autograd/runtime_wrappers.py, from 2.11) takes no class that it does not know.
    """

    def run(*inputs: Any) -> Any:
        return graph_module.forward(*map(_forget_class, inputs))

    return run


def _forget_class(value: Any) -> Any:
    """Make a tensor of a class of the user's a plain one of the same memory, without a dispatched call.

    A class that dispatches by itself is left as it is: AOTAutograd unwraps those that it can.
    """
    if not isinstance(value, torch.Tensor) or type(value) in (torch.Tensor, torch.nn.Parameter):
        return value
    if type(value).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
        return value
    return torch.Tensor._make_subclass(torch.Tensor, value)


def _run_post_grad_passes(graph_module: GraphModule, inputs: Sequence[Any], options: Any) -> GraphModule:
    """Run Inductor's post-grad passes on a copy, so that the program that runs stays what it was."""
    changed = GraphModule(graph_module, copy.deepcopy(graph_module.graph))
    inductor.view_to_reshape(changed)
    with torch.no_grad():
        fake_mode = inductor.fake_tensor_prop(changed, list(inputs))
    with V.set_fake_mode(fake_mode):
        inductor._recursive_post_grad_passes(changed, is_inference=bool(options.get("is_inference")))
    changed.recompile()
    return changed
