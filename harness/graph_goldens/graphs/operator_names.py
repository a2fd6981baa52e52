"""How a written name means an operator: by the end of its full name, with or without the overload."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

# Where a namespace, a name and an overload follow. `torch.ops.aten.add.Tensor` is PyTorch's (torch/_ops.py,
# OpOverload.name); Dynamo's graphs hold packets, `torch.ops.aten.add`, and higher-order operators have no
# overload. The others are those of ExecuTorch's dialects (executorch/exir/dialects/edge/_ops.py).
_REGISTRIES = frozenset(
    {"torch.ops", "executorch.exir.dialects.edge._ops", "executorch.exir.dialects.backend._ops"}
)
_BEHIND = 3


@lru_cache(maxsize=65536)
def means_target(name: str, target: str) -> bool:
    """Whether a written name means what a node calls.

    Args:
        name: the end of a full name, from some dot on: `aten.add`, `add`, `add.Tensor`; `*` and `?` stand for
            letters within a part.
        target: what a graph string prints: `torch.ops.aten.add.Tensor`, `operator.getitem`, `relu`.
    """
    written, parts = name.split("."), target.split(".")
    if ".".join(parts[:-_BEHIND]) in _REGISTRIES:
        return _ends_with(parts[:-1], written) or (len(written) > 1 and _ends_with(parts, written))
    return _ends_with(parts, written)


def _ends_with(parts: Sequence[str], written: Sequence[str]) -> bool:
    if len(written) > len(parts):
        return False
    return all(map(fnmatchcase, parts[len(parts) - len(written) :], written))
