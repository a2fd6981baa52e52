"""Warm PyTorch up before a worker forks: what each capture would else import, build and cache anew."""

from collections.abc import Callable
from functools import cache

import torch
from torch._dynamo import guards
from torch._export import utils as export_utils

from graph_goldens.capture.tracing.path_table import TRACING_PATHS
from graph_goldens.capture.tracing.switches import set_switches
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.case import FACTS_PATH, Case

_UNTRACED = ("aot-joint", FACTS_PATH)

STAGES = (
    (
        FACTS_PATH,
        "symbolic-trace",
        "make-fx-real",
        "make-fx-fake",
        "make-fx-symbolic",
        "make-fx-pre-dispatch",
        "export",
        "export-pre-dispatch",
    ),
    (
        "export-strict",
        "export-functional",
        "export-decomposed",
        "export-retraced",
        "export-reloaded",
        "aot-inference",
        "aot-joint",
        "compile-eager",
        "compile-dynamic",
        "compile-aot-eager",
    ),
    ("compile-inductor",),
)
"""The tracing paths in the order in which they are warmed up, cheap ones first: those of a stage are captured
before the next is warmed up, so the state that each starts from does not depend on what else is captured. A
stage is warmed up only where one of its own or of a later one is asked for: Inductor takes as long to import
as all before it to warm up."""

assert sorted(path for stage in STAGES for path in stage) == sorted([*TRACING_PATHS, FACTS_PATH])


class _Small(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sin().view(-1) + x.size(0)


def _make_small() -> Case:
    return Case(_Small(), args=(torch.ones(2, 3),))


@cache
def warm_up(stage: tuple[str, ...]) -> None:
    """Trace a small program, once, by each path of a stage that runs no backward, and forget the rest.

    A backward would start autograd's threads, on builds for CUDA at least, and they do not survive a fork.
    A path that fails here fails again, and is recorded, where it is asked for.
    """
    _skip_chores()
    for name in stage:
        if name not in _UNTRACED:
            _try(TRACING_PATHS[name])
    set_switches()


@cache
def _skip_chores() -> None:
    """Let PyTorch not do what takes long and changes no graph.

    Dynamo times its guards (from 2.6), which fills 32 MiB before each time, for a line of its log. It
    collects garbage after each compilation (from 2.7), though all of a child's goes with the child. And
    export (from 2.6) looks all composite operators up again for each namespace of each decomposition.
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
