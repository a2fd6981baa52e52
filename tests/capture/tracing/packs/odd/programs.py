"""Programs whose traces are not what eager gives, that a tracing path does not take, or that raise."""

import itertools
from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional
from torch.nn.attention.bias import causal_lower_right

from graph_goldens import Case, Compare, NoBreaks, Raises, case
from graph_goldens.capture.tracing.kept_state import keep_state
from graph_goldens.records import Json

TIMES = itertools.count(1)
ONE = (torch.ones(2, 3),)
REGISTERED: list[torch.library.Library] = []


@case
def other_values() -> Case:
    return Case(lambda x: x + next(TIMES), args=ONE, paths=("make-fx-real",))


@case
def other_shape() -> Case:
    return Case(lambda x: x.repeat(next(TIMES), 1), args=ONE, paths=("make-fx-real",))


@case
def more_results() -> Case:
    return Case(lambda x: [x.sin()] * next(TIMES), args=ONE, paths=("make-fx-real",))


@case
def other_number() -> Case:
    return Case(lambda x: (x.sin(), next(TIMES)), args=ONE, paths=("make-fx-real",))


@case
def tensor_for_number() -> Case:
    return Case(lambda x: x if next(TIMES) % 2 else 1, args=ONE, paths=("make-fx-real",))


@case
def number_for_tensor() -> Case:
    return Case(lambda x: 1 if next(TIMES) % 2 else x, args=ONE, paths=("make-fx-real",))


@case
def other_written() -> Case:
    """Each run writes another number into the input, and returns what does not show it."""

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x.sin()
        x.fill_(next(TIMES))
        return y

    return Case(program, args=(torch.ones(2, 3),), paths=("make-fx-real", "aot-inference", "compile-eager"))


@case
def written_in_eager_alone() -> Case:
    """FX traces what a list holds and not that it grew."""

    def program(x: torch.Tensor, seen: list[torch.Tensor]) -> torch.Tensor:
        seen.append(x)
        return x.sin()

    return Case(program, args=(torch.ones(2, 3), []), paths=("make-fx-real",))


@case
def not_compared() -> Case:
    return Case(lambda x: x + next(TIMES), args=ONE, paths=("make-fx-real",), compare=Compare.NOT)


@case
def two_losses() -> Case:
    x = torch.ones(2, 3, requires_grad=True)
    return Case(lambda x: (x.sin(), x.cos(), x.long()), args=(x,), paths=("aot-joint",))


@case
def no_loss() -> Case:
    return Case(lambda x: x.long(), args=(torch.ones(2, requires_grad=True),), paths=("aot-joint",))


@case
def number_as_input() -> Case:
    return Case(lambda x, n: x + n, args=(torch.ones(2).long(), 2), paths=("aot-inference",))


def _raise_above_zero(x: torch.Tensor) -> torch.Tensor:
    if x.sum() > 0:
        raise ValueError("positive")
    return x.sin()


@case
def raises() -> Case:
    return Case(_raise_above_zero, args=ONE, paths=("compile-eager", "compile-aot-eager"))


def _raise_every_second_time(x: torch.Tensor) -> torch.Tensor:
    if next(TIMES) % 2 == 0:
        raise ValueError("again")
    return x.sin()


@case
def raises_in_eager_alone() -> Case:
    return Case(_raise_every_second_time, args=ONE, paths=("make-fx-real",))


@case
def raises_when_run() -> Case:
    """Each build gives a longer input, and the graph keeps the first one's length."""
    return Case(lambda x: x.view(x.shape[0]), args=(torch.ones(next(TIMES)),), paths=("make-fx-real",))


@case
def raises_other_than_claimed() -> Case:
    claims = (Raises("KeyError", "of another kind"), Raises("ValueError", "below"))
    return Case(_raise_always, args=ONE, paths=("make-fx-real",), claims=claims)


def _raise_always(x: torch.Tensor) -> torch.Tensor:
    raise ValueError("always")


@case
def raises_later() -> Case:
    return Case(_raise_above_zero, args=(-ONE[0],), calls=(ONE,), paths=("compile-eager",))


def _break(x: torch.Tensor) -> torch.Tensor:
    torch._dynamo.graph_break()
    return x.sin()


@case
def breaks() -> Case:
    return Case(_break, args=ONE, paths=("compile-eager",))


@case
def differentiated() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2, requires_grad=True),), paths=("compile-aot-eager",))


def _by_keyword(*, x: torch.Tensor) -> torch.Tensor:
    return x.sin()


@case
def keyword_only() -> Case:
    return Case(_by_keyword, kwargs={"x": ONE[0]}, paths=("make-fx-real",))


