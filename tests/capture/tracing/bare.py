"""Tracing and nothing besides, for scripts that run in an environment: no graph is run, nor traced again."""

import warnings
from pathlib import Path
from typing import Any

import torch

from graph_goldens.capture.tracing import export_paths
from graph_goldens.capture.tracing.running import Ran, list_calls
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.discovery import FoundCase, find_cases


class BareSession(Tracing):
    """A tracing that runs nothing but the tracers."""

    def same_as_eager(self, *_: Any, **__: Any) -> None:
        """Run nothing."""

    def compare_call(self, *_: Any, **__: Any) -> None:
        """Run nothing."""

    def compare_runs(self, *_: Any, **__: Any) -> None:
        """Run nothing."""

    def compare_results(self, *_: Any, **__: Any) -> Any:
        """Compare nothing."""

    def judge(self, *_: Any) -> None:
        """Compare nothing."""

    def run_eager_calls(self) -> list[Ran]:
        """Run nothing; the paths only look whether eager raised."""
        return [Ran(call, None) for call in list_calls(self.case)]


def bare_cases(folder: Path, libraries: list[str]) -> dict[str, FoundCase]:
    """Load the packs' libraries, find the cases, and let no tracing path trace twice, nor anything warn."""
    warnings.simplefilter("ignore")
    export_paths._retrace = lambda *_: None
    for library in libraries:
        torch.classes.load_library(library)
    return find_cases(folder).cases
