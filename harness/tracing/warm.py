"""Warm PyTorch up before a worker forks: what each capture would else import, build and cache anew."""

from collections.abc import Callable

import torch

from harness.cases.case import Case
from harness.tracing.paths import TRACING_PATHS
from harness.tracing.session import Session
from harness.tracing.switches import set_switches


class _Small(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sin().view(-1) + x.size(0)


def _small() -> Case:
    return Case(_Small(), args=(torch.ones(2, 3),))


def warm_up() -> None:
    """Trace a small program by every tracing path, and forget what came of it.

    Nothing in it requires grad: a backward would start autograd's threads, which do not survive a fork.
    A path that fails here fails again, and is recorded, where it is asked for.
    """
    for trace in TRACING_PATHS.values():
        _try(trace)
    set_switches()


def _try(trace: Callable[[Session], None]) -> None:
    set_switches()
    try:
        trace(Session(_small))
    except Exception:  # see above: this is no capture
        return
