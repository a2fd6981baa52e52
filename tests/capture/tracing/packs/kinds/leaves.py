"""Programs whose results are of every kind of leaf."""

import collections
import dataclasses
import enum
from typing import Any, NamedTuple

import torch
from torch.testing._internal.two_tensor import TwoTensor
from torch.utils import _pytree as pytree

from graph_goldens import Case, case

X = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)


@case
def float8_result() -> Case:
    return Case(lambda x: x.to(torch.float8_e4m3fn), args=(X.clone(),))


@case
def float8_with_nan() -> Case:
    return Case(lambda x: (x / 0 * 0).to(torch.float8_e5m2), args=(X.clone(),))


@case
def nan_result() -> Case:
    return Case(lambda x: (x * float("nan"), torch.log(x)), args=(X.clone(),))


@case
def nan_number() -> Case:
    return Case(lambda x: (x.sin(), float("nan")), args=(X.clone(),))


@case
def complex_result() -> Case:
    return Case(lambda x: (torch.complex(x, x * float("nan")), torch.complex(x, x).conj()), args=(X.clone(),))


@case
def half_results() -> Case:
    return Case(lambda x: (x.half(), x.bfloat16(), x.double()), args=(X.clone(),))


@case
def whole_number_results() -> Case:
    return Case(lambda x: (x.long(), x.to(torch.uint8), x.to(torch.int16), x > 0), args=(X.clone(),))


@case
def unsigned_result() -> Case:
    return Case(lambda x: x.abs().to(torch.uint16), args=(X.clone(),))


@case
def sparse_coo_result() -> Case:
    return Case(lambda x: x.to_sparse(), args=(X.clone(),))


@case
def sparse_csr_result() -> Case:
    return Case(lambda x: x.to_sparse_csr(), args=(X.clone(),))


@case
def sparse_csc_input() -> Case:
    return Case(lambda x: x * 2, args=(X.to_sparse_csc(),))


@case
def sparse_coo_input() -> Case:
    return Case(lambda x: (x * 2).to_dense(), args=(X.to_sparse(),))


@case
def quantised_result() -> Case:
    return Case(lambda x: torch.quantize_per_tensor(x, 0.1, 3, torch.quint8), args=(X.clone(),))


@case
def quantised_per_channel_result() -> Case:
    return Case(
        lambda x: torch.quantize_per_channel(
            x, torch.tensor([0.1, 0.2]), torch.tensor([0, 1]), 0, torch.qint8
        ),
        args=(X.clone(),),
    )


@case
def nested_result() -> Case:
    return Case(lambda x: torch.nested.nested_tensor([x[0], x[1, :2]]), args=(X.clone(),))


@case
def nested_input() -> Case:
    inputs = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    return Case(lambda x: x * 2, args=(inputs,))


@dataclasses.dataclass
class Pair:
    """Two tensors; pytree does not know it."""

    first: torch.Tensor
    second: torch.Tensor


@dataclasses.dataclass
class KnownPair:
    """Two tensors; pytree knows it."""

    first: torch.Tensor
    second: torch.Tensor


class Named(NamedTuple):
    """Two results by name."""

    first: torch.Tensor
    second: torch.Tensor


pytree.register_pytree_node(
    KnownPair,
    lambda pair: ([pair.first, pair.second], None),
    lambda parts, _: KnownPair(*parts),
    serialized_type_name="kinds.KnownPair",
)


@case
def dataclass_result() -> Case:
    return Case(lambda x: Pair(x.sin(), x.cos()), args=(X.clone(),))


@case
def known_dataclass_result() -> Case:
    return Case(lambda x: KnownPair(x.sin(), x.cos()), args=(X.clone(),))


@case
def named_tuple_result() -> Case:
    return Case(lambda x: Named(x.sin(), x.cos()), args=(X.clone(),))


@case
def nested_containers() -> Case:
    return Case(
        lambda x: {"a": [x.sin(), (x.cos(), None)], "b": collections.OrderedDict(c=x + 1)}, args=(X.clone(),)
    )


class Colour(enum.Enum):
    """A plain constant."""

    RED = 1


@case
def constants_beside() -> Case:
    return Case(lambda x: (x.sin(), 3, "text", True, None, 2.5), args=(X.clone(),))


@case
def enum_result() -> Case:
    return Case(lambda x: (x.sin(), Colour.RED), args=(X.clone(),))


@case
def dtype_result() -> Case:
    return Case(lambda x: (x.sin(), x.dtype, x.device), args=(X.clone(),))


class Holder:
    """Holds a tensor and has no equality."""

    def __init__(self, held: torch.Tensor) -> None:
        self.held = held


@case
def object_without_equality() -> Case:
    return Case(lambda x: (x.sin(), Holder(x)), args=(X.clone(),))


@case
def size_result() -> Case:
    return Case(lambda x: (x.sin(), x.shape), args=(X.clone(),))


@case
def no_result() -> Case:
    return Case(lambda x: None, args=(X.clone(),))


@case
def empty_result() -> Case:
    return Case(lambda x: (x[:0], x.new_empty(0, 4)), args=(X.clone(),))


@case
def transposed_result() -> Case:
    return Case(lambda x: (x.t() + 1, (x + 1).t(), x.permute(1, 0).contiguous()), args=(X.clone(),))


@case
def expanded_result() -> Case:
    return Case(lambda x: x[:1].expand(4, 3), args=(X.clone(),))


