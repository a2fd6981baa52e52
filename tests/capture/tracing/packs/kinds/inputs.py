"""Programs whose inputs are trees, numbers, texts, modules, or given in every way that Python knows."""

import dataclasses
import enum
import functools
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


@case
def default_not_given() -> Case:
    return Case(lambda x, y=None: x.sin() if y is None else x + y, args=(X.clone(),))


@case
def defaults_of_keywords_not_given() -> Case:
    def program(x: torch.Tensor, *, scale: float = 2.0, bias: torch.Tensor | None = None) -> torch.Tensor:
        return x * scale if bias is None else x * scale + bias

    return Case(program, args=(X.clone(),))


class Holder:
    """Holds a tensor, and is called in every way that a class allows."""

    def __init__(self) -> None:
        self.weight = torch.ones(3)

    def scale(self, x: torch.Tensor) -> torch.Tensor:
        """Scale by what it holds."""
        return x * self.weight

    def __call__(self, x: torch.Tensor, factor: float = 2.0) -> torch.Tensor:
        return x * self.weight * factor

    @staticmethod
    def lower(x: torch.Tensor) -> torch.Tensor:
        """Lower by one."""
        return x - 1

    @classmethod
    def raise_by_name(cls, x: torch.Tensor) -> torch.Tensor:
        """Raise by the length of its name."""
        return x + len(cls.__name__)


@case
def bound_method() -> Case:
    return Case(Holder().scale, args=(X.clone(),))


@case
def method_of_a_class() -> Case:
    return Case(Holder.raise_by_name, args=(X.clone(),))


@case
def static_method() -> Case:
    return Case(Holder.lower, args=(X.clone(),))


@case
def callable_object() -> Case:
    return Case(Holder(), args=(X.clone(),), kwargs={"factor": 3.0})


@case
def method_of_a_module() -> Case:
    return Case(torch.nn.Linear(3, 3).forward, args=(X.clone(),))


@case
def words_of_python_as_keywords() -> Case:
    def program(x: torch.Tensor, **words: torch.Tensor) -> torch.Tensor:
        return x + words["class"] - words["_program"]

    return Case(program, args=(X.clone(),), kwargs={"class": X.clone(), "_program": X * 3})


@case
def names_of_callers_as_keywords() -> Case:
    def program(x: torch.Tensor, **words: torch.Tensor) -> torch.Tensor:
        return x + words["self"] - words["mod"] * words["fn"] + words["example_inputs"]

    names = ("self", "mod", "fn", "example_inputs")
    return Case(program, args=(X.clone(),), kwargs={name: X.clone() for name in names})


@case
def letters_beyond_ascii() -> Case:
    def program(größe: torch.Tensor, ж: torch.Tensor) -> torch.Tensor:
        return größe * ж

    return Case(program, args=(X.clone(), X.clone()))


@case
def names_of_functions_and_symbols() -> Case:
    def program(
        input: torch.Tensor, sum: torch.Tensor, s0: torch.Tensor, u1: torch.Tensor, getitem: torch.Tensor
    ) -> torch.Tensor:
        return input + sum + s0 + u1 + getitem

    return Case(program, args=tuple(X.clone() for _ in range(5)))


@case
def partial_of_a_program() -> Case:
    def scale(factor: float, x: torch.Tensor, *, bias: int) -> torch.Tensor:
        return x * factor + bias

    return Case(functools.partial(scale, 3.0, bias=1), args=(X.clone(),))


@case
def operator_itself() -> Case:
    return Case(torch.ops.aten.add.Tensor, args=(X.clone(), X.clone()), kwargs={"alpha": 2})


@case
def numbers_as_keys() -> Case:
    return Case(lambda d: d[1] + d[2], args=({1: X.clone(), 2: X.clone()},))


@case
def appends_to_an_input() -> Case:
    def program(found: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        found.append(x.sin())
        return x.cos()

    return Case(program, args=([X.clone()], X.clone()))


@case
def function_as_input() -> Case:
    return Case(lambda function, x: function(x) + 1, args=(torch.sin, X.clone()))


@case
def slice_and_ellipsis() -> Case:
    return Case(lambda x, part, rest: x[rest, part], args=(X.clone(), slice(0, 2), ...))
