"""Operators that case modules register: those modules are imported that name what a graph calls."""

import re
from pathlib import Path

from graph_goldens.capture.replay.recorded_graph import RecordedGraph
from graph_goldens.cases.discovery import find_cases
from graph_goldens.cases.packs import PackChoice, find_modules

_NAMESPACE = re.compile(r"torch\.ops\.(\w+)\.")
_OF_TORCH = {"aten", "prims", "higher_order", "prim", "inductor", "quantized", "quantized_decomposed"}


def import_operators(graph: RecordedGraph, cases: Path, root: str) -> None:
    """Import the case modules where one of them names a namespace of operators that is not torch's.

    A module that cannot be imported here registers nothing; the graph then says which operator is missing.
    """
    called = set(_NAMESPACE.findall(graph.code))
    for body in graph.bodies.values():
        called.update(_NAMESPACE.findall(body.code))
    called -= _OF_TORCH
    if called and any(_names_one(file, called) for _, file in find_modules(cases)):
        find_cases(cases, choice=PackChoice(root))


def _names_one(file: Path, names: set[str]) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(name in text for name in names)
