"""Tracing paths of AOTAutograd's export."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch._functorch.aot_autograd import aot_export_module
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch._library import fake_class_registry
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.stable_errors import UnavailableError
from graph_goldens.capture.tracing.tracing import Session


class FlatOutputs(torch.nn.Module):
    """A program whose outputs are a flat tuple, as AOTAutograd wants them."""

    def __init__(self, program: torch.nn.Module) -> None:
        super().__init__()
        self.program = program

    def forward(self, *args: Any) -> tuple[Any, ...]:
        """Run the program."""
        return tuple(pytree.tree_leaves(self.program(*args)))


class SummedOutputs(torch.nn.Module):
    """A program whose one output is a scalar loss: the sum of its floating-point outputs."""

    def __init__(self, program: torch.nn.Module) -> None:
        super().__init__()
        self.program = program

    def forward(self, *args: Any) -> tuple[torch.Tensor]:
        """Run the program and sum up."""
        leaves = pytree.tree_leaves(self.program(*args))
        floats = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor) and leaf.is_floating_point()]
        if not floats:
            raise UnavailableError("the program has no floating-point output to take as a loss")
        return (
            (torch.stack([leaf.sum() for leaf in floats]).sum(),) if len(floats) > 1 else (floats[0].sum(),)
        )


def aot_inference(session: Session) -> None:
    """`aot_export_module` without the backward."""
    _aot_export(session, "traced", FlatOutputs(session.module), grad=False, trace_joint=False)


def aot_joint(session: Session) -> None:
    """`aot_export_module` with the backward; floating-point inputs require grad, the loss is their sum."""
    _aot_export(
        session, "joint", SummedOutputs(session.module), grad=True, trace_joint=True, output_loss_index=0
    )


def _aot_export(session: Session, name: str, module: torch.nn.Module, *, grad: bool, **options: Any) -> None:
    inputs = _fake_inputs(session.inputs, grad)
    with session.tracing(), torch.set_grad_enabled(grad), enable_torchbind_tracing():
        traced, signature = aot_export_module(module, inputs, **options)
    session.traced()
    session.graph(name, traced, [*signature.input_tokens, *signature.output_tokens])
    session.text(f"{name}.signature", _signature(signature))


def _fake_inputs(inputs: tuple[Any, ...], grad: bool) -> tuple[Any, ...]:
    mode = FakeTensorMode(shape_env=ShapeEnv(), allow_non_fake_inputs=True)
    return tuple(pytree.tree_map(lambda leaf: _fake(mode, leaf, grad), inputs))


def _fake(mode: FakeTensorMode, leaf: Any, grad: bool) -> Any:
    if isinstance(leaf, torch.Tensor):
        fake = mode.from_tensor(leaf, static_shapes=True)
        return fake.requires_grad_(grad) if fake.is_floating_point() else fake
    if isinstance(leaf, torch.ScriptObject):
        return _fake_script_object()(mode, leaf)
    return leaf


def _fake_script_object() -> Callable[[FakeTensorMode, Any], Any]:
    """Before 2.5 it is `to_fake_obj`; since then objects that are safe to trace are left alone."""
    registry = fake_class_registry
    return registry.maybe_to_fake_obj if hasattr(registry, "maybe_to_fake_obj") else registry.to_fake_obj


def _signature(signature: Any) -> str:
    lines = []
    for field in fields(signature):
        value = getattr(signature, field.name)
        if value and not field.name.endswith("_spec"):
            lines.append(f"{field.name}: {_plain(value)}")
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    return (
        {field.name: getattr(value, field.name) for field in fields(value)} if is_dataclass(value) else value
    )