@case
def channels_last_result() -> Case:
    image = torch.ones(2, 3, 4, 4).to(memory_format=torch.channels_last)
    return Case(lambda x: (x * 2, x.contiguous()), args=(image,))


@case
def results_share_storage() -> Case:
    def program(x: torch.Tensor) -> Any:
        y = x.sin()
        return y, y.view(-1), x, x[0], y + 1

    return Case(program, args=(X.clone(),))


@case
def inputs_share_storage() -> Case:
    whole = X.clone()
    return Case(lambda x, y: (x, y + 1, y), args=(whole, whole[0]))


@case
def parameter_result() -> Case:
    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(3))

        def forward(self, x: torch.Tensor) -> Any:
            return x * self.weight, self.weight, self.weight.detach()

    return Case(Module(), args=(X.clone(),))


@case
def requires_grad_result() -> Case:
    return Case(lambda x, y: (x * y, x.detach(), y + 1), args=(X.clone().requires_grad_(), X.clone()))


@case
def subclass_result() -> Case:
    return Case(lambda x: torch.nn.Parameter(x.detach()), args=(X.clone(),))


@case
def meta_result() -> Case:
    return Case(lambda x: x.to("meta"), args=(X.clone(),))


@case
def mutated_input() -> Case:
    return Case(lambda x: x.add_(1), args=(X.clone(),))


@case
def mutated_input_not_returned() -> Case:
    def program(x: torch.Tensor, y: torch.Tensor) -> Any:
        z = x.sin()
        x.mul_(3)
        y[0] = 7
        return z

    return Case(program, args=(X.clone(), X.clone()))


@case
def views_of_a_mutated_input() -> Case:
    def program(x: torch.Tensor) -> Any:
        x.add_(1)
        return x, x.view(-1), x[1], x + 1

    return Case(program, args=(X.clone(),))


@case
def complex_literal() -> Case:
    return Case(lambda x: x * (1 + 2j) + (-0.5j), args=(X.clone(),))


@case
def texts_among_arguments() -> Case:
    return Case(lambda x, y: torch.einsum("ij,kj->ik", x, y), args=(X.clone(), X.clone()))


@case
def scatter_reduce_by_name() -> Case:
    def program(x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        return x.scatter_reduce(0, index, x, reduce="amax", include_self=False)

    return Case(program, args=(X.clone(), torch.zeros(2, 3, dtype=torch.long)))


def _scale_to_float8(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    scale = x.abs().amax() / 448.0
    return (x / scale).to(torch.float8_e4m3fn), scale


@case
def float8_with_its_scale() -> Case:
    return Case(_scale_to_float8, args=(X.clone(),))


@case
def masked_result() -> Case:
    return Case(lambda x: torch.masked.masked_tensor(x, x > 0), args=(X.clone(),))


@case
def two_tensors_in_one() -> Case:
    return Case(lambda t: t.sin() + 1, args=(TwoTensor(X.clone(), X * 2),))


@case
def sparse_hybrid_result() -> Case:
    return Case(lambda x: x.to_sparse(1), args=(X.clone(),))


@case
def sparse_block_result() -> Case:
    return Case(lambda x: x.to_sparse_bsr((1, 3)), args=(X.clone(),))


@case
def quantised_sum() -> Case:
    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        quantised = torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
        return torch.ops.quantized.add(quantised, quantised, 0.2, 0), quantised.int_repr()

    return Case(program, args=(X.clone(),))


@case
def several_aliases() -> Case:
    return Case(lambda x: (x, x, x.t(), x.detach(), x[0], x.as_strided((3, 3), (1, 1))), args=(X.clone(),))


@case
def negated_and_conjugated_views() -> Case:
    def program(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        number = torch.complex(x, -x)
        return number.conj(), number.conj().imag, torch.view_as_real(number), number.mH

    return Case(program, args=(X.clone(),))


@case
def other_containers() -> Case:
    def program(x: torch.Tensor) -> Any:
        lists: dict[str, list[torch.Tensor]] = collections.defaultdict(list)
        lists["a"].append(x + 1)
        return collections.OrderedDict(z=x, a=x * 2), lists, collections.deque([x.sin()])

    return Case(program, args=(X.clone(),))


@case
def iterator_result() -> Case:
    return Case(lambda x: iter([x, x + 1]), args=(X.clone(),))


@case
def plain_objects() -> Case:
    return Case(lambda x: (x.cos(), slice(0, 2), range(3), 10**30, b"a", {3, 1}, -0.0), args=(X.clone(),))


@case
def indices_of_all_kinds() -> Case:
    def program(x: torch.Tensor) -> Any:
        y = x.clone()
        y[..., 0] = 7
        y[:, 1:][0] += 2
        y[None, 1, [0, 2]] = torch.tensor([1.0, 2.0])
        return x[:, torch.tensor([0, 2])], x[..., None, 1:, ::1][:, -1:], y

    return Case(program, args=(X.clone(),))


@case
def numbers_of_all_kinds() -> Case:
    return Case(
        lambda x: x * 1e-40 + 1e300 - float("inf") + x.add(x, alpha=-(2**40)) + x.clamp(min=-1e-7),
        args=(X.double(),),
    )


@case
def complex_literals_of_all_kinds() -> Case:
    return Case(
        lambda z: z * (1 - 2j) + 1e-30j - complex(float("nan"), -0.0) * -1j, args=(X.to(torch.complex128),)
    )
