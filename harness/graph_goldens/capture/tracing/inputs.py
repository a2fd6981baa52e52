"""Programs and their inputs in the forms that tracers take: a module, positional inputs, flat tensors."""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

import torch
from torch.utils import _pytree as pytree

from graph_goldens.cases.case import Case

WRAPPER_MODULE = "traced_program"
"""What the modules around a program say that they come from: PyTorch writes it into errors, and no golden
is to change where a module of the harness gets another name."""


class FunctionModule(torch.nn.Module):
    """A module whose `forward` is a function itself, so that its signature names the inputs."""

    __module__ = WRAPPER_MODULE

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.forward = function

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself."""
        return self.forward


class BuiltinModule(torch.nn.Module):
    """A module that calls what has no signature, such as a function written in C++."""

    __module__ = WRAPPER_MODULE

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return self.function(*args, **kwargs)


def wrap_as_module(program: Callable[..., Any]) -> torch.nn.Module:
    """Return a program as a module."""
    if isinstance(program, torch.nn.Module):
        return program
    return BuiltinModule(program) if find_signature(program) is None else FunctionModule(program)


def find_signature(program: Callable[..., Any]) -> inspect.Signature | None:
    """Read a program's signature; None where Python knows none."""
    called = program.forward if isinstance(program, torch.nn.Module) else program
    try:
        return inspect.signature(called)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class ByPosition:
    """A program that takes its inputs by position.

    Attributes:
        program: the program itself, where all its inputs can be given so; else one that calls it.
        args: the inputs.
    """

    program: Callable[..., Any]
    args: tuple[Any, ...]


def put_by_position(program: Callable[..., Any], case: Case) -> ByPosition:
    """Put the inputs of a program by position, under the names that they have."""
    known = find_signature(program)
    if known is not None:
        bound = known.bind(*case.args, **case.kwargs)
        if not bound.kwargs and _counts_alike(program, len(bound.args)):
            return ByPosition(program, bound.args)
    elif not case.kwargs:
        return ByPosition(program, tuple(case.args))
    return ByPosition(_take_names(program, case), (*case.args, *case.kwargs.values()))


def _counts_alike(program: Callable[..., Any], count: int) -> bool:
    """Whether FX takes a program to have as many inputs as it is given, which it reads in its code.

    It counts those with defaults that are not given, and the `self` of a method: `create_args_for_root` of
    torch/fx/_symbolic_trace.py. What has `*args` or no code gets a signature of its own from make_fx.
    """
    code = getattr(inspect.unwrap(program), "__code__", None)
    if code is None or code.co_flags & inspect.CO_VARARGS:
        return True
    return bool(code.co_argcount + code.co_kwonlyargcount == count)


def _take_names(program: Callable[..., Any], case: Case) -> Callable[..., Any]:
    """Make a function of places that gives the program its keywords; FX reads their names in its code."""
    names = [*_name_places(program, len(case.args)), *case.kwargs]
    *places, called = _spell_names([*names, "_program"])
    keywords = [
        f"{name}={place}" if name.isidentifier() and not iskeyword(name) else f"**{{{name!r}: {place}}}"
        for name, place in zip(case.kwargs, places[len(case.args) :], strict=True)
    ]
    given = ", ".join([*places[: len(case.args)], *keywords])
    made: Callable[..., Any] = eval(f"lambda {', '.join(places)}: {called}({given})", {called: program})
    return made


def _spell_names(names: Sequence[str]) -> list[str]:
    """Spell names as parameters of one function: as they are, where Python allows it, and each once."""
    spelled: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name)
        found = plain if plain.isidentifier() and not iskeyword(plain) else f"_{plain}"
        while found in spelled:
            found += "_"
        spelled.append(found)
    return spelled


