"""DTensor and collectives on a process group that is fake: two ranks, of which this is the first."""

import torch
import torch.distributed as dist
from torch.distributed import _functional_collectives as collectives
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.testing._internal.distributed.fake_pg import FakeStore

from graph_goldens import Case, case

try:
    from torch.distributed.tensor import DTensor, Replicate, Shard
except ImportError:  # 2.4 has them under a private name
    from torch.distributed._tensor import DTensor, Replicate, Shard


def _make_mesh() -> DeviceMesh:
    """Make a mesh of two ranks, in a group that begins with the case and ends with its process."""
    if not dist.is_initialized():
        dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=2)
    return init_device_mesh("cpu", (2,))


@case
def sharded_matrix_product() -> Case:
    """Columns times rows: a product of shards is a partial sum, which is reduced when it is replicated."""
    mesh = _make_mesh()

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        left, right = DTensor.from_local(x, mesh, [Shard(1)]), DTensor.from_local(y, mesh, [Shard(0)])
        return (left @ right).redistribute(placements=[Replicate()]).to_local()

    return Case(program, args=(torch.ones(2, 3), torch.ones(3, 2)))


@case
def dtensor_as_input() -> Case:
    """A DTensor as an input and as a result, with an operator that needs no communication."""
    x = DTensor.from_local(torch.ones(2, 3), _make_mesh(), [Shard(0)])
    return Case(lambda x: (x * 2).relu(), args=(x,))


@case
def dtensor_that_is_gathered() -> Case:
    """A softmax over the dimension that is sharded: the DTensor is gathered first."""
    x = DTensor.from_local(torch.ones(2, 3), _make_mesh(), [Shard(1)])
    return Case(lambda x: x.softmax(1).to_local(), args=(x,))


class Sharded(torch.nn.Module):
    """A linear layer whose weight is sharded by rows: tensor parallelism by hand."""

    def __init__(self, mesh: DeviceMesh) -> None:
        super().__init__()
        self.mesh = mesh
        weight = DTensor.from_local(torch.ones(2, 3), mesh, [Shard(0)])
        self.weight = torch.nn.Parameter(weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        whole = DTensor.from_local(x, self.mesh, [Replicate()])
        return torch.nn.functional.linear(whole, self.weight).to_local()


@case
def dtensor_as_parameter() -> Case:
    """A parameter that is a DTensor, sharded by rows, and a plain input that each rank has."""
    return Case(Sharded(_make_mesh()), args=(torch.ones(4, 3),))


@case
def functional_collectives() -> Case:
    """A reduction, a gathering and a scattered reduction, each waited for when its result is used.

    The fake group leaves what is scattered as the memory was, so that integers are multiplied by zero.
    """
    mesh = _make_mesh()

    def program(x: torch.Tensor) -> torch.Tensor:
        total = collectives.all_reduce(x, "sum", mesh)
        whole = collectives.all_gather_tensor(total + 1, 0, mesh)
        return collectives.reduce_scatter_tensor(whole, "sum", 0, mesh) * 0

    return Case(program, args=(torch.ones(2, 3, dtype=torch.int64),))


@case
def collective_in_place() -> Case:
    """`all_reduce` as most people write it, in place: Dynamo writes the functional one and a copy."""
    _make_mesh()

    def program(x: torch.Tensor) -> torch.Tensor:
        y = x * 2
        dist.all_reduce(y)
        return y + 1

    return Case(program, args=(torch.ones(2, 3),))
