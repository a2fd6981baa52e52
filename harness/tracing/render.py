"""Graphs as text: code, graph string, values, signature and guards, normalised on the spot."""

from collections.abc import Iterator
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.fx import GraphModule, Node

from harness.normalise.rules import CODE, GRAPH, normalise
from harness.records import Artifact

_SYMBOLIC = (torch.SymInt, torch.SymFloat, torch.SymBool)


def graph_artifacts(name: str, graph_module: GraphModule) -> Iterator[Artifact]:
    """Give the texts of a graph, and of the graphs that it holds under their own names."""
    yield Artifact(f"{name}.code", normalise(graph_module.code, CODE))
    yield Artifact(f"{name}.graph", normalise(str(graph_module.graph), GRAPH))
    if values := _values(graph_module):
        yield Artifact(f"{name}.values", normalise(values, GRAPH))
    for child_name, child in _bodies(graph_module):
        yield from graph_artifacts(f"{name}.{child_name}", child)


def _bodies(graph_module: GraphModule) -> Iterator[tuple[str, GraphModule]]:
    """Give the graphs that the graph names, each once, in the order in which it first names them."""
    seen = set()
    for node in graph_module.graph.nodes:
        target = str(node.target)
        if node.op not in ("get_attr", "call_module") or target in seen:
            continue
        seen.add(target)
        child = _attribute(graph_module, target)
        if isinstance(child, GraphModule):
            yield target, child


def _attribute(owner: Any, target: str) -> Any:
    for name in target.split("."):
        owner = getattr(owner, name, None)
    return owner


def _values(graph_module: GraphModule) -> str:
    nodes = list(graph_module.graph.nodes)
    if not any(_has_value(node) for node in nodes):
        return ""
    return "\n".join(f"%{node.name} : {describe(_value(node))}" for node in nodes if _has_value(node))


def _has_value(node: Node) -> bool:
    return "val" in node.meta or "example_value" in node.meta


def _value(node: Node) -> Any:
    return node.meta["val"] if "val" in node.meta else node.meta["example_value"]


def describe(value: Any) -> str:
    """Describe a node's value: a tensor's dtype, shape, stride and device; a number's symbol."""
    match value:
        case torch.Tensor():
            return _describe_tensor(value)
        case FakeScriptObject() | torch.ScriptObject():
            return f"script object {_class_name(value)}"
        case tuple() | list():
            return f"({', '.join(describe(item) for item in value)})"
        case torch.SymInt() | torch.SymFloat() | torch.SymBool():
            return f"Sym({value})"
        case None | bool() | int() | float() | str():
            return repr(value)
        case _:
            return type(value).__name__


def _describe_tensor(value: torch.Tensor) -> str:
    dtype = str(value.dtype).removeprefix("torch.")
    sizes = ", ".join(str(size) for size in value.shape)
    if value.layout is not torch.strided:
        return f"{dtype}[{sizes}] {str(value.layout).removeprefix('torch.')} {value.device}"
    strides = ", ".join(str(stride) for stride in value.stride())
    return f"{dtype}[{sizes}] stride ({strides}) {value.device}"


def _class_name(value: Any) -> str:
    name = getattr(value, "script_class_name", None)
    return str(name) if name else str(value._type().qualified_name())


def is_symbolic(graph_module: GraphModule) -> bool:
    """Whether any node of the graph, or of the graphs that it holds, has a symbolic size or number."""
    if any(_holds_symbol(_value(node)) for node in graph_module.graph.nodes if _has_value(node)):
        return True
    return any(is_symbolic(child) for _, child in _bodies(graph_module))


def _holds_symbol(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        return any(isinstance(size, _SYMBOLIC) for size in value.shape)
    if isinstance(value, tuple | list):
        return any(_holds_symbol(item) for item in value)
    return isinstance(value, _SYMBOLIC)