def _name_places(program: Callable[..., Any], count: int) -> list[str]:
    """Name positional inputs as the program does, those of its `*args` by number."""
    known = find_signature(program)
    parameters = list(known.parameters.values()) if known else []
    plain = [
        each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    return [*plain[:count], *(f"args_{number}" for number in range(count - len(plain)))]


class FlatProgram(torch.nn.Module):
    """A program that takes the tensors and script objects among its inputs, flat, and returns leaves, flat.

    It closes over all other inputs: numbers, texts, modules. Of what it returns it leaves out what no graph
    can return, such as a member of an enum.
    """

    __module__ = WRAPPER_MODULE

    def __init__(
        self, program: torch.nn.Module, case: Case, select: Callable[[list[Any]], tuple[Any, ...]]
    ) -> None:
        super().__init__()
        self.program = program
        self._leaves, self._spec = pytree.tree_flatten((tuple(case.args), dict(case.kwargs)))
        self._select = select

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The tensors and script objects among the inputs."""
        return make_traceable(self._leaves)

    def forward(self, *traced: Any) -> tuple[Any, ...]:
        """Run the program and select from the leaves of its result."""
        given = iter(traced)
        leaves = [next(given) if is_traceable(leaf) else leaf for leaf in self._leaves]
        args, kwargs = pytree.tree_unflatten(leaves, self._spec)
        return self._select(pytree.tree_leaves(self._call(args, kwargs)))

    def _call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call the program; a module's call has a parameter `self`, which a function may want for its own."""
        if "self" in kwargs and isinstance(self.program, FunctionModule | BuiltinModule):
            return self.program.function(*args, **kwargs)
        return self.program(*args, **kwargs)


def make_traceable(leaves: Sequence[Any]) -> tuple[Any, ...]:
    """Select what a graph takes as inputs."""
    return tuple(leaf for leaf in leaves if is_traceable(leaf))


def is_traceable(leaf: Any) -> bool:
    """Whether a graph takes a leaf as an input."""
    return isinstance(leaf, torch.Tensor | torch.ScriptObject)


def make_returnable(leaves: list[Any]) -> tuple[Any, ...]:
    """Select what a graph can return.

    `KNOWN_TYPES` of torch/_functorch/_aot_autograd/utils.py.
    """
    known = (torch.Tensor, torch.ScriptObject, int, float, str, bool, type(None), *count_pytree_numbers())
    return tuple(
        leaf for leaf in leaves if type(leaf) in known or isinstance(leaf, known[:2]) or _is_fake(leaf)
    )


def count_pytree_numbers() -> tuple[type, ...]:
    """List the types of symbolic numbers."""
    return torch.SymInt, torch.SymFloat, torch.SymBool


def _is_fake(leaf: Any) -> bool:
    return type(leaf).__name__ == "FakeScriptObject"


def choose_shapes(retraced: torch.nn.Module, original: torch.nn.Module, case: Case) -> Any:
    """Spell the case's dynamic shapes for the module of its export, which has no `*args` or `**kwargs`.

    Args:
        retraced: the unlifted module, whose inputs all have names of their own.
        original: the module that was exported.
        case: the case, whose `dynamic_shapes` are for the original.
    """
    known, given = find_signature(original), case.dynamic_shapes
    names = list((find_signature(retraced) or inspect.Signature()).parameters)
    if (
        retraced is original
        or known is None
        or not any(_is_variadic(each) for each in known.parameters.values())
    ):
        return given
    bound = known.bind(*case.args, **case.kwargs).arguments
    specs = given if isinstance(given, dict) else dict(zip(bound, given, strict=False))
    flat = [
        spec for name in bound for spec in _make_specs(known.parameters[name], specs.get(name), bound[name])
    ]
    return dict(zip(names, flat, strict=True)) if len(names) == len(flat) else given


def _is_variadic(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)


def _make_specs(parameter: inspect.Parameter, spec: Any, given: Any) -> list[Any]:
    """List the specifications of what one parameter takes: of each input, where it takes several."""
    if not _is_variadic(parameter):
        return [spec]
    if spec is None:
        return [None] * len(given)
    return [spec.get(name) for name in given] if isinstance(given, dict) else list(spec)
