"""Inputs that share storage, built so: which do, as records say, and one storage for them."""

from collections.abc import Iterable, Mapping, Sequence

import torch

from graph_goldens.capture.replay.recorded_graph import Need, NotRunError


def find_groups(needs: Iterable[Need]) -> list[tuple[str, ...]]:
    """Find the inputs of a graph that share storage, each group by name."""
    groups: dict[str, list[str]] = {}
    for need in needs:
        groups.setdefault(need.shares or need.name, []).append(need.name)
    return [tuple(names) for names in groups.values() if len(names) > 1]


def share_storage(values: Mapping[str, object], groups: Iterable[Sequence[str]]) -> dict[str, object]:
    """Build anew the values of each group in one storage, which holds what the longest of them held.

    Where in it each began is not recorded: all begin at its start, for both graphs of a pair alike.

    Raises:
        NotRunError: they have other dtypes, or are no tensors.
    """
    shared = dict(values)
    for names in groups:
        tensors = [value for name in names if isinstance(value := values[name], torch.Tensor)]
        if len(tensors) != len(names) or len({tensor.dtype for tensor in tensors}) > 1:
            raise NotRunError("inputs share storage in other dtypes", f"{' and '.join(names)} share storage")
        storage = flatten_storage(max(tensors, key=measure_extent)).clone()
        for name, tensor in zip(names, tensors, strict=True):
            shared[name] = storage.as_strided(tensor.shape, tensor.stride())
    return shared


def flatten_storage(tensor: torch.Tensor) -> torch.Tensor:
    """View all elements between a tensor's first and its last, in the order of its storage."""
    return tensor.as_strided((measure_extent(tensor),), (1,))


def measure_extent(tensor: torch.Tensor) -> int:
    """Measure how many elements a tensor's storage has from its first to its last; 0 for an empty one."""
    if tensor.numel() == 0:
        return 0
    last: int = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True))
    return last + 1
