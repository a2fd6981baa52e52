"""Generated code as lines of tokens, without what is only a matter of printing it.

PyTorch's versions print operators, Python's operators, types and parameters in several ways; keyword
arguments may stand in any order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from graph_goldens.drift.matching.operators import canonicalise
from graph_goldens.drift.text.tokens import NAME, split_code_lines

Line = tuple[str, ...]

PRINTED_TYPE = re.compile(r"\btyping_(Tuple|List|Dict|Set)\b")
_FLATTENS = "tree_flatten_spec"  # takes the function's parameters and returns the graph's inputs
_OPERATOR = re.compile(r"\boperator\.(\w+)\(([^(),]+), ([^(),]+)\)")
_PART = r"[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf|nan)"
_COMPLEX = re.compile(
    rf"\bcomplex\(({_PART}), ({_PART})\)"
    rf"|(?<![\w.)'\"])(?:\({_PART}[+-][\d.e+-]+j\)|[+-]?\d+\.?\d*(?:e[+-]?\d+)?j\b)"
)
# fmt: off
_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "lshift": "<<", "rshift": ">>", "and_": "&", "or_": "|", "xor": "^",
    "lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">",
}
# fmt: on


def list_written_lines(code: str) -> list[str]:
    """List the lines of code that are not blank."""
    return [line for line in code.split("\n") if line.strip()]


def read_code(code: str) -> list[Line]:
    """Read the tokens of each line that says something, in one way of printing; names stand behind a mark."""
    text = PRINTED_TYPE.sub(lambda match: match[1].lower(), canonicalise("\n".join(list_written_lines(code))))
    text = _COMPLEX.sub(_spell_complex, text)
    lines = split_code_lines(_OPERATOR.sub(_spell_infix, text))
    hands_on = any(_FLATTENS in line for line in lines)
    places = {NAME + name: f"#{at}" for at, name in enumerate(list_parameters(code))} if hands_on else {}
    return [_sort_keywords(_number_parameters(line, places)) for line in lines]


def _spell_complex(match: re.Match[str]) -> str:
    """Spell a complex number as its parts, as `torch/fx/node.py` prints it since 2.15."""
    if match[1]:
        parts = float(match[1]), float(match[2])
    else:
        number = complex(match[0])
        parts = number.real, number.imag
    return f"complex({parts[0]!r}, {parts[1]!r})"


def list_parameters(code: str) -> list[str]:
    """List the names of the parameters of the function that the code defines."""
    head = next((line for line in split_code_lines(code) if line[:1] == ["def"]), [])
    return [word.removeprefix(NAME) for word in head if word.startswith(NAME)]


def _spell_infix(match: re.Match[str]) -> str:
    name, left, right = match.groups()
    if name == "getitem":
        return f"{left}[{right}]"
    return f"{left} {_INFIX[name]} {right}" if name in _INFIX else match[0]


def _number_parameters(line: Sequence[str], places: Mapping[str, str]) -> Line:
    """Name parameters by their places where they are only handed on."""
    if line[:1] == ["def"]:
        return tuple(places.get(word, word) for word in line)
    start = line.index(_FLATTENS) if _FLATTENS in line else len(line)
    return (*line[:start], *(places.get(word, word) for word in line[start:]))


def _sort_keywords(line: Line) -> Line:
    """Put the keyword arguments of a line's outermost call in one order."""
    if "(" not in line or line[-1] != ")":
        return line
    start = line.index("(") + 1
    arguments = sorted(_split_arguments(line[start:-1]), key=lambda each: each if each[1:2] == ["="] else [])
    return (*line[:start], *(word for argument in arguments for word in (*argument, ",")), ")")


def _split_arguments(inside: Sequence[str]) -> Iterator[list[str]]:
    """Split at the commas that stand in no brackets of their own."""
    argument: list[str] = []
    depth = 0
    for word in inside:
        depth += (word in "([{") - (word in ")]}")
        if word == "," and depth == 0:
            yield argument
            argument = []
        else:
            argument.append(word)
    yield argument
