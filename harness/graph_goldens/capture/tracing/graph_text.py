"""Graphs as text: code, graph string, values, signature and guards, normalised on the spot."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.export.graph_signature import CustomObjArgument
from torch.fx import GraphModule, Node
from torch.utils import _pytree as pytree

from graph_goldens.capture.normalise.rules import CODE, GRAPH, normalise
from graph_goldens.capture.tracing.fresh_values import has_value, read_node_value
from graph_goldens.records import Artifact, Json

Texts = Callable[[GraphModule], Iterator[tuple[str, str]]]


def render_graph(name: str, graph_module: GraphModule, beside: Texts) -> Iterator[Artifact]:
    """Yield the texts of a graph, and of the graphs that it holds under their own names.

    Args:
        name: what the graph is called in the record.
        graph_module: the graph.
        beside: yields what is said of a graph beside these, by kind; empty texts are left out.
    """
    yield Artifact(f"{name}.code", normalise(graph_module.code, CODE))
    yield Artifact(f"{name}.graph", normalise(str(graph_module.graph), GRAPH))
    if values := _render_values(graph_module):
        yield Artifact(f"{name}.values", normalise(values, GRAPH))
    for kind, text in beside(graph_module):
        if text:
            yield Artifact(f"{name}.{kind}", normalise(text, GRAPH))
    for child_name, child in find_bodies(graph_module):
        yield from render_graph(f"{name}.{child_name}", child, beside)


def find_bodies(graph_module: GraphModule) -> Iterator[tuple[str, GraphModule]]:
    """Yield the graphs that the graph names, each once, in the order in which it first names them."""
    seen = set()
    for node in graph_module.graph.nodes:
        target = str(node.target)
        if node.op not in ("get_attr", "call_module") or target in seen:
            continue
        seen.add(target)
        child = find_attribute(graph_module, target)
        if isinstance(child, GraphModule):
            yield target, child


def find_attribute(owner: Any, target: str) -> Any:
    """Find what lies under a dotted name; None where nothing does."""
    for name in target.split("."):
        owner = getattr(owner, name, None)
    return owner


def _render_values(graph_module: GraphModule) -> str:
    nodes = list(graph_module.graph.nodes)
    if not any(has_value(node) for node in nodes):
        return ""
    lines = (
        f"%{node.name} : {describe(read_node_value(node))}{_word_bindings(node)}"
        for node in nodes
        if has_value(node)
    )
    return "\n".join(lines)


def _word_bindings(node: Node) -> str:
    """Say which new symbols a node binds, and to what of its value."""
    found = find_bindings(node)
    return f" binds {', '.join(found)}" if found else ""


def find_bindings(node: Node) -> list[str]:
    """Find the symbols that a node binds, as `u0 = value.size()[0]`."""
    bound = node.meta.get("unbacked_bindings") or {}
    return [f"{symbol} = value{pytree.keystr(path)}" for symbol, path in bound.items()]


def name_input_kinds(graph_module: GraphModule, tokens: Collection[str]) -> list[Json]:
    """Say of each input of a graph whether it is a tensor, a script object, an effect token, a number."""
    return [_name_kind(node, tokens) for node in graph_module.graph.nodes if node.op == "placeholder"]


def name_output_kinds(graph_module: GraphModule, tokens: Collection[str]) -> list[Json]:
    """Say the same of each output."""
    (output,) = (node for node in graph_module.graph.nodes if node.op == "output")
    return [_name_kind(leaf, tokens) for leaf in pytree.tree_leaves(output.args[0])]


def _name_kind(item: Any, tokens: Collection[str]) -> Json:
    if not isinstance(item, Node):
        return "constant"
    if item.name in tokens:
        return "token"
    match read_node_value(item) if has_value(item) else None:
        case torch.Tensor():
            return "tensor"
        case FakeScriptObject() | torch.ScriptObject() | CustomObjArgument():
            return "script object"
        case None:
            return "unknown"
        case _:
            return "number"


def describe(value: Any) -> str:
    """Describe a node's value: a tensor's dtype, shape, stride and device; a number's symbol."""
    match value:
        case torch.Tensor():
            return _describe_tensor(value)
        case FakeScriptObject() | torch.ScriptObject() | CustomObjArgument():
            return f"script object {_name_class(value)}"
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


def _name_class(value: Any) -> str:
    if isinstance(value, CustomObjArgument):
        return str(value.class_fqn)
    name = getattr(value, "script_class_name", None)
    return str(name) if name else str(value._type().qualified_name())
