"""The operators of this pack: what each declares, its kernels, its fakes, its derivatives.

They are registered once, when a worker imports the pack. What a release lacks is left out there, and the
cases that need it fail: torch/library.py has `register_vmap` from 2.5 and `triton_op` from 2.6 on. Schemas
are written out where 2.4 cannot infer them from `list[...]`: torch/_library/infer_schema.py.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.library import custom_op

NAMESPACE = "goldens_ops"
OPERATORS = getattr(torch.ops, NAMESPACE)
LIBRARY = torch.library.Library(NAMESPACE, "DEF")


def _named(name: str) -> str:
    return f"{NAMESPACE}::{name}"


@custom_op(_named("scaled_sin"), mutates_args=())
def scaled_sin(x: torch.Tensor, scale: float = 2.0) -> torch.Tensor:
    """Compute the sine of x times a scale: float, any shape."""
    return torch.sin(x) * scale


@scaled_sin.register_fake
def _(x: torch.Tensor, scale: float = 2.0) -> torch.Tensor:
    return torch.empty_like(x)


def _keep_for_backward(ctx: Any, inputs: tuple[torch.Tensor, float], output: torch.Tensor) -> None:
    ctx.save_for_backward(inputs[0])
    ctx.scale = inputs[1]


def _go_back(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
    return grad * torch.cos(ctx.saved_tensors[0]) * ctx.scale, None


scaled_sin.register_autograd(_go_back, setup_context=_keep_for_backward)


@custom_op(_named("without_fake"), mutates_args=())
def without_fake(x: torch.Tensor) -> torch.Tensor:
    """Compute the exponential of x; nothing says what shape comes out."""
    return x.exp()


@custom_op(_named("double_in_place"), mutates_args=("x",))
def double_in_place(x: torch.Tensor) -> None:
    """Double x."""
    x.mul_(2)


@custom_op(_named("reverse_into"), mutates_args=("out",))
def reverse_into(x: torch.Tensor, out: torch.Tensor) -> None:
    """Write a vector from its end into another one, element by element."""
    for place in range(len(x)):
        out[len(x) - 1 - place] = x[place]


@custom_op(_named("fill_and_sum"), mutates_args=("outs",), schema="(Tensor x, Tensor(a!)[] outs) -> Tensor")
def fill_and_sum(x: torch.Tensor, outs: list[torch.Tensor]) -> torch.Tensor:
    """Copy x into each of the others, all of one shape, and return its sum."""
    for out in outs:
        out.copy_(x)
    return x.sum()


@fill_and_sum.register_fake
def _(x: torch.Tensor, outs: list[torch.Tensor]) -> torch.Tensor:
    return x.new_empty(())


@custom_op(_named("join_and_split"), mutates_args=(), schema="(Tensor[] parts, SymInt[] sizes) -> Tensor[]")
def join_and_split(parts: Sequence[torch.Tensor], sizes: Sequence[int]) -> list[torch.Tensor]:
    """Concatenate vectors, and split what comes out into pieces of these sizes."""
    return [piece.clone() for piece in torch.cat(list(parts)).split(list(sizes))]


@join_and_split.register_fake
def _(parts: Sequence[torch.Tensor], sizes: Sequence[int]) -> list[torch.Tensor]:
    return [parts[0].new_empty(size) for size in sizes]


_OPTIONAL = (
    "(Tensor x, Tensor? bias=None, *, str mode='add', ScalarType? dtype=None, bool[] flags=[True, False])"
    " -> (Tensor, Tensor)"
)


@custom_op(_named("optional_inputs"), mutates_args=(), schema=_OPTIONAL)
def optional_inputs(
    x: torch.Tensor,
    bias: torch.Tensor | None = None,
    *,
    mode: str = "add",
    dtype: torch.dtype | None = None,
    flags: Sequence[bool] = (True, False),
) -> tuple[torch.Tensor, torch.Tensor]:
    """Add or multiply a bias, where there is one, and return that and how often a flag is set."""
    y = x.clone() if bias is None else x + bias if mode == "add" else x * bias
    return y.to(dtype or x.dtype), torch.tensor(sum(flags))


@optional_inputs.register_fake
def _(
    x: torch.Tensor,
    bias: torch.Tensor | None = None,
    *,
    mode: str = "add",
    dtype: torch.dtype | None = None,
    flags: Sequence[bool] = (True, False),
) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.empty_like(x, dtype=dtype or x.dtype), torch.empty((), dtype=torch.int64)


@custom_op(_named("repeat_rows"), mutates_args=())
def repeat_rows(x: torch.Tensor, times: int) -> torch.Tensor:
    """Repeat a matrix that often below itself."""
    return x.repeat(times, 1)


@repeat_rows.register_fake
def _(x: torch.Tensor, times: int) -> torch.Tensor:
    return x.new_empty(x.shape[0] * times, x.shape[1])


@custom_op(_named("positive_places"), mutates_args=())
def positive_places(x: torch.Tensor) -> torch.Tensor:
    """Find the places of a vector that are positive: as many as there are."""
    return x.gt(0).nonzero().squeeze(1)


@positive_places.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return x.new_empty(torch.library.get_ctx().new_dynamic_size(), dtype=torch.int64)


@custom_op(_named("draw_like"), mutates_args=())
def draw_like(x: torch.Tensor) -> torch.Tensor:
    """Draw normal numbers in the shape of x."""
    return torch.randn_like(x)


@draw_like.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(x)


LIBRARY.define("first_row(Tensor(a) x) -> Tensor(a)")
LIBRARY.define("negate_(Tensor(a!) x) -> Tensor(a!)")
LIBRARY.define("composed(Tensor x, Scalar factor=2) -> Tensor")
LIBRARY.define("strided(Tensor x) -> Tensor", tags=(torch.Tag.needs_fixed_stride_order,))
LIBRARY.define("overloaded.tensor(Tensor x, Tensor y) -> Tensor", tags=(torch.Tag.pt2_compliant_tag,))
LIBRARY.define("overloaded.number(Tensor x, float y) -> Tensor", tags=(torch.Tag.pt2_compliant_tag,))


def _negate(x: torch.Tensor) -> torch.Tensor:
    torch.neg(x, out=x)
    return x


def _register(name: str, keys: str | Sequence[str], kernel: Callable[..., Any]) -> None:
    for key in (keys,) if isinstance(keys, str) else keys:
        LIBRARY.impl(name, kernel, key)


_register("first_row", "CompositeExplicitAutograd", lambda x: x[0])
_register("negate_", ("CPU", "Meta"), _negate)
_register("composed", "CompositeImplicitAutograd", lambda x, factor=2: torch.sin(x * factor) + 1)
_register("strided", "CPU", lambda x: x.contiguous() + 1)
_register("strided", "Meta", lambda x: torch.empty_like(x).contiguous())
_register("overloaded.tensor", "CompositeExplicitAutograd", lambda x, y: x.sub(y))
_register("overloaded.number", "CompositeExplicitAutograd", lambda x, y: x.div(y))

if hasattr(torch.library, "register_vmap"):

    @scaled_sin.register_vmap
    def _(info: Any, dims: tuple[Any, ...], x: torch.Tensor, scale: float = 2.0) -> tuple[torch.Tensor, Any]:
        return scaled_sin(x, scale), dims[0]


def _add_and_relu(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.relu(x + y)


if hasattr(torch.library, "triton_op"):
    torch.library.triton_op(_named("add_and_relu"), _add_and_relu, mutates_args=())
