"""How a shape changed, in words that are equal for the same change of other sizes."""

from collections.abc import Sequence


def generalise_sizes(old: str, new: str) -> str:
    """Say how one shape, `[2, s0]`, became another, without the sizes themselves.

    Sizes that were exchanged, that became one, that became a number and that became a symbol are different
    changes upstream: of an operator that transposes, that broadcasts, that specialises, that does not.
    """
    was, now = _split(old), _split(new)
    if len(was) != len(now):
        return "fewer dimensions" if len(was) > len(now) else "more dimensions"
    if sorted(was) == sorted(now):
        return "sizes exchanged"
    changed = [(a, b) for a, b in zip(was, now, strict=True) if a != b]
    if all(b in was for _, b in changed):
        return "sizes became one"
    symbolic = {(_is_symbolic(a), _is_symbolic(b)) for a, b in changed}
    if symbolic == {(True, False)}:
        return "symbol became a number"
    if symbolic == {(False, True)}:
        return "number became a symbol"
    return "other sizes"


def _split(shape: str) -> Sequence[str]:
    return [size for size in shape.strip("[]").split(", ") if size]


def _is_symbolic(size: str) -> bool:
    return not size.lstrip("-").isdigit()
