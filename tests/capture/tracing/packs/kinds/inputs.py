"""Programs whose inputs are trees, numbers, texts, modules, or given in every way that Python knows."""

import dataclasses
import enum
from typing import Any

import torch
from torch.nn import functional
from torch.utils import _pytree as pytree

from graph_goldens import Case, case

X = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)
ROWS = torch.export.Dim("rows", min=2, max=64)


class Mode(enum.Enum):
    """How to reduce."""

    SUM = "sum"
    MEAN = "mean"


@dataclasses.dataclass
class Batch:
    """A batch; pytree knows it."""

    x: torch.Tensor
    scale: float


@dataclasses.dataclass
class Options:
    """Options; pytree does not know them."""

    scale: float = 2.0


pytree.register_pytree_node(
    Batch,
    lambda batch: ([batch.x, batch.scale], None),
    lambda parts, _: Batch(*parts),
    serialized_type_name="kinds.Batch",
)


@case
def whole_number() -> Case:
    return Case(lambda x, n: x + n, args=(X.clone(), 3))


@case
def whole_number_of_a_module() -> Case:
    class Module(torch.nn.Module):
        def forward(self, x: torch.Tensor, n: int) -> torch.Tensor:
            return x * n

    return Case(Module(), args=(X.clone(), 3))


@case
def fraction() -> Case:
    return Case(lambda x, scale: x * scale, args=(X.clone(), 2.5))


@case
def flag() -> Case:
    return Case(lambda x, up: x + 1 if up else x - 1, args=(X.clone(), True))


@case
def text() -> Case:
    return Case(lambda x, how: x.sin() if how == "sin" else x.cos(), args=(X.clone(), "sin"))


@case
def nothing() -> Case:
    return Case(lambda x, bias: x.sin() if bias is None else x + bias, args=(X.clone(), None))


@case
def enum_member() -> Case:
    return Case(lambda x, mode: x.sum() if mode is Mode.SUM else x.mean(), args=(X.clone(), Mode.SUM))


@case
def dictionary() -> Case:
    return Case(lambda both: both["a"] + both["b"], args=({"a": X.clone(), "b": X.clone()},))


@case
def nested_lists() -> Case:
    return Case(lambda tree: tree[0] + tree[1][0] * tree[1][1], args=([X.clone(), [X.clone(), 2]],))


@case
def known_dataclass() -> Case:
    return Case(lambda batch: batch.x * batch.scale, args=(Batch(X.clone(), 3.0),))


@case
def unknown_dataclass() -> Case:
    return Case(lambda x, options: x * options.scale, args=(X.clone(), Options()))


@case
def module_as_input() -> Case:
    return Case(lambda x, layer: layer(x), args=(X.clone(), torch.nn.Linear(3, 2)))


@case
def dtype_as_input() -> Case:
    return Case(lambda x, dtype: x.to(dtype), args=(X.clone(), torch.float64))


def _by_keyword_alone(x: torch.Tensor, *, scale: torch.Tensor) -> torch.Tensor:
    return x * scale


@case
def keyword_only() -> Case:
    return Case(_by_keyword_alone, args=(X.clone(),), kwargs={"scale": X.clone()})


def _any_keywords(x: torch.Tensor, **others: torch.Tensor) -> torch.Tensor:
    return x + others["a"] * others["b"]


@case
def any_keywords() -> Case:
    return Case(_any_keywords, args=(X.clone(),), kwargs={"a": X.clone(), "b": X.clone()})


def _any_number(*inputs: torch.Tensor) -> torch.Tensor:
    return inputs[0] + inputs[-1]


@case
def any_number() -> Case:
    return Case(_any_number, args=(X.clone(), X.clone(), X.clone()))


@case
def any_number_of_dynamic_shapes() -> Case:
    return Case(_any_number, args=(X.clone(), X.clone()), dynamic_shapes=(({0: ROWS}, {0: ROWS}),))


@case
def any_number_of_a_module() -> Case:
    class Module(torch.nn.Module):
        def forward(self, x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
            return x + others[0] * others[1]

    shapes = ({0: ROWS}, ({0: ROWS}, {0: ROWS}))
    return Case(Module(), args=(X.clone(), X.clone(), X.clone()), dynamic_shapes=shapes)


def _with_a_gap(x: torch.Tensor, scale: float = 2.0, bias: Any = None, flip: bool = False) -> torch.Tensor:
    y = x * scale if bias is None else x * scale + bias
    return -y if flip else y


@case
def gap_before_a_keyword() -> Case:
    return Case(_with_a_gap, args=(X.clone(),), kwargs={"bias": X.clone()})


@case
def gap_before_two_keywords() -> Case:
    return Case(_with_a_gap, args=(X.clone(),), kwargs={"flip": True, "bias": X.clone()})


@case
def builtin() -> Case:
    inputs = tuple(torch.ones(1, 2, 4, 8) for _ in range(3))
    return Case(functional.scaled_dot_product_attention, args=inputs)


@case
def builtin_by_keyword() -> Case:
    return Case(torch.add, args=(X.clone(), X.clone()), kwargs={"alpha": 2})


@case
def positional_only() -> Case:
    def program(x: torch.Tensor, y: torch.Tensor, /) -> torch.Tensor:
        return x - y

    return Case(program, args=(X.clone(), X.clone() * 2))


@case
def no_input() -> Case:
    return Case(lambda: torch.ones(2, 3) + 1)


@case
def dynamic_rows() -> Case:
    return Case(lambda x: x.reshape(-1) * x.shape[0], args=(X.clone(),), dynamic_shapes=({0: ROWS},))


@case
def same_tensor_twice() -> Case:
    x = X.clone()
    return Case(lambda x, y: x + y, args=(x, x))


@case
def without_elements() -> Case:
    return Case(lambda x: x.sum(0), args=(torch.ones(0, 3),))
