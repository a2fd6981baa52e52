"""Texts of graphs as tokens, and whether two are equal once names are replaced."""

import re
from collections.abc import Sequence

SYMBOL_KINDS = "zuf|zf|ps|s|u"
"""What names of symbols begin with, as a pattern: `prefix_str` of torch/utils/_sympy/symbol.py."""

# An unclosed quote ends with its line, so that a text of quotes alone is still read once, not once per quote.
_TOKEN = re.compile(r""" '(?:[^'\\\n]|\\.)*'? | "(?:[^"\\\n]|\\.)*"? | %?\w+ | [^\w\s] """, re.VERBOSE)
_GRAPH_NAME = re.compile(r"%(\w+)")
_PARAMETERS = re.compile(r"^[ \t]*def[ \t]+\w+\(([^)\n]*)\)", re.MULTILINE)
_PARAMETER = re.compile(r"(?:^|,)[ \t]*\**(\w+)(?=[ \t]*(?:[:=,]|$))")
# What is written in place is named behind it, `x[0] = y;  setitem = x`: torch/fx/graph.py, `inplace_methods`.
_ASSIGNED = re.compile(r"(?:^|;)[ \t]*(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?:,[ \t]*)?=(?!=)", re.MULTILINE)
_WORD = re.compile(r"\w+")

# A name that may be replaced stands in a list of tokens behind this mark; no longer token begins with it.
NAME = "\0"


def split_words(text: str) -> list[str]:
    """Split a text into names, numbers, quoted texts and single signs, without white space between them."""
    return _TOKEN.findall(text)


def split_graph(text: str) -> list[str]:
    """Split a graph string; nodes are named behind `%`, as a placeholder's target and in `return`."""
    names = set(_GRAPH_NAME.findall(text))
    return [token for line in text.split("\n") for token in _split_graph_line(split_words(line), names)]


def _split_graph_line(line: list[str], names: set[str]) -> list[str]:
    tokens = [NAME + word[1:] if word[0] == "%" and len(word) > 1 else word for word in line]
    if line[:1] == ["return"]:
        return [
            NAME + word if word in names and line[at - 1] != "." else word for at, word in enumerate(tokens)
        ]
    if "placeholder" in line:
        own = line[0].removeprefix("%")
        return [
            NAME + word if word == own and line[at - 1] == "=" else word for at, word in enumerate(tokens)
        ]
    return tokens


def split_code_lines(text: str) -> list[list[str]]:
    """Split generated code; its names are parameters and what it assigns, not attributes and not keywords."""
    names = {name for found in _PARAMETERS.findall(text) for name in _PARAMETER.findall(found)} - {"self"}
    names |= {name for found in _ASSIGNED.findall(text) for name in _WORD.findall(found)}
    return [_split_code_line(split_words(line), names) for line in text.split("\n")]


def split_code(text: str) -> list[str]:
    """Split generated code as a whole."""
    return [token for line in split_code_lines(text) for token in line]


def _split_code_line(line: list[str], names: set[str]) -> list[str]:
    tokens = list(line)
    keywords = _find_keywords(line) if "=" in line[2:] and line[0] != "def" else ()
    for at, word in enumerate(line):
        if word in names and at not in keywords and not (at and line[at - 1] == "."):
            tokens[at] = NAME + word
    return tokens


def _find_keywords(line: list[str]) -> set[int]:
    """Find the places of words that name arguments in brackets, as in `f(x, dim=1)`."""
    found: set[int] = set()
    depth = 0
    for at, word in enumerate(line):
        if word == "=" and depth > 0 and line[at + 1 : at + 2] != ["="]:
            found.add(at - 1)
        depth += (word in "([") - (word in ")]")
    return found


def find_renaming(old: Sequence[str], new: Sequence[str]) -> dict[str, str] | None:
    """Find each old name's new name where one-to-one renaming is all that differs, else return None."""
    forward: dict[str, str] = {}
    backward: dict[str, str] = {}
    if len(old) != len(new):
        return None
    for left, right in zip(old, new, strict=True):
        if not (_is_name(left) and _is_name(right)):
            if left != right:
                return None
        elif forward.setdefault(left, right) != right or backward.setdefault(right, left) != left:
            return None
    return {left[1:]: right[1:] for left, right in forward.items()}


def _is_name(token: str) -> bool:
    return token[0] == NAME and len(token) > 1
