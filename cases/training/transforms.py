"""`torch.func`: gradients, batches and tangents as functions of functions."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, jacfwd, jacrev, jvp, vmap

from graph_goldens import Case, NoBreaks, case

# Before 2.8 what is traced within `vmap` is asked for memory formats in the order of a set, which is that of
# their addresses: refused in some processes ("querying is_contiguous inside of vmap") and captured in others
# (torch/fx/passes/shape_prop.py, `_extract_tensor_metadata`).
STEADY = ">=2.8"


def _cube(x: Tensor) -> Tensor:
    return (x**3).sum()


@case
def func_grad() -> Case:
    """The gradient of a scalar function, with its value and with a second result beside it."""

    def compute(x: Tensor) -> tuple[Tensor, Tensor]:
        def with_more(x: Tensor) -> tuple[Tensor, Tensor]:
            return _cube(x), x.sin()

        result: tuple[Tensor, Tensor] = grad(with_more, has_aux=True)(x)
        return result

    return Case(compute, args=(torch.randn(3),), claims=[NoBreaks(torch=">=2.7")])


@case
def func_vmap() -> Case:
    """A function of a row, mapped over the rows, one operand shared and the results at another place."""
    mapped: Callable[..., Any] = vmap(
        lambda row, shared: (row @ shared).softmax(0), in_dims=(0, None), out_dims=1
    )
    args = (torch.randn(4, 3), torch.randn(3, 2))
    return Case(lambda x, y: mapped(x, y), args=args, claims=[NoBreaks()], torch=STEADY)


@case
def func_jvp() -> Case:
    """A tangent that goes forward beside the value: dual numbers, which some paths decompose."""

    def compute(x: Tensor, tangent: Tensor) -> tuple[Tensor, Tensor]:
        result: tuple[Tensor, Tensor] = jvp(lambda x: x.sin() * x, (x,), (tangent,))
        return result

    return Case(compute, args=(torch.randn(3), torch.randn(3)))


@case
def func_jacobians() -> Case:
    """The Jacobian row by row, by `vmap` over `vjp`, and column by column."""

    def compute(x: Tensor) -> tuple[Tensor, Tensor]:
        by_rows: Tensor = jacrev(torch.tanh)(x)
        by_columns: Tensor = jacfwd(torch.tanh)(x)
        return by_rows, by_columns

    return Case(compute, args=(torch.randn(3),), torch=STEADY)


@case
def gradients_of_each_sample() -> Case:
    """`vmap` over `grad` over `functional_call`: gradients of each sample by parameters given as a dict."""
    model = nn.Linear(3, 1)

    def compute(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> dict[str, Tensor]:
        def lose(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
            predicted: Tensor = functional_call(model, parameters, (x[None],))
            return (predicted - y).square().sum()

        each: dict[str, Tensor] = vmap(grad(lose), in_dims=(None, 0, 0))(parameters, x, y)
        return each

    parameters = {name: value.detach().clone() for name, value in model.named_parameters()}
    args = (parameters, torch.randn(4, 3), torch.randn(4, 1))
    return Case(compute, args=args, torch=STEADY)
