"""Which leaves of a result share their storage with an input, or with an earlier leaf."""

from collections.abc import Sequence
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

from graph_goldens.capture.tracing.result_leaves import Leaf, flatten_leaves


def find_aliases(results: Sequence[Leaf], inputs: Sequence[Any]) -> list[str]:
    """Name, for each result, the first input or earlier result whose storage it shares; empty where none."""
    owners: dict[int, str] = {}
    for number, leaf in enumerate(flatten_leaves(list(inputs))):
        if storage := identify_storage(leaf.value):
            owners.setdefault(storage, f"input {number}'s")
    found = []
    for number, leaf in enumerate(results):
        storage = identify_storage(leaf.value)
        found.append(owners.get(storage, "") if storage else "")
        if storage:
            owners.setdefault(storage, f"result {number}'s")
    return found


def identify_storage(value: Any) -> int:
    """Find the address of a tensor's storage; 0 where it has none of its own."""
    with torch._C.DisableTorchFunctionSubclass():
        return _identify_storage(value)


def _identify_storage(value: Any) -> int:
    if not isinstance(value, torch.Tensor) or isinstance(value, FakeTensor) or value.is_nested:
        return 0
    if value.layout is not torch.strided or is_traceable_wrapper_subclass(value) or value.is_mkldnn:
        return 0
    return int(value.untyped_storage()._cdata)
