"""What is dispatched below a node: the effects that schemas and tags declare, noted as it happens."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from graph_goldens.capture.tracing.effect_tables import (
    does_draw,
    does_keep_order,
    find_undeclared_writes,
    name_arguments,
)
from graph_goldens.capture.tracing.fresh_values import Thing, make_fresh
from graph_goldens.capture.tracing.storages import Storages, flatten_values
from graph_goldens.graphs.effect_lines import NodeEffects

_GROUPS = ("group_name", "process_group", "group")


class Recorder(TorchDispatchMode):
    """Notes the effects of every operator that is dispatched, and lets no real tensor through.

    Attributes:
        effects: what was noted since it was last emptied.
    """

    def __init__(self, storages: Storages) -> None:
        super().__init__()
        self.effects = NodeEffects()
        self._storages = storages
        self._fakes: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Note what the operator declares, then run it below this mode."""
        args, kwargs = torch.utils._pytree.tree_map_only(torch.Tensor, self._run_fake, (args, kwargs or {}))
        self.effects |= read_declared_effects(func, args, kwargs, self._storages)
        return func(*args, **kwargs)

    def take(self) -> NodeEffects:
        """Take what was noted."""
        noted, self.effects = self.effects, NodeEffects()
        return noted

    def _run_fake(self, tensor: torch.Tensor) -> torch.Tensor:
        """Make a fake of a module's own tensor, the same each time; a fake stays what it is."""
        if type(tensor) not in (torch.Tensor, torch.nn.Parameter) or tensor.device.type == "meta":
            return tensor
        if id(tensor) not in self._fakes:
            fake = make_fresh(tensor.detach(), "")
            owners = self._storages.find_owners(tensor)
            self._storages.own(tensor, owners)
            self._storages.own(fake, owners)
            self._fakes[id(tensor)] = (tensor, fake)
        return self._fakes[id(tensor)][1]


def read_declared_effects(
    operator: OpOverload, args: Any, kwargs: Mapping[str, Any], storages: Storages
) -> NodeEffects:
    """Find the effects of a call by the operator's schema, its tags, and what PyTorch does not say of it."""
    arguments = name_arguments(operator, args, kwargs)
    written = [arguments.get(each.name) for each in operator._schema.arguments if _is_written(each)]
    return NodeEffects(
        writes=storages.find_owners([*written, *find_undeclared_writes(operator, arguments)]),
        draws=(_find_generator(arguments),) if does_draw(operator, arguments) else (),
        acts=(*_find_things(arguments.values()), *(("ordered",) if _is_ordered(operator, arguments) else ())),
        uses=tuple(_find_groups(arguments)),
    )


def read_declared_shares(
    operator: OpOverload, args: Any, kwargs: Mapping[str, Any], storages: Storages
) -> tuple[str, ...]:
    """Find whose storages a call's results share by the operator's schema."""
    arguments = name_arguments(operator, args, kwargs)
    returned = {name for each in operator._schema.returns for name in _read_alias_sets(each)}
    shared = [
        arguments.get(each.name) for each in operator._schema.arguments if _read_alias_sets(each) & returned
    ]
    return storages.find_owners(shared)


def own_returned_writes(
    operator: OpOverload, args: Any, kwargs: Mapping[str, Any], value: Any, storages: Storages
) -> None:
    """Own what an operator writes and returns as its argument is: a fake kernel may make a new tensor.

    So does that of `_unsafe_index_put_` of torch/_inductor/inductor_prims.py.
    """
    arguments = name_arguments(operator, args, kwargs)
    results = value if isinstance(value, tuple | list) else (value,)
    for each, result in zip(operator._schema.returns, results, strict=False):
        if _is_written(each) and isinstance(result, torch.Tensor) and not storages.find_known(result):
            declared = _read_alias_sets(each)
            taken = [
                arguments.get(one.name)
                for one in operator._schema.arguments
                if _read_alias_sets(one) & declared
            ]
            storages.own(result, storages.find_owners(taken))


def _read_alias_sets(argument: Any) -> set[str]:
    return set() if argument.alias_info is None else set(argument.alias_info.before_set)


def _is_written(argument: Any) -> bool:
    return argument.alias_info is not None and argument.alias_info.is_write


def _is_ordered(operator: OpOverload, arguments: Mapping[str, Any]) -> bool:
    """Whether a call's order is kept for another reason than the objects that it takes."""
    return does_keep_order(operator) and not any(_find_things(arguments.values()))


def _find_things(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(leaf.owner for leaf in flatten_values(list(values)) if isinstance(leaf, Thing))


def _find_generator(arguments: Mapping[str, Any]) -> str:
    """Name the generator of a call: its own, or the default one of the device that it runs on."""
    if arguments.get("generator") is not None:
        return "generator"
    tensors = [leaf for leaf in flatten_values(list(arguments.values())) if isinstance(leaf, torch.Tensor)]
    return str(tensors[0].device if tensors else arguments.get("device") or torch.get_default_device())


def _find_groups(arguments: Mapping[str, Any]) -> Iterable[str]:
    return (arguments[name] for name in _GROUPS if isinstance(arguments.get(name), str))
