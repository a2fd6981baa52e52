"""A command takes groups of options, dataclasses; the command line shows each option by itself."""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any


def spread_groups(command: Callable[..., int]) -> Callable[..., int]:
    """Turn a function of groups into one of their fields, as which typer reads them; the rest stays."""
    parameters = inspect.signature(command).parameters.values()
    groups: dict[str, Any] = {
        each.name: each.annotation for each in parameters if is_dataclass(each.annotation)
    }

    @functools.wraps(command)
    def spread(**values: Any) -> int:
        built = {
            name: group(**{field.name: values.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        return command(**built, **values)

    flat = [one for each in parameters for one in _spread_parameter(each)]
    vars(spread)["__signature__"] = inspect.Signature(flat)
    spread.__annotations__ = {each.name: each.annotation for each in flat}
    return spread


def _spread_parameter(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    if not is_dataclass(parameter.annotation):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    for field in fields(parameter.annotation):
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_find_default(field),
            annotation=field.type,
        )


def _find_default(field: Field[Any]) -> Any:
    return inspect.Parameter.empty if field.default is MISSING else field.default
