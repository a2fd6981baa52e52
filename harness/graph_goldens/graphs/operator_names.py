"""How a written name means an operator: by the end of its full name, with or without the overload."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

# `torch.ops.aten.add.Tensor`: namespace, name and overload (torch/_ops.py, OpOverload.name); Dynamo's graphs
# hold packets, `torch.ops.aten.add`, and higher-order operators have no overload.
_REGISTRY = ["torch", "ops"]
_WITH_OVERLOAD = 5


@lru_cache(maxsize=65536)
def means_target(name: str, target: str) -> bool:
    """Whether a written name means what a node calls.

    Args:
        name: the end of a full name, from some dot on: `aten.add`, `add`, `add.Tensor`; `*` and `?` stand for
            letters within a part.
        target: what a graph string prints: `torch.ops.aten.add.Tensor`, `operator.getitem`, `relu`.
    """
    written, parts = name.split("."), target.split(".")
    if len(parts) == _WITH_OVERLOAD and parts[:2] == _REGISTRY:
        return _ends_with(parts[:-1], written) or (len(written) > 1 and _ends_with(parts, written))
    return _ends_with(parts, written)


def _ends_with(parts: Sequence[str], written: Sequence[str]) -> bool:
    if len(written) > len(parts):
        return False
    return all(map(fnmatchcase, parts[len(parts) - len(written) :], written))
