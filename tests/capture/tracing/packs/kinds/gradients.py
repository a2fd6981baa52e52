"""Programs with gradients of their own, or with none."""

from typing import Any

import torch
from torch.nn.utils import parametrizations
from torch.utils.checkpoint import checkpoint

from graph_goldens import Case, case

X = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)


def leaf() -> torch.Tensor:
    return X.clone().requires_grad_()


@case
def nothing_requires_grad() -> Case:
    return Case(lambda x: x.sin(), args=(X.clone(),))


@case
def result_requires_none() -> Case:
    return Case(lambda x: x.detach().sin(), args=(leaf(),))


@case
def input_requires_grad() -> Case:
    return Case(lambda x: x.sin() * 2, args=(leaf(),))


@case
def one_of_two_requires_grad() -> Case:
    return Case(lambda x, y: x * y, args=(leaf(), X.clone()))


@case
def parameters_require_grad() -> Case:
    return Case(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU()), args=(X.clone(),))


@case
def frozen_parameters() -> Case:
    return Case(torch.nn.Linear(3, 4).requires_grad_(False), args=(X.clone(),))


@case
def in_place_on_an_input() -> Case:
    return Case(lambda x: x.mul_(2).sin(), args=(X.clone(),))


@case
def in_place_on_a_leaf() -> Case:
    return Case(lambda x: x.mul_(2).sin(), args=(leaf(),))


@case
def out_given() -> Case:
    return Case(lambda x, out: torch.sin(x, out=out), args=(X.clone(), torch.empty(2, 3)))


def _without_grad(x: torch.Tensor) -> Any:
    with torch.no_grad():
        y = x.cos()
    return x.sin() * y


@case
def without_grad_inside() -> Case:
    return Case(_without_grad, args=(leaf(),))


@case
def complex_with_grad() -> Case:
    return Case(lambda x: x * x, args=(torch.complex(X, X).requires_grad_(),))


@case
def several_results() -> Case:
    return Case(lambda x: (x.sin(), x.cos().double(), x.detach(), x.long()), args=(leaf(),))


def _double_backward(x: torch.Tensor) -> Any:
    (gradient,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    return gradient.pow(2).sum()


@case
def double_backward() -> Case:
    return Case(_double_backward, args=(leaf(),))


def _own_backward(x: torch.Tensor) -> Any:
    (gradient,) = torch.autograd.grad((x * x).sum(), x)
    return gradient


@case
def own_backward() -> Case:
    return Case(_own_backward, args=(leaf(),))


class Fails(torch.autograd.Function):
    """A function whose backward raises."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no backward")


@case
def backward_raises() -> Case:
    return Case(lambda x: Fails.apply(x.sin()), args=(leaf(),))


@torch._dynamo.disable
def _disabled(x: torch.Tensor) -> Any:
    return Fails.apply(x)


@case
def backward_raises_outside_of_the_graph() -> Case:
    return Case(lambda x: _disabled(x.sin()).cos(), args=(leaf(),))


@case
def unused_input_requires_grad() -> Case:
    return Case(lambda x, y: x.sin(), args=(leaf(), leaf()))


@case
def batch_norm() -> Case:
    return Case(torch.nn.BatchNorm1d(3), args=(X.clone(),))


@case
def scalar_loss() -> Case:
    return Case(lambda x, y: torch.nn.functional.mse_loss(x, y), args=(leaf(), X.clone()))


class _Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, factor: float, _: str) -> torch.Tensor:
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        return gradients[0] * ctx.factor, None, None


@case
def own_backward_with_numbers() -> Case:
    return Case(lambda x: _Scale.apply(x, 3.0, "a").sin(), args=(leaf(),))


@case
def checkpointed() -> Case:
    return Case(lambda x: checkpoint(lambda y: y.sin().cos(), x, use_reentrant=False), args=(leaf(),))


@case
def gradient_inside() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        (gradient,) = torch.autograd.grad((x**2).sum(), x, create_graph=True)
        return gradient * x

    return Case(program, args=(leaf(),))


@case
def backward_inside() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor | None:
        y = x.detach().requires_grad_()
        (y**2).sum().backward()
        return y.grad

    return Case(program, args=(leaf(),))


@case
def hook_of_a_gradient() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        y = x * 2
        y.register_hook(lambda gradient: gradient * 3)
        return y.sum()

    return Case(program, args=(leaf(),))


@case
def sparse_gradient() -> Case:
    return Case(torch.nn.Embedding(5, 3, sparse=True), args=(torch.tensor([0, 2]),))


@case
def weight_norm() -> Case:
    return Case(parametrizations.weight_norm(torch.nn.Linear(3, 3)), args=(X.clone(),))


@case
def tied_weights() -> Case:
    class Tied(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(5, 3)
            self.output = torch.nn.Linear(3, 5, bias=False)
            self.output.weight = self.embedding.weight

        def forward(self, places: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.output(self.embedding(places))
            return found

    return Case(Tied(), args=(torch.tensor([0, 2]),))


@case
def whole_numbers_beside() -> Case:
    return Case(lambda x: (x.max(1), x.argmin(1), x.sum()), args=(leaf(),))


@case
def training_step() -> Case:
    model = torch.nn.Linear(3, 1)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step(x: torch.Tensor) -> torch.Tensor:
        optimiser.zero_grad()
        loss = model(x).pow(2).mean()
        loss.backward()
        optimiser.step()
        found: torch.Tensor = loss.detach()
        return found

    return Case(step, args=(X.clone(),), calls=((X.clone(),),))
