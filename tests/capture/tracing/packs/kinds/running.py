"""Programs that draw random numbers, need a mode, break, or are called in ways that differ."""

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import functional
from torch.testing._internal.distributed import fake_pg

from graph_goldens import Call, Case, case

X = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)


@case
def dropout() -> Case:
    return Case(lambda x: functional.dropout(x, 0.5), args=(torch.ones(8, 8),))


@case
def dropout_in_a_module() -> Case:
    return Case(torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout()), args=(X.clone(),))


@case
def random_like() -> Case:
    return Case(lambda x: x + torch.rand_like(x), args=(X.clone(),))


@case
def normal() -> Case:
    return Case(lambda x: x + torch.randn(2, 3), args=(X.clone(),))


@case
def python_random() -> Case:
    return Case(lambda x: x * random.random(), args=(X.clone(),))


@contextlib.contextmanager
def double_by_default() -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@case
def default_dtype() -> Case:
    return Case(lambda x: x + torch.ones(2, 3), args=(X.clone(),), contexts=(double_by_default,))


@case
def autocast() -> Case:
    return Case(
        lambda x: x @ x.t(),
        args=(X.clone(),),
        contexts=(lambda: torch.autocast("cpu", dtype=torch.bfloat16),),
    )


@case
def without_grad() -> Case:
    return Case(torch.nn.Linear(3, 3), args=(X.clone(),), contexts=(torch.no_grad,))


FLAG = {"on": False}


@contextlib.contextmanager
def flag_on() -> Iterator[None]:
    FLAG["on"] = True
    try:
        yield
    finally:
        FLAG["on"] = False


def _needs_flag(x: torch.Tensor) -> torch.Tensor:
    if not FLAG["on"]:
        raise RuntimeError("the flag is off")
    return x.sin()


@case
def needs_its_context() -> Case:
    return Case(_needs_flag, args=(X.clone(),), contexts=(flag_on,))


@case
def identity_branch() -> Case:
    def program(x: torch.Tensor) -> Any:
        return torch.cond(x.sum() > 0, lambda x: x, lambda x: x.cos(), (x,))

    return Case(program, args=(X.clone(),))


def _raise_when_positive(x: torch.Tensor) -> torch.Tensor:
    if x.sum() > -100:
        raise ValueError("positive")
    return x.sin()


@case
def raises_in_eager_too() -> Case:
    return Case(_raise_when_positive, args=(X.clone(),))


@case
def raises_always() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        raise ValueError("always")

    return Case(program, args=(X.clone(),))


@case
def lstm() -> Case:
    return Case(torch.nn.LSTM(3, 4), args=(torch.ones(2, 1, 3),))


@case
def identity() -> Case:
    return Case(lambda x: x, args=(X.clone(),))


@case
def no_tensor_at_all() -> Case:
    return Case(lambda n: n + 1, args=(3,))


def _helper(x: torch.Tensor) -> torch.Tensor:
    torch._dynamo.graph_break()
    return x.cos()


def _breaks(x: torch.Tensor) -> torch.Tensor:
    return _helper(x.sin()) + 1


@case
def breaks_in_a_helper() -> Case:
    return Case(_breaks, args=(X.clone(),))


@case
def breaks_on_data() -> Case:
    return Case(lambda x: x.sin() if x.sum() > 0 else x.cos(), args=(X.clone(),))


@case
def breaks_on_item() -> Case:
    return Case(lambda x: x.sin() * x[0, 0].item(), args=(X.clone(),))


@case
def prints() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.sin()
        print("between")
        return y.cos()

    return Case(program, args=(X.clone(),))


