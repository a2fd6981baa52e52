"""Warm PyTorch up before a worker forks: what each capture would else import, build and cache anew."""

from collections.abc import Callable

import torch
from torch._dynamo import guards

from harness.cases.case import Case
from harness.tracing.paths import TRACING_PATHS
from harness.tracing.session import Session
from harness.tracing.switches import set_switches

_BACKWARD = ("aot-joint",)


class _Small(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sin().view(-1) + x.size(0)


def _small() -> Case:
    return Case(_Small(), args=(torch.ones(2, 3),))


def warm_up() -> None:
    """Trace a small program by every tracing path that runs no backward, and forget what came of it.

    A backward would start autograd's threads, on builds for CUDA at least, and they do not survive a fork.
    A path that fails here fails again, and is recorded, where it is asked for.
    """
    _skip_measurements()
    for name, trace in TRACING_PATHS.items():
        if name not in _BACKWARD:
            _try(trace)
    set_switches()


def _skip_measurements() -> None:
    """Let Dynamo (from 2.6) not time its guards: it fills 32 MiB before each time, for a line of its log."""
    if hasattr(guards, "profile_guard_manager"):
        guards.profile_guard_manager = lambda *_: 0.0


def _try(trace: Callable[[Session], None]) -> None:
    set_switches()
    try:
        trace(Session(_small))
    except Exception:  # see above: this is no capture
        return
