"""Warm PyTorch up before a worker forks: what each capture would else import, build and cache anew."""

import linecache
import sys
from collections.abc import Callable
from functools import cache

import torch
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
    though all of a child's goes with the child: `_compile` of torch/_dynamo/convert_frame.py. And export
    (from 2.6) looks all composite operators up again for each namespace of each decomposition:
    `_collect_all_valid_cia_ops_for_namespace` of torch/_export/utils.py.
    """
    if hasattr(guards, "profile_guard_manager"):
        guards.profile_guard_manager = lambda *_: 0.0
    if hasattr(torch._dynamo.config, "run_gc_after_compile"):
        torch._dynamo.config.run_gc_after_compile = False
    if hasattr(export_utils, "_materialize_cpp_cia_ops"):
        export_utils._materialize_cpp_cia_ops = _skip_unchanged(export_utils._materialize_cpp_cia_ops)


def _skip_unchanged(look_up: Callable[[], None]) -> Callable[[], None]:
    """Look composite operators up where the dispatcher knows others than the last time."""
    looked_up: list[str] = []

    def look_up_where_changed() -> None:
        known = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeImplicitAutograd")
        if known != looked_up:
            look_up()
            looked_up[:] = known

    return look_up_where_changed


def _try(trace: Callable[[Tracing], None]) -> None:
    set_switches()
    try:
        trace(Tracing(_make_small))
    except Exception:  # see above: this is no capture
        return
