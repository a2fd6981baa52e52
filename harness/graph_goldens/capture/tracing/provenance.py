"""Where nodes come from, as tracing noted it: modules, functions, annotations and recompute tags.

    %linear, %relu: module "" cases.mlp.MLP > layer torch.nn.modules.linear.Linear; source relu relu
    %mul: torch_fn mul_1 method_descriptor.mul; custom {"stage": 1}; recompute MUST_SAVE

A line is nodes that follow each other, a colon, and what holds of each, in parts between semicolons: `module`
is the chain of modules from the outermost in, each a path and a class; `source` the chain of what Dynamo
traced through, each a name and what was called; `torch_fn` the function that export saw; `custom` the
annotations as JSON; `recompute` the tag of activation checkpointing. A word that is empty, or holds a space,
a quote, a comma or a semicolon, is written as a JSON text.
"""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from torch.fx import GraphModule, Node

from graph_goldens.capture.tracing.inputs import WRAPPER_MODULE

DEEPEST = 32
"""Of a stack of functions so many are told, the innermost."""

_PLAIN = re.compile(r'[^\s",;]+')
_OURS = f"{WRAPPER_MODULE}."


def write_provenance(graph_module: GraphModule) -> str:
    """Find where the nodes of a graph come from; nodes that follow each other and agree share a line.

    The nodes are listed first: an iterator over a graph (`_NodeIter` of torch/csrc/fx/node.cpp) begins anew
    when it is asked again after its end, as `groupby` asks where the last node has a line.
    """
    grouped = groupby(list(graph_module.graph.nodes), key=_read_provenance)
    return "\n".join(f"{_name_nodes(nodes)}: {words}" for words, nodes in grouped if words)


def _name_nodes(nodes: Iterator[Node]) -> str:
    return ", ".join(f"%{node.name}" for node in nodes)


def _read_provenance(node: Node) -> str:
    meta = node.meta
    parts = (
        ("module", _write_chain(_read_modules(meta.get("nn_module_stack")))),
        ("source", _write_chain(_read_pairs(meta.get("source_fn_stack")))),
        ("torch_fn", _write_chain(_read_pairs([meta["torch_fn"]] if meta.get("torch_fn") else []))),
        ("custom", _read_custom(meta.get("custom"))),
        ("recompute", _read_tag(meta.get("recompute"))),
    )
    return "; ".join(f"{kind} {words}" for kind, words in parts if words)


def _read_modules(stack: Any) -> Iterator[tuple[str, Any]]:
    """Yield paths and classes; the stack's keys, which hold identities, are left out."""
    for entry in (stack or {}).values():
        if isinstance(entry, tuple) and len(entry) == 2:
            yield str(entry[0]), entry[1]


def _read_pairs(stack: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a stack holds, the innermost `DEEPEST`: PyTorch lets some grow from trace to trace."""
    for entry in (stack or ())[-DEEPEST:]:
        if isinstance(entry, tuple) and len(entry) == 2:
            yield str(entry[0]), entry[1]


def _write_chain(pairs: Iterator[tuple[str, Any]]) -> str:
    """Write a chain, without the modules that the harness puts around a program."""
    named = ((path, _find_qualified_name(target)) for path, target in pairs)
    return " > ".join(
        f"{_write_word(path)} {_write_word(name)}" for path, name in named if not name.startswith(_OURS)
    )


def _write_word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text != ">" else json.dumps(text, ensure_ascii=False)


def _find_qualified_name(target: Any) -> str:
    """The name of a class, function or operator, with its module where it tells one."""
    name = getattr(target, "__qualname__", None) or getattr(target, "__name__", None)
    if isinstance(target, str) or name is None:
        return str(target)
    module = getattr(target, "__module__", None)
    return f"{module}.{name}" if module else str(name)


def _read_custom(annotations: Any) -> str:
    """Write a program's annotations, without what Dynamo notes there of itself: `_torchdynamo_disable`."""
    if not isinstance(annotations, dict):
        return ""
    own = {name: value for name, value in annotations.items() if not str(name).startswith("_torchdynamo")}
    return json.dumps(_simplify(own), sort_keys=True) if own else ""


def _simplify(value: Any) -> Any:
    """What JSON can say of an annotation; of anything else its type."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_simplify(item) for item in value]
        case dict():
            return {str(name): _simplify(item) for name, item in value.items()}
        case _:
            return type(value).__name__


def _read_tag(tag: Any) -> str:
    if tag is None:
        return ""
    return _write_word(str(getattr(tag, "name", tag)))
