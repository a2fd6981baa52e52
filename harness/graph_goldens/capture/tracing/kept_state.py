"""The tensors of a module as they were before a run, for who runs it or traces it next."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from graph_goldens.capture.tracing.storages import has_left_transform, name_tensors


@contextmanager
def keep_state(module: torch.nn.Module) -> Iterator[None]:
    """Put parameters, buffers and constants back to what they were, where a run writes them.

    A module of an exported program holds the program's own tensors, so a counter would begin one call further
    each time. Script objects stay as a run leaves them: nothing can put them back.
    """
    kept = [(tensor, tensor._version, tensor.detach().clone()) for tensor in _list_plain(module)]
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, version, before in kept:
                if tensor._version != version and tensor.shape == before.shape:
                    tensor.copy_(before)


def _list_plain(module: torch.nn.Module) -> list[torch.Tensor]:
    """List the tensors that a copy can be made of, each once."""
    found = {id(tensor): tensor for _, tensor in name_tensors(module)}
    return [tensor for tensor in found.values() if _is_plain(tensor)]


def _is_plain(tensor: torch.Tensor) -> bool:
    plain = type(tensor) in (torch.Tensor, torch.nn.Parameter) and not has_left_transform(tensor)
    return plain and _has_values(tensor)


def _has_values(tensor: torch.Tensor) -> bool:
    return tensor.layout is torch.strided and not (tensor.is_meta or tensor.is_inference())
