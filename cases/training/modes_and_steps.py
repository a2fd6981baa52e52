"""Modes within programs, parametrised weights, and what an optimiser's step does."""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize

from graph_goldens import Case, Contains, Lacks, NoBreaks, case

EXPORT = ("export", "export-pre-dispatch")


class Symmetric(nn.Module):
    """Makes a weight symmetric."""

    def forward(self, weight: Tensor) -> Tensor:
        return weight.triu() + weight.triu(1).transpose(-1, -2)


class Steps(nn.Module):
    """Computes gradients of its loss and lets an optimiser step, all within the program."""

    def __init__(self, kind: type[torch.optim.Optimizer], **options: object) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 1)
        self.optimiser = kind(self.layer.parameters(), lr=0.1, **options)

    def forward(self, x: Tensor) -> Tensor:
        self.optimiser.zero_grad()
        loss: Tensor = self.layer(x).square().mean()
        loss.backward()
        self.optimiser.step()
        return loss.detach()


@case
def autocast_region() -> Case:
    """A product in bfloat16 and a norm in float32 beside it, with the casts that autocast puts between."""

    class Casts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.norm = nn.Linear(4, 4), nn.LayerNorm(4)

        def forward(self, x: Tensor) -> Tensor:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                hidden = self.layer(x)
                with torch.autocast("cpu", enabled=False):
                    normed: Tensor = self.norm(hidden.float())
                return self.layer(normed)

    return Case(Casts(), args=(torch.randn(2, 4),), claims=[NoBreaks()])


@case
def no_grad_region() -> Case:
    """A target computed without gradients in a program that has some; a part of it has some again."""

    def compute(x: Tensor, weight: Tensor) -> Tensor:
        with torch.no_grad():
            target = (x @ weight).sign()
            with torch.enable_grad():
                again = (x @ weight).sin()
        return (again - target).square().sum()

    args = (torch.randn(2, 3), torch.randn(3, 3, requires_grad=True))
    return Case(compute, args=args, claims=[NoBreaks()])


@case
def inference_mode_region() -> Case:
    """A part in inference mode, whose result is cloned for what follows."""

    def compute(x: Tensor) -> Tensor:
        with torch.inference_mode():
            fixed = x.sin() + 1
        return fixed.clone() * x

    return Case(compute, args=(torch.randn(2, 3, requires_grad=True),))


@case
def parametrized_weight() -> Case:
    """A weight that is computed from another at each access, here twice in one call."""
    layer = nn.Linear(3, 3)
    parametrize.register_parametrization(layer, "weight", Symmetric())
    claims = [Contains("aten.triu", graph="program", paths=EXPORT)]
    return Case(nn.Sequential(layer, layer), args=(torch.randn(2, 3),), claims=claims)


@case
def weight_norm() -> Case:
    """A weight as direction and length; the operator below it has a decomposition of its own."""
    return Case(parametrizations.weight_norm(nn.Linear(3, 3)), args=(torch.randn(2, 3),))


@case
def optimiser_step_sgd() -> Case:
    """Loss, backward and a step with momentum in one program: where Dynamo parts it, and what is traced."""
    return Case(Steps(torch.optim.SGD, momentum=0.9), args=(torch.randn(2, 3),))


@case
def adamw_step() -> Case:
    """The step of `torch.optim.AdamW` alone, on gradients that were there."""
    layer = nn.Linear(3, 1)
    optimiser = torch.optim.AdamW(layer.parameters(), lr=0.1, foreach=True)
    for parameter in layer.parameters():
        parameter.grad = torch.randn_like(parameter)

    def step(x: Tensor) -> Tensor:
        optimiser.step()
        return x + 1

    return Case(step, args=(torch.randn(2),))


@case
def loss_scaled() -> Case:
    """Scaled loss, gradients unscaled, and a step that is taken where all are finite, without a branch."""

    def learn(x: Tensor, weight: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        (gradient,) = torch.autograd.grad((x @ weight).square().mean() * scale, weight)
        gradient = gradient / scale
        finite = torch.isfinite(gradient).all()
        stepped = torch.where(finite, weight - 0.1 * gradient, weight)
        return stepped.detach(), torch.where(finite, scale, scale * 0.5)

    args = (torch.randn(2, 3), torch.randn(3, 1, requires_grad=True), torch.tensor(1024.0))
    return Case(learn, args=args)


@case
def gradients_clipped() -> Case:
    """Gradients are clipped by their common norm, in place, without reading it."""

    def clip(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        gradients = [first.clone(), second.clone()]
        norms = torch._foreach_norm(gradients)
        total = torch.linalg.vector_norm(torch.stack(norms))
        torch._foreach_mul_(gradients, (1.0 / (total + 1e-6)).clamp(max=1.0))
        return gradients[0], gradients[1]

    args = (torch.randn(3), torch.randn(2, 2))
    return Case(clip, args=args, claims=[Lacks("aten.item", graph="program", paths=EXPORT), NoBreaks()])
