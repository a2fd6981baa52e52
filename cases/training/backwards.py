"""Backwards: joint graphs, gradients within programs, what is saved, and hooks on tensors and modules."""

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from graph_goldens import Case, Contains, NoBreaks, case


class Perceives(nn.Module):
    """Two layers and a loss."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 1)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return nn.functional.mse_loss(self.second(self.first(x).relu()), y)


def _draw_pair() -> tuple[Tensor, Tensor]:
    return torch.randn(2, 3), torch.randn(2, 1)


@case
def joint_graph() -> Case:
    """Forward and backward of two layers and a loss: what is saved between them."""
    return Case(
        Perceives(), args=_draw_pair(), claims=[Contains("aten.mm", paths=("aot-joint",)), NoBreaks()]
    )


@case
def double_backward() -> Case:
    """A penalty on the gradient: `autograd.grad` in the program, with a graph for a second backward."""

    def penalise(x: Tensor, weight: Tensor) -> Tensor:
        loss = torch.tanh(x @ weight).sum()
        (gradient,) = torch.autograd.grad(loss, x, create_graph=True)
        return loss + gradient.square().mean()

    args = (torch.randn(2, 3, requires_grad=True), torch.randn(3, 2, requires_grad=True))
    return Case(penalise, args=args)


@case
def checkpoint_of_layers() -> Case:
    """A layer of two is computed again in the backward; the other is saved."""

    class Recomputes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)

        def forward(self, x: Tensor) -> Tensor:
            hidden: Tensor = checkpoint(lambda x: self.first(x).sigmoid().sin(), x, use_reentrant=False)
            seen: Tensor = self.second(hidden)
            return seen

    return Case(Recomputes(), args=(torch.randn(2, 3),), claims=[NoBreaks()])


@case
def tensor_hook() -> Case:
    """A hook on a tensor within the program changes the gradient that passes."""

    def compute(x: Tensor) -> Tensor:
        hidden = x.sin()
        hidden.register_hook(lambda gradient: gradient * 2)
        return hidden.cos().sum()

    return Case(compute, args=(torch.randn(3, requires_grad=True),))


@case
def module_hooks() -> Case:
    """Hooks before and behind a module's call change its input and its result."""
    model = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
    model[0].register_forward_pre_hook(lambda module, args: (args[0] * 2,))
    model[1].register_forward_hook(lambda module, args, result: result + args[0])
    return Case(model, args=(torch.randn(2, 3),), claims=[NoBreaks()])


@case
def module_backward_hook() -> Case:
    """A full backward hook of a module, which wraps its inputs and results in functions of autograd."""
    model = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    model[1].register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 0.5,))
    return Case(model, args=(torch.randn(2, 3),))
