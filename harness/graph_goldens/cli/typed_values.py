"""What a person typed, turned into what a command takes, by the quick way where there is one.

typer reads every value with pydantic (typer 0.26 and later, typer/_adapters.py), defaults too, and importing
that takes longer than most commands. A default is what it is, and a text or path is quickly read; numbers
and choices, which can be wrong, are left to typer.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from typer.core import TyperCommand

_QUICK: tuple[type, ...] = (str, Path)


class QuickCommand(TyperCommand):
    """A command whose parameters read values by the quick way."""

    def get_params(self, ctx: Any) -> Any:
        """List the parameters, that of the help included."""
        return quicken(super().get_params(ctx))


def quicken(parameters: list[Any], annotations: Mapping[str, Any] | None = None) -> list[Any]:
    """Let parameters read values by the quick way, each once, and return them."""
    for parameter in parameters:
        if "process_value" not in vars(parameter):
            quick = _find_reader((annotations or {}).get(parameter.name))
            usual = parameter.process_value
            vars(parameter)["process_value"] = partial(_process, parameter, usual, quick)
    return parameters


def _process(
    parameter: Any, usual: Callable[..., Any], quick: Callable[[Any], Any] | None, ctx: Any, value: Any
) -> Any:
    """Read one value; what is missing although it is required is left to typer, which says so."""
    if value is None or value == ():
        return usual(ctx, value) if parameter.required else value
    source = ctx.get_parameter_source(parameter.name)
    if source is not None and source.name == "DEFAULT":
        return value
    return quick(value) if quick and not parameter.callback else usual(ctx, value)


def _find_reader(annotation: Any) -> Callable[[Any], Any] | None:
    """Find what reads values of a type; None where only typer does."""
    if get_origin(annotation) is Annotated:
        return _find_reader(get_args(annotation)[0])
    if annotation in _QUICK:
        found: Callable[[Any], Any] = annotation
        return found
    within = [each for each in get_args(annotation) if each is not NoneType]
    if len(within) != 1:
        return None
    reader = _find_reader(within[0])
    if reader and get_origin(annotation) is list:
        return lambda values: [reader(value) for value in values]
    return reader
