"""What a project's own cases give to graphs: operators that their modules register, and script objects."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import torch

from graph_goldens.capture.replay.case_objects import Objects, collect_objects
from graph_goldens.capture.replay.recorded_graph import RecordedGraph
from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.discovery import FoundCase, find_cases
from graph_goldens.cases.packs import PackChoice, find_modules

_NAMESPACE = re.compile(r"torch\.ops\.(\w+)\.")
_OF_TORCH = {"aten", "prims", "higher_order", "prim", "inductor", "quantized", "quantized_decomposed"}


class OwnCases:
    """The cases of a project, whose modules are imported at most once: what they register stays.

    Args:
        folder: the folder of packs; None where graphs get nothing from any.
        package: import name of that folder.
    """

    def __init__(self, folder: CaseFolders | None, package: str) -> None:
        self._folder = folder
        self._choice = PackChoice(package)

    @cached_property
    def _found(self) -> Mapping[str, FoundCase]:
        return find_cases(self._folder, choice=self._choice).cases if self._folder else {}

    def import_operators(self, graph: RecordedGraph) -> None:
        """Import the case modules where one of them names a namespace of operators that is not torch's.

        One that cannot be imported here registers nothing; the graph then says which operator is missing.
        """
        called, modules = _list_namespaces(graph), find_modules(self._folder) if self._folder else ()
        if called and any(_names_one(file, called) for _, file in modules):
            _ = self._found

    def build_objects(self, case: str) -> Objects:
        """Build the script objects of a case; none where it is not one of these."""
        found = self._found.get(case)
        if found is None:
            return {}
        torch.manual_seed(0)
        return collect_objects(found.build())


def _list_namespaces(graph: RecordedGraph) -> set[str]:
    called = set(_NAMESPACE.findall(graph.code))
    for body in graph.bodies.values():
        called.update(_NAMESPACE.findall(body.code))
    return called - _OF_TORCH


def _names_one(file: Path, names: set[str]) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(name in text for name in names)
