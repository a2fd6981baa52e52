"""Which storage is whose: what a tensor's values lie in, by what first held them."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.fx import GraphModule
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.fresh_values import Thing


class Storages:
    """The owners of storages and script objects.

    Owners are told by name: `%x`, `%topk[0]`, `self.norm.running_mean`. A storage may have several where
    an operator's result shares one of its operands' and nothing says which.
    """

    def __init__(self, graph_module: GraphModule) -> None:
        self._graph_module = graph_module
        self._owners: dict[int, tuple[str, ...]] = {}
        self._kept: list[Any] = []
        self._attributes: Mapping[int, str] | None = None

    def find_owners(self, value: Any) -> tuple[str, ...]:
        """Name the owners of all storages and objects in a value; a storage of no one is left out."""
        found = (self._find_tensor_owners(leaf) for leaf in flatten_values(value))
        return tuple(dict.fromkeys(owner for owners in found for owner in owners))

    def _find_tensor_owners(self, leaf: Any) -> tuple[str, ...]:
        if isinstance(leaf, Thing):
            return (leaf.owner,)
        owners = self._owners.get(identify(leaf))
        return owners if owners is not None else self._find_attribute(leaf)

    def _find_attribute(self, tensor: torch.Tensor) -> tuple[str, ...]:
        """Name a tensor of one of the graph's modules, which no node gave."""
        if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
            return ()
        if self._attributes is None:
            self._attributes = {id(found): name for name, found in name_tensors(self._graph_module)}
        name = self._attributes.get(id(tensor))
        return () if name is None else (f"self.{name}",)

    def find_known(self, tensor: torch.Tensor) -> tuple[str, ...]:
        """Name the owners of a tensor's storage, where it was given to any."""
        return self._owners.get(identify(tensor), ())

    def give(self, value: Any, owner: str) -> None:
        """Make a node the owner of what storages of a value have none; items of several are told apart."""
        several = isinstance(value, tuple | list)
        for number, item in enumerate(value if several else (value,)):
            for leaf in flatten_values(item):
                if isinstance(leaf, torch.Tensor) and identify(leaf) not in self._owners:
                    self.own(leaf, (f"{owner}[{number}]" if several else owner,))

    def own(self, tensor: torch.Tensor, owners: tuple[str, ...]) -> None:
        """Say whose a tensor's storage is, and keep the storage, so that no other has its address."""
        self._owners[identify(tensor)] = owners
        self._kept.append((tensor, _find_storage(tensor)))


def flatten_values(value: Any) -> Iterator[Any]:
    """Yield the tensors and objects in a value."""
    if isinstance(value, torch.Tensor | Thing):
        yield value
    elif isinstance(value, tuple | list | dict) or type(value) in pytree.SUPPORTED_NODES:
        yield from (leaf for leaf in pytree.tree_leaves(value) if isinstance(leaf, torch.Tensor | Thing))


def identify(tensor: torch.Tensor) -> int:
    """What tells a tensor's storage from others: its address, the tensor's own identity where it has none."""
    storage = _find_storage(tensor)
    return id(tensor) if storage is None else int(storage._cdata)


def _find_storage(tensor: torch.Tensor) -> Any:
    while has_left_transform(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    try:
        return tensor.untyped_storage()
    except (NotImplementedError, RuntimeError):  # sparse layouts and some subclasses have none
        return None


def has_left_transform(tensor: torch.Tensor) -> bool:
    """Whether a tensor is one of a transform of `torch.func` that has ended, which no operator takes.

    Above dispatch, make_fx keeps such tensors (torch/fx/experimental/proxy_tensor.py, `pre_dispatch`).
    """
    return bool(torch._C._functorch.is_functorch_wrapped_tensor(tensor))


def name_tensors(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the tensors of a module and of the modules in it: parameters, buffers and plain attributes."""
    for prefix, each in module.named_modules():
        start = f"{prefix}." if prefix else ""
        for table in (each._parameters, each._buffers, each.__dict__):
            for name, value in table.items():
                if isinstance(value, torch.Tensor):
                    yield f"{start}{name}", value
