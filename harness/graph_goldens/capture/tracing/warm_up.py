"""Warm PyTorch up before a worker forks: what each capture would else import, build and cache anew."""

import linecache
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
import torch._ops as operators
from torch._dynamo import guards
from torch._export import utils as export_utils

from graph_goldens.capture.tracing.path_table import find_path
from graph_goldens.capture.tracing.switches import set_switches
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.case import Case
from graph_goldens.cases.path_rows import PATH_ROWS, WarmUp

# Modules whose lines are quoted in most captures, beside those that the small program leads through: a fake
# tensor and a proxy keep the stack that made them (torch/_subclasses/fake_tensor.py, torch/fx/proxy.py).
_QUOTED = (
    "torch._dynamo.variables.builtin",
    "torch._dynamo.variables.lazy",
    "torch._higher_order_ops.effects",
    "torch._higher_order_ops.torchbind",
    "torch._library.fake_class_registry",
    "torch.fx.interpreter",
    "torch.overrides",
)
_OWN = "graph_goldens.capture."
_COLLECTING = ("torch._export.utils", "torch.export.decomp_utils", "torch.export.exported_program")
"""Modules that ask for all composite operators, by a name of their own (from 2.6)."""


class _Small(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sin().view(-1) + x.size(0)


def _make_small() -> Case:
    return Case(_Small(), args=(torch.ones(2, 3),))


@cache
def warm_up(stage: WarmUp) -> None:
    """Trace a small program, once, by each path of a stage that runs no backward, and forget the rest.

    A path that fails here fails again, and is recorded, where it is asked for.
    """
    _skip_chores()
    for row in PATH_ROWS.values():
        if row.stage is stage and not row.backward:
            _try(find_path(row.name))
    _read_quoted_lines()
    set_switches()


def _read_quoted_lines() -> None:
    """Read the lines that stacks quote, which each child would else read from their files anew."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) if name in _QUOTED or name.startswith(_OWN) else None
        if file:
            linecache.getlines(file)


@cache
def _skip_chores() -> None:
    """Let PyTorch not do what takes long and changes no graph.

    Dynamo times its guards (from 2.6), which fills 32 MiB before each time, for a line of its log:
    `CheckFunctionManager` of torch/_dynamo/guards.py. It collects garbage after each compilation (from 2.7),
    though all of a child's goes with the child: `_compile` of torch/_dynamo/convert_frame.py. Export and
    decompositions repeat themselves: see the functions below.
    """
    if hasattr(guards, "profile_guard_manager"):
        guards.profile_guard_manager = lambda *_: 0.0
    if hasattr(torch._dynamo.config, "run_gc_after_compile"):
        torch._dynamo.config.run_gc_after_compile = False
    _look_operators_up_once()
    _subscript_types_once()


def _look_operators_up_once() -> None:
    """Let export look composite operators up once for all namespaces, and where the dispatcher knows others.

    It does so anew for each namespace (from 2.6): `_collect_all_valid_cia_ops_for_namespace` of
    torch/_export/utils.py, which torch/export/decomp_utils.py and torch/export/exported_program.py ask for
    all of them twice for each decomposition.
    """
    if not hasattr(export_utils, "_materialize_cpp_cia_ops"):
        return
    look_up = _LookUp(export_utils._materialize_cpp_cia_ops)
    export_utils._materialize_cpp_cia_ops = look_up
    collect = export_utils._collect_all_valid_cia_ops

    def collect_all() -> Any:
        with look_up.hold():
            return collect()

    for name in _COLLECTING:
        if "_collect_all_valid_cia_ops" in vars(sys.modules[name]):
            vars(sys.modules[name])["_collect_all_valid_cia_ops"] = collect_all


class _LookUp:
    """Looks composite operators up where the dispatcher knows others than the last time."""

    def __init__(self, look_up: Callable[[], None]) -> None:
        self._look_up = look_up
        self._looked_up: list[str] = []
        self._held = False

    def __call__(self) -> None:
        if self._held:
            return
        known = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeImplicitAutograd")
        if known != self._looked_up:
            self._look_up()
            self._looked_up[:] = known

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Look up now, and not again inside."""
        self()
        self._held = True
        try:
            yield
        finally:
            self._held = False


def _subscript_types_once() -> None:
    """Let PyTorch make the types `Callable[…]` of torch/_ops.py once, as `typing` remembers those it made.

    Each call of `OperatorBase.py_impl` defines a function, whose annotations make two of them (from 2.10),
    and a decomposition calls it some 11,000 times: `_override_composite_implicit_decomp` of
    torch/export/exported_program.py.
    """
    if vars(operators).get("Callable") is Callable:
        vars(operators)["Callable"] = typing.Callable


def _try(trace: Callable[[Tracing], None]) -> None:
    set_switches()
    try:
        trace(Tracing(_make_small))
    except Exception:  # see above: this is no capture
        return
