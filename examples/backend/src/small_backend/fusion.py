"""The fusion pass: a linear layer or a batch norm whose only user is a ReLU becomes one operator with it."""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch.fx import GraphModule, Node

from small_backend.operators import NAMES


@dataclass(frozen=True)
class Fused:
    """What the pass made of a graph.

    Attributes:
        graph_module: the graph, a copy.
        partitions: for each call, in order, who runs it.
        fused: how many pairs became one.
        unknown: the operators that the backend leaves to PyTorch.
    """

    graph_module: GraphModule
    partitions: list[str]
    fused: int
    unknown: list[str]


def fuse(graph_module: GraphModule) -> Fused:
    """Fuse what can be fused in a copy of a graph, and say who runs what."""
    changed = GraphModule(graph_module, copy.deepcopy(graph_module.graph))
    pairs = [pair for node in changed.graph.nodes if (pair := _find_pair(node))]
    for first, relu in pairs:
        _replace(changed, first, relu)
    changed.graph.lint()
    changed.recompile()
    calls = [node for node in changed.graph.nodes if node.op in ("call_function", "call_method")]
    unknown = sorted({str(node.target) for node in calls if not _is_known(node)})
    partitions = [f"{node.name}: {'backend' if _is_known(node) else 'PyTorch'}" for node in calls]
    return Fused(changed, partitions, len(pairs), unknown)


def _name(node: Node) -> str:
    return NAMES.get(node.target, "") if node.op in ("call_function", "call_method") else ""


def _is_known(node: Node) -> bool:
    return bool(_name(node)) or str(node.target).startswith("small_backend.")


def _find_pair(node: Node) -> tuple[Node, Node] | None:
    """Find a ReLU and the only operator before it that it can be fused with."""
    if _name(node) != "relu":
        return None
    first = node.args[0]
    fits = isinstance(first, Node) and len(first.users) == 1 and _name(first) in ("linear", "batch_norm")
    return (first, node) if fits and not _trains(first) else None


def _trains(node: Node) -> bool:
    return _name(node) == "batch_norm" and bool(node.args[5])


def _replace(graph_module: GraphModule, first: Node, relu: Node) -> None:
    operator, arguments = _make_call(first)
    with graph_module.graph.inserting_after(relu):
        call = graph_module.graph.call_function(operator, arguments)
    call.meta = dict(relu.meta)
    relu.replace_all_uses_with(call)
    graph_module.graph.erase_node(relu)
    graph_module.graph.erase_node(first)


def _make_call(first: Node) -> tuple[Any, tuple[Any, ...]]:
    """Order the fused operator's arguments: Dynamo's batch norm takes its statistics before its weights."""
    if _name(first) == "linear":
        return torch.ops.small_backend.linear_relu.default, tuple(first.args)
    x, one, two, three, four, _, _, eps = first.args[:8]
    exported = isinstance(first.target, torch._ops.OpOverload)
    weights, statistics = ((one, two), (three, four)) if exported else ((three, four), (one, two))
    return torch.ops.small_backend.norm_relu.default, (x, *weights, *statistics, eps)
