"""How other tracing paths show a change of an operator: as a method, a function, in ATen, below autograd."""

import re

_CALLED = re.compile(r"(?:torch\.nn\.functional\.|torch\._C\._nn\.|torch\.Tensor\.|torch\.)?([a-z_]\w*)")
# aten/src/ATen/native/TensorShape.cpp, `reshape`: below autograd it is a view, or `_unsafe_view` of a copy
_RESHAPED = re.compile(r"aten\._unsafe_view, aten\.clone|aten\._unsafe_view|aten\._reshape_alias")


def list_shown_otherwise(pattern: str) -> tuple[str, ...]:
    """List the patterns by which a replaced operator's change may show in another tracing path's graphs.

    Args:
        pattern: what was called and what is, as `view → reshape` or `aten.view → aten._unsafe_view`.
    """
    sides = pattern.split(" → ")
    if len(sides) != 2 or not all(sides):
        return ()
    called = " → ".join(", ".join(map(_name_in_aten, side.split(", "))) for side in sides)
    above = _RESHAPED.sub("aten.reshape", called)
    return tuple(dict.fromkeys(each for each in (called, above) if each != pattern and _changes(each)))


def _name_in_aten(target: str) -> str:
    match = _CALLED.fullmatch(target)
    return f"aten.{match[1]}" if match else target


def _changes(pattern: str) -> bool:
    before, after = pattern.split(" → ")
    return before != after
