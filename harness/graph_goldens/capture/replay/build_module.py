"""Make recorded graphs callable: their code with FX's globals, their bodies as modules under their names."""

import builtins
import importlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from types import CodeType
from typing import Any

import torch
from torch.fx import _pytree as fx_pytree
from torch.utils import _pytree as pytree

from graph_goldens.capture.replay.recorded_graph import NotRunError, RecordedGraph

_UNSUITED = re.compile(r"\W")
_OPERATOR = re.compile(r"torch\.ops\.(\w+)\.(\w+)(?:\.(\w+))?")


class _Flattening:
    """Stands for `fx_pytree` or `pytree` in a graph's code: passes leaves through, and knows no structure."""

    def __init__(self, module: Any, leaves: Callable[[Any], Sequence[Any]]) -> None:
        self._module = module
        self._leaves = leaves

    def tree_flatten_spec(self, given: Any, _spec: Any) -> Sequence[Any]:
        """Return the graph's inputs, whatever a caller's structure of them is."""
        return self._leaves(given)

    def tree_unflatten(self, leaves: Any, _spec: Any) -> list[Any]:
        """Return the leaves."""
        return list(leaves)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


class ReplayedModule(torch.nn.Module):  # type: ignore[misc]
    """A graph of a record, which is called with its inputs in order."""

    def __init__(self, graph: RecordedGraph) -> None:
        super().__init__()
        self._in_spec = self._out_spec = None
        self._inputs: Sequence[Any] | None = None
        self._run = _compile_forward(graph, self._list_leaves)
        self._takes = self._run.__code__.co_argcount - 1

    def _list_leaves(self, given: Any) -> Sequence[Any]:
        return pytree.tree_leaves(given) if self._inputs is None else self._inputs

    def forward(self, *inputs: Any) -> Any:
        """Run the graph as the graphs that hold it do."""
        return self._run(self, *inputs)

    def run_with_leaves(self, inputs: Sequence[Any]) -> list[Any]:
        """Run the outermost graph; its inputs and its results are leaves, in the order of its nodes."""
        flattens = "tree_flatten_spec" in self._run.__code__.co_names
        self._inputs = inputs
        try:
            given = [None] * self._takes if flattens else inputs
            return list(pytree.tree_leaves(self._run(self, *given), is_leaf=lambda item: item is None))
        finally:
            self._inputs = None


def build_module(graph: RecordedGraph) -> ReplayedModule:
    """Build a graph and the graphs that it holds, without the tensors that it takes from its module.

    Raises:
        NotRunError: its code cannot be read, or names what this PyTorch does not have.
    """
    module = ReplayedModule(graph)
    for name, body in graph.bodies.items():
        hold(module, name, ReplayedModule(body))
    return module


def hold(module: torch.nn.Module, target: str, value: Any) -> None:
    """Put a value under a dotted name, and modules between where there are none."""
    *between, last = target.split(".")
    for name in between:
        inner = getattr(module, name, None)
        if not isinstance(inner, torch.nn.Module):
            inner = torch.nn.Module()
            setattr(module, name, inner)
        module = inner
    setattr(module, last, value)


def _compile_forward(graph: RecordedGraph, leaves: Callable[[Any], Sequence[Any]]) -> Any:
    check_targets(graph)
    code = _compile(graph)
    names: dict[str, Any] = {**_list_globals(graph), "fx_pytree": _Flattening(fx_pytree, leaves)}
    names["pytree"] = _Flattening(pytree, leaves)
    exec(code, names)
    return names["forward"]


def _compile(graph: RecordedGraph) -> CodeType:
    try:
        # annotations may name what was imported where the graph was made, and nothing asks for them
        return compile(f"from __future__ import annotations\n{graph.code}", f"<{graph.name}>", "exec")
    except (SyntaxError, ValueError) as error:
        raise NotRunError("its code is not Python", f"its code is not Python: {error}") from None


def _list_globals(graph: RecordedGraph) -> dict[str, Any]:
    """List what `torch/fx/graph.py` gives to code: custom builtins, and each target that is not torch's."""
    found = {"torch": torch, "device": torch.device, "inf": math.inf, "nan": math.nan, "NoneType": type(None)}
    for target in _list_targets(graph):
        if not target.startswith("torch."):
            found[_UNSUITED.sub("_", target)] = _resolve(target)
    return found


def _list_targets(graph: RecordedGraph) -> Iterator[str]:
    return (node.target for node in graph.table.nodes if node.op == "call_function")


def check_targets(graph: RecordedGraph) -> None:
    """Refuse a graph that calls what this PyTorch does not have.

    Raises:
        NotRunError: an operator or a function is gone.
    """
    for target in _list_targets(graph):
        if match := _OPERATOR.fullmatch(target):
            _check_operator(*match.groups())
        elif target.startswith("torch.") and not target.startswith("torch.ops."):
            _resolve(target)


def _check_operator(namespace: str, name: str, overload: str | None) -> None:
    packet = getattr(getattr(torch.ops, namespace), name, None)
    if packet is None:
        whole = f"torch.ops.{namespace}.{name}"
        raise NotRunError("operator not there", f"this PyTorch has no operator {whole}")
    if overload and namespace != "higher_order" and getattr(packet, overload, None) is None:
        whole = f"torch.ops.{namespace}.{name}.{overload}"
        raise NotRunError("overload not there", f"this PyTorch has no overload {whole}")


def _resolve(target: str) -> Any:
    module, _, name = target.rpartition(".")
    owner: Any = builtins if not module else _import(module)
    if not hasattr(owner, name):
        raise NotRunError("function not there", f"there is no {target}")
    return getattr(owner, name)


def _import(name: str) -> Any:
    """Find a module, or what a module holds under a dotted name."""
    owner, _, last = name.rpartition(".")
    try:
        return importlib.import_module(name)
    except ImportError:
        return getattr(_import(owner), last, None) if owner else None
