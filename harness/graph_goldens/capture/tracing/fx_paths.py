"""Tracing paths of FX itself: `symbolic_trace`, and `make_fx` in all its modes."""

from typing import Any

from graph_goldens.capture.tracing.tracing import Tracing


def symbolic_trace(tracing: Tracing) -> None:
    """`torch.fx.symbolic_trace`: the program runs once on proxies."""
    traced = tracing.symbolic_trace()
    tracing.graph("traced", traced)
    tracing.same_as_eager(traced)


def make_fx_real(tracing: Tracing) -> None:
    """`make_fx` on the real inputs."""
    _make_fx(tracing, tracing_mode="real")


def make_fx_fake(tracing: Tracing) -> None:
    """`make_fx` on fake inputs of fixed sizes."""
    _make_fx(tracing, tracing_mode="fake")


def make_fx_symbolic(tracing: Tracing) -> None:
    """`make_fx` on fake inputs of symbolic sizes."""
    _make_fx(tracing, tracing_mode="symbolic")


def make_fx_pre_dispatch(tracing: Tracing) -> None:
    """`make_fx` above autograd and autocast."""
    _make_fx(tracing, pre_dispatch=True)


def _make_fx(tracing: Tracing, **options: Any) -> None:
    traced = tracing.make_fx(**options)
    tracing.graph("traced", traced)
    tracing.same_as_eager(traced, positional=True)