def _subtract(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x - y


@case
def two_keywords() -> Case:
    return Case(
        _subtract, kwargs={"x": ONE[0], "y": ONE[0] * 2}, paths=("symbolic-trace", "make-fx-real", "export")
    )


@case
def of_the_future() -> Case:
    return Case(lambda x: x, args=ONE, torch=">=99", paths=("export",))


@case
def facts_alone() -> Case:
    return Case(None, observe=lambda: {"answer": 42}, paths=("export",))


def _fail() -> Mapping[str, Json]:
    raise RuntimeError("observing fails")


@case
def cannot_observe() -> Case:
    return Case(lambda x: x.sin(), args=ONE, paths=("make-fx-real",), observe=_fail)


@case
def sparse() -> Case:
    return Case(lambda x: x * 2, args=(ONE[0].to_sparse(),), paths=("make-fx-fake",), compare=Compare.NOT)


@case
def branches() -> Case:
    def program(x: torch.Tensor) -> Any:
        return torch.cond(x.sum() > 0, lambda x: x.sin(), lambda x: x.cos(), (x,))

    return Case(program, args=ONE, paths=("export",))


@case
def sizes() -> Case:
    return Case(
        lambda x: (x.shape[0] * 2, x * x.shape[0]),
        args=(torch.ones(4, 3),),
        dynamic_shapes=({0: torch.export.Dim("rows", min=2)},),
        paths=("make-fx-symbolic",),
    )


@case
def registers_composites() -> Case:
    """Each build registers one more operator that export decomposes."""
    name = f"times{len(REGISTERED) + 2}"
    library = torch.library.Library("odd", "FRAGMENT")
    library.define(f"{name}(Tensor x) -> Tensor")
    library.impl(name, lambda x: x * 2, "CompositeImplicitAutograd")
    REGISTERED.append(library)
    return Case(lambda x: getattr(torch.ops.odd, name)(x).sin(), args=ONE, paths=("export-decomposed",))


@case
def leaves_a_transform_behind() -> Case:
    """Above dispatch, make_fx keeps a tensor of a transform that has ended as a constant."""
    return Case(torch.func.jacfwd(torch.sin), args=ONE, paths=("make-fx-pre-dispatch",), compare=Compare.NOT)


def _keep_what_escaped() -> Mapping[str, Json]:
    """Keep the state of a module as exports of 2.6 leave it: with a row of a batch whose `vmap` has ended.

    No operator takes such a tensor, nor does `detach`.
    """
    module = torch.nn.Linear(1, 1)

    def take(row: torch.Tensor) -> torch.Tensor:
        module.row = row
        return row

    torch.func.vmap(take)(torch.ones(2, 3))
    with keep_state(module), torch.no_grad():
        module.weight.fill_(2)
    return {"weight_is_as_before": module.weight.item() != 2}


@case
def keeps_what_escaped_a_transform() -> Case:
    return Case(None, observe=_keep_what_escaped, paths=("export",))


class _Counting(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: torch.Tensor, *, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return x * scale * self.calls + shift


@case
def counts_its_calls() -> Case:
    """A run of what was exported writes the program's own buffer, and the next one begins where it did."""
    keywords = {"scale": torch.full((2, 3), 3.0), "shift": torch.ones(2, 3)}
    return Case(_Counting(), args=ONE, kwargs=keywords, paths=("export", "export-functional"))


def _attend(query: torch.Tensor, key: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return functional.scaled_dot_product_attention(query, key, key, attn_mask=mask)


@case
def takes_a_bias() -> Case:
    """A tensor of a class that refuses all of torch's functions but one, and whose values were never set."""
    query, key = torch.ones(1, 1, 2, 4), torch.arange(16.0).view(1, 1, 4, 4) / 16
    return Case(
        _attend, args=(query, key, causal_lower_right(2, 4)), paths=("make-fx-real", "compile-dynamic")
    )


def _round(x: torch.Tensor) -> torch.Tensor:
    return x * 3 + next(TIMES) * 5e-8


@case
def rounds_near_zero() -> Case:
    """What cancels out is as far from zero as the rounding of what it was."""
    return Case(_round, args=(torch.tensor([0.0, 1.0]),), paths=("make-fx-real",))


@case
def rounds_half_precision() -> Case:
    """The last digit of half precision is what another order of sums changes."""
    args = (torch.ones(2, dtype=torch.bfloat16),)
    return Case(lambda x: x * (1 + next(TIMES) * 2e-3), args=args, paths=("make-fx-real",))


def _register_product() -> torch.library.Library:
    """Register a product whose derivative has a shape until it was run twice: in eager and compiled."""
    runs: list[int] = []

    def run(x: torch.Tensor) -> torch.Tensor:
        runs.append(len(runs))
        return x * 2

    def infer(x: torch.Tensor) -> torch.Tensor:
        if len(runs) > 1:
            raise ValueError("the shape is not known any more")
        return torch.empty_like(x)

    library = torch.library.Library("odd", "FRAGMENT")
    for name, kernel in (("product", run), ("product_backward", lambda x: x * 2)):
        library.define(f"{name}(Tensor x) -> Tensor")
        library.impl(name, kernel, "CPU")
    torch.library.register_fake("odd::product", torch.empty_like, lib=library)
    torch.library.register_fake("odd::product_backward", infer, lib=library)
    torch.library.register_autograd(
        "odd::product", lambda _, gradient: torch.ops.odd.product_backward(gradient), lib=library
    )
    return library


REGISTERED.append(_register_product())


@case
def backward_is_not_compiled() -> Case:
    """The backward of a frame that was compiled cannot be: that leaves no frame to Python."""
    x = torch.ones(2, 3, requires_grad=True)
    return Case(
        lambda x: torch.ops.odd.product(x),
        args=(x,),
        paths=("compile-inductor",),
        claims=[NoBreaks()],
    )
