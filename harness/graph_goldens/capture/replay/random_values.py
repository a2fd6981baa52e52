"""Values of the dtype and shape that a record says, from a seed."""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from graph_goldens.capture.replay.numbers import NumberError, evaluate, evaluate_all
from graph_goldens.capture.replay.recorded_graph import Need, NotRunError
from graph_goldens.capture.replay.value_words import NumberWords, PlainValue, TensorWords, UnknownWords

_LARGEST = 1 << 26
_SPECIAL = re.compile(r"\b(nan|inf)\b")


@dataclass(frozen=True)
class Draw:
    """How random values are drawn for one run of both graphs.

    Attributes:
        seed: where the drawing starts.
        spread: `normal`, `wide` (four times as wide) or `unit` (between 0 and 1).
        below: whole numbers are at least 0 and smaller than this, so that they may index a dimension.
        least: size of the first symbolic dimension.
        step: how much larger each further one is.
    """

    seed: int
    spread: str
    below: int
    least: int
    step: int


def make_value(need: Need, numbers: Mapping[str, int], draw: Draw, place: int) -> Any:
    """Make what a graph needs, the same for the same draw and place.

    Raises:
        NotRunError: nothing like it can be made.
    """
    if need.token:
        return torch.tensor([])
    try:
        match need.words:
            case PlainValue(value):
                return value
            case NumberWords(expression):
                return evaluate(expression, numbers)
            case TensorWords() as words:
                return _make_tensor(words, need.items, numbers, draw, place)
            case UnknownWords(text):
                raise _refuse(need, text)
    except NumberError as error:
        raise NotRunError("a size is not known", f"{need.name}: {error}") from None


def _refuse(need: Need, text: str) -> NotRunError:
    if text.startswith("script object"):
        return NotRunError("takes a script object")
    if text.startswith(("no value", "nothing")):
        where = f"self.{need.name}" if need.held else f"input {need.name}"
        return NotRunError(
            f"takes what {text.removesuffix(' is recorded')} is recorded of", f"{where}: {text}"
        )
    return NotRunError("takes a value that cannot be made", f"takes {need.name}, which is {text}")


def _make_tensor(
    words: TensorWords, items: str | None, numbers: Mapping[str, int], draw: Draw, place: int
) -> torch.Tensor:
    dtype = getattr(torch, words.dtype, None)
    if not isinstance(dtype, torch.dtype) or words.device != "cpu":
        raise NotRunError(f"takes a tensor of {words.dtype} on {words.device}")
    sizes, strides = evaluate_all(words.sizes, numbers), evaluate_all(words.strides, numbers)
    if items is not None:
        return _read_items(items, dtype).reshape(sizes)
    length = 1 + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
    if math.prod(sizes) > _LARGEST or length > _LARGEST:
        raise NotRunError("takes a tensor that is too large")
    generator = torch.Generator().manual_seed(draw.seed * 1009 + place)
    storage = _draw_storage(max(length, 1), dtype, draw, generator)
    return storage.as_strided(sizes, strides)


def _draw_storage(length: int, dtype: torch.dtype, draw: Draw, generator: torch.Generator) -> torch.Tensor:
    if dtype is torch.bool:
        return torch.randint(0, 2, (length,), generator=generator).to(dtype)
    if not (dtype.is_floating_point or dtype.is_complex):
        try:
            return torch.randint(0, draw.below, (length,), generator=generator).to(dtype)
        except (RuntimeError, NotImplementedError):
            raise NotRunError(f"takes a tensor of {str(dtype).removeprefix('torch.')}") from None
    wide = torch.complex128 if dtype.is_complex else torch.float64
    if draw.spread == "unit":
        return torch.rand((length,), generator=generator, dtype=wide).to(dtype)
    factor = 4.0 if draw.spread == "wide" else 1.0
    return (torch.randn((length,), generator=generator, dtype=wide) * factor).to(dtype)


def _read_items(items: str, dtype: torch.dtype) -> torch.Tensor:
    """Read the value of a constant; a complex number is written as a pair."""
    try:
        plain = ast.literal_eval(_SPECIAL.sub(r"'\1'", items).replace("-'inf'", "'-inf'"))
        found = torch.tensor(_convert(plain), dtype=torch.float64 if _is_real(dtype) else None)
    except (ValueError, SyntaxError, TypeError, RuntimeError):
        raise NotRunError("a constant's value cannot be read", f"a constant is {items[:60]}") from None
    return torch.view_as_complex(found.to(torch.float64)).to(dtype) if dtype.is_complex else found.to(dtype)


def _is_real(dtype: torch.dtype) -> bool:
    return bool(dtype.is_floating_point or dtype.is_complex)


def _convert(item: Any) -> Any:
    if isinstance(item, list | tuple):
        return [_convert(each) for each in item]
    return float(item) if isinstance(item, str) else item
