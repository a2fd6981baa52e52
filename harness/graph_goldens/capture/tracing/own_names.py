"""The names and numbers that a program itself uses, which no rule may take for PyTorch's."""

import types
from collections.abc import Iterator
from typing import Any

import torch

from graph_goldens.cases.case import Case


def find_own_names(case: Case) -> frozenset[str]:
    """Collect the names of a case's modules, parameters, attributes and keywords, and those in its code."""
    return frozenset(_find_names(case))


def _find_names(case: Case) -> Iterator[str]:
    yield from case.kwargs
    for value in (case.program, *case.args, *case.kwargs.values()):
        if isinstance(value, torch.nn.Module):
            for module in value.modules():
                yield from _find_module_names(module)
        yield from _find_code_names(getattr(value, "__code__", None))


def _find_module_names(module: torch.nn.Module) -> Iterator[str]:
    yield from vars(module)
    for held in (module._modules, module._parameters, module._buffers):
        yield from held
    for owner in type(module).__mro__:
        if not owner.__module__.startswith("torch."):
            yield from vars(owner)
            for value in vars(owner).values():
                yield from _find_code_names(getattr(value, "__code__", None))


def _find_code_names(code: Any) -> Iterator[str]:
    """Yield the names that code uses, and its texts and numbers, those of functions in it too."""
    if not isinstance(code, types.CodeType):
        return
    yield from (*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars)
    for constant in code.co_consts:
        if isinstance(constant, str | int):
            yield str(constant)
        yield from _find_code_names(constant)
