"""The symbols of a capture: which words of its texts are symbols, and what each is bound to.

A word is a symbol because a ShapeEnv of the capture made it or a value of a graph holds it, not for its form.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import torch
from torch._dynamo.output_graph import OutputGraph
from torch._dynamo.source import ConstantSource
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.fx import GraphModule, Node
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.fresh_values import has_value, read_node_value
from graph_goldens.capture.tracing.graph_text import find_bodies
from graph_goldens.records import Json

_SYMBOLIC = (torch.SymInt, torch.SymFloat, torch.SymBool)
_TABLES = ("var_to_val", "backed_var_to_val", "var_to_range", "var_to_sources", "replacements")


def find_graph_symbols(graph_module: GraphModule) -> set[str]:
    """Find the symbols of a graph, of the graphs that it holds, and of what traced them."""
    found: set[str] = set()
    environments: dict[int, ShapeEnv] = {}
    for node in graph_module.graph.nodes:
        for leaf in pytree.tree_leaves(read_node_value(node)) if has_value(node) else ():
            found.update(_find_free_symbols(leaf))
            for each in _find_environments(leaf):
                environments[id(each)] = each
    for environment in environments.values():
        found |= find_environment_symbols(environment)
    for _, body in find_bodies(graph_module):
        found |= find_graph_symbols(body)
    return found


def find_environment_symbols(environment: ShapeEnv) -> set[str]:
    """Find the symbols that a ShapeEnv made, those that it replaced by others included."""
    tables = (getattr(environment, name, None) or () for name in _TABLES)
    return {str(symbol) for table in tables for symbol in table}


@contextmanager
def note_symbols_of_frames(symbols: set[str]) -> Iterator[None]:
    """Add the symbols of each frame that Dynamo begins, also of one that it gives up before there is a graph.

    Each frame has an `OutputGraph` of its own, of torch/_dynamo/output_graph.py, with a ShapeEnv.
    """
    environments: list[ShapeEnv | None] = []
    begin = OutputGraph.__init__

    @functools.wraps(begin)
    def begin_and_note(self: OutputGraph, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        environments.append(self.shape_env)

    OutputGraph.__init__ = begin_and_note
    try:
        yield
    finally:
        OutputGraph.__init__ = begin
        for environment in filter(None, environments):
            symbols |= find_environment_symbols(environment)


def _find_environments(leaf: Any) -> Iterator[ShapeEnv]:
    if isinstance(leaf, FakeTensor):
        leaf = leaf.fake_mode
    found = getattr(leaf, "shape_env", None) if isinstance(leaf, FakeTensorMode) else None
    if isinstance(leaf, _SYMBOLIC):
        found = getattr(leaf.node, "shape_env", None)
    if found is not None:
        yield found


def _find_free_symbols(leaf: Any) -> Iterator[str]:
    for number in _find_numbers(leaf):
        expression = getattr(number.node, "expr", None)
        if expression is not None:
            yield from map(str, getattr(expression, "free_symbols", ()))


def _find_numbers(leaf: Any) -> Iterator[Any]:
    if isinstance(leaf, torch.Tensor) and leaf.layout is torch.strided:
        yield from (size for size in (*leaf.shape, *leaf.stride()) if isinstance(size, _SYMBOLIC))
    elif isinstance(leaf, torch.Tensor):
        yield from (size for size in leaf.shape if isinstance(size, _SYMBOLIC))
    elif isinstance(leaf, _SYMBOLIC):
        yield leaf


def find_bindings_of_symbols(graph_module: GraphModule) -> dict[str, Json]:
    """Find what each symbol of a graph's values is bound to, by symbol, in words.

    That is the place in an input where it first stands alone, and the source that tracing took it from; for
    one that a node makes, the place in its value; empty where it stands nowhere alone.
    """
    bound: dict[str, list[Json]] = {}
    sources: dict[str, str] = {}
    for node in graph_module.graph.nodes:
        for path, leaf in pytree.tree_flatten_with_path(read_node_value(node))[0] if has_value(node) else ():
            for symbol in _find_free_symbols(leaf):
                bound.setdefault(symbol, [])
            sources.update(_find_sources(leaf))
            for place, symbol in _find_alone(leaf):
                _bind(bound, node, symbol, f"%{node.name}{pytree.keystr(path)}{place}")
        _bind_new(bound, node)
    for symbol, source in sources.items():
        if symbol in bound:
            bound[symbol].append(source)
    return {symbol: ", ".join(map(str, places)) for symbol, places in sorted(bound.items())}


def _bind(bound: dict[str, list[Json]], node: Node, symbol: str, place: str) -> None:
    if node.op == "placeholder" and not bound.get(symbol):
        bound[symbol] = [place]


def _bind_new(bound: dict[str, list[Json]], node: Node) -> None:
    for symbol, path in (node.meta.get("unbacked_bindings") or {}).items():
        if not bound.get(str(symbol)):
            bound[str(symbol)] = [f"%{node.name}{pytree.keystr(path)}"]


def _find_alone(leaf: Any) -> Iterator[tuple[str, str]]:
    """Yield the places of a value in which a symbol stands alone."""
    if isinstance(leaf, torch.Tensor):
        for number, size in enumerate(leaf.shape):
            if isinstance(size, _SYMBOLIC) and _is_symbol(size):
                yield f".size()[{number}]", str(size.node.expr)
    elif isinstance(leaf, _SYMBOLIC) and _is_symbol(leaf):
        yield "", str(leaf.node.expr)


def _is_symbol(number: Any) -> bool:
    """Whether a number is a symbol and no more; a nested size is none: in 2.4 it has no expression."""
    return bool(getattr(getattr(number.node, "expr", None), "is_symbol", False))


def _find_sources(leaf: Any) -> Iterator[tuple[str, str]]:
    """Yield the sources of a ShapeEnv's symbols; those that tracing made up have counted names."""
    for environment in _find_environments(leaf):
        for symbol, sources in environment.var_to_sources.items():
            named = [source for source in sources if not isinstance(_find_root(source), ConstantSource)]
            if named:
                yield str(symbol), _name_source(named[0])


def _find_root(source: Any) -> Any:
    while getattr(source, "base", None) is not None:
        source = source.base
    return source


def _name_source(source: Any) -> str:
    """A source's name: a method to 2.8 or so, a property since."""
    return str(source.name() if callable(source.name) else source.name)


def find_error_symbols(error: BaseException | None) -> set[str]:
    """Find the symbols of the ShapeEnvs that an exception, or what caused it, passed on its way."""
    found: set[str] = set()
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found.update(map(str, getattr(getattr(error, "cond", None), "free_symbols", ())))
        for environment in _find_passed(error.__traceback__):
            found |= find_environment_symbols(environment)
        error = error.__cause__ or error.__context__
    return found


def _find_passed(traceback: TracebackType | None) -> Iterator[ShapeEnv]:
    """Yield the ShapeEnvs that the functions of a traceback hold."""
    while traceback is not None:
        for value in traceback.tb_frame.f_locals.values():
            if isinstance(value, ShapeEnv):
                yield value
            elif isinstance(value, (FakeTensor, FakeTensorMode, *_SYMBOLIC)):
                yield from _find_environments(value)
        traceback = traceback.tb_next