class Scaled(torch.nn.Module):
    """Multiplies by an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = 2
        self.weight = torch.nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor, bias: Any = None) -> torch.Tensor:
        y = x * self.scale * self.weight
        return y if bias is None else y + bias


@case
def calls_by_keyword() -> Case:
    return Case(
        Scaled(), args=(X.clone(),), calls=[Call((X.clone(),), {"bias": X.clone()}), (torch.ones(4, 3),)]
    )


@case
def calls_after_an_attribute_is_set() -> Case:
    module = Scaled()
    return Case(
        module, args=(X.clone(),), calls=[Call((X.clone(),), before=lambda: setattr(module, "scale", 3))]
    )


@case
def calls_after_a_parameter_changed() -> Case:
    module = Scaled()

    def change() -> None:
        with torch.no_grad():
            module.weight.fill_(3)

    return Case(module, args=(X.clone(),), calls=[Call((X.clone(),), before=change)])


@case
def calls_in_a_mode() -> Case:
    return Case(Scaled(), args=(X.clone(),), calls=[Call((X.clone(),), before=torch.no_grad), (X.clone(),)])


@case
def calls_after_a_seed() -> Case:
    return Case(
        lambda x: x + torch.rand_like(x),
        args=(X.clone(),),
        calls=[Call((X.clone(),), before=lambda: torch.manual_seed(3))],
    )


@case
def calls_of_other_sizes() -> Case:
    return Case(lambda x: x.sin(), args=(X.clone(),), calls=[(torch.ones(5, 3),), (torch.ones(7, 3),)])


@case
def restarts() -> Case:
    """Dynamo hands the frame to the backend and then finds that it must begin again."""

    def program(x: torch.Tensor) -> Any:
        values = [x.sin()]
        for _ in range(2):
            values.append(values[-1].cos())
            torch._dynamo.graph_break()
        return values

    return Case(program, args=(X.clone(),))


@case
def forward_derivative() -> Case:
    return Case(lambda x: torch.func.jvp(torch.sin, (x,), (torch.ones_like(x),)), args=(X.clone(),))


@case
def functional_transforms() -> Case:
    def program(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        gradient = torch.func.grad(lambda y: (y**3).sum())(x)
        return gradient, torch.func.vmap(lambda row: row.sin() + 1)(x), torch.func.jacrev(torch.square)(x[0])

    return Case(program, args=(X.clone(),))


@contextlib.contextmanager
def fake_group() -> Iterator[None]:
    store = fake_pg.FakeStore()
    torch.distributed.init_process_group("fake", rank=0, world_size=2, store=store)
    try:
        yield
    finally:
        torch.distributed.destroy_process_group()


@case
def reduces_in_a_fake_group() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.clone()
        torch.distributed.all_reduce(y)
        return y * 2

    return Case(program, args=(X.clone(),), contexts=(fake_group,))


@case
def many_distributions() -> Case:
    def program(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (
            torch.bernoulli(x.abs()),
            torch.multinomial(x.abs() + 0.1, 2),
            torch.randperm(4),
            torch.randint(0, 9, (2,)),
            x.clone().exponential_(),
            functional.gumbel_softmax(x),
        )

    return Case(program, args=(X.clone(),))


@case
def generator_made_inside() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        return x + torch.rand(2, 3, generator=torch.Generator().manual_seed(3))

    return Case(program, args=(X.clone(),))


@case
def forks_random_numbers() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        with torch.random.fork_rng():
            first = torch.rand_like(x)
        return first + torch.rand_like(x)

    return Case(program, args=(X.clone(),))


@case
def inference_mode_inside() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            y = x.sin()
        return y + 1

    return Case(program, args=(X.clone(),))


@case
def nested_branches() -> Case:
    def inner(x: torch.Tensor) -> torch.Tensor:
        return torch.cond(x.max() > 1, torch.sin, torch.cos, (x,))

    return Case(lambda x: torch.cond(x.sum() > 0, inner, lambda a: a * 2, (x,)), args=(X.clone(),))


@case
def breaks_in_a_loop() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        for _ in range(3):
            x = x.sin()
            torch._dynamo.graph_break()
        return x

    return Case(program, args=(X.clone(),))


@case
def disabled_whole() -> Case:
    return Case(torch.compiler.disable(lambda x: x.sin()), args=(X.clone(),))


@case
def keeps_a_cache() -> Case:
    class Cache(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.past: torch.Tensor | None = None

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.past = x if self.past is None else torch.cat([self.past, x])
            return self.past.sum(0)

    return Case(Cache(), args=(X.clone(),), calls=((X.clone(),), (X.clone(),)))


@case
def calls_in_eval_mode() -> Case:
    module = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout(0.5))
    return Case(module, args=(X.clone(),), calls=(Call((X.clone(),), before=module.eval),))


@case
def calls_that_raise_later() -> Case:
    return Case(lambda x, y: x @ y, args=(X.clone(), X.t().clone()), calls=((X.clone(), X.clone()),))
