"""What an error says, apart from what carries it and from how it is printed.

Where an operator fails on fake tensors, Dynamo carries the error on in words of its own, others in every few
releases: `run_node` and `get_fake_value` of torch/_dynamo/utils.py. Until 2.6 the error's message follows the
call, from 2.7 on `got RuntimeError("…")`, from 2.11 on below a first line of the kind of graph break.
"""

import ast
import re
from typing import NamedTuple

from graph_goldens.drift.matching.operators import canonicalise

_CARRIED = (
    re.compile(r"TorchRuntimeError: Failed running \w+ .*?\):\n(?P<message>.*)", re.DOTALL),
    re.compile(
        r"TorchRuntimeError: (?:RuntimeError when making fake tensor call\s+Explanation: )?"
        r"Dynamo failed to run FX node with fake tensors: .*?\): got (?P<type>\w+)\((?P<quoted>.*)\)\s*",
        re.DOTALL,
    ),
)
_TYPED = re.compile(r"([A-Z]\w*): +")
_USERS = re.compile(r" ?\[num_users=\d+\]")  # torch/fx/node.py, Node.format_node
_SOURCE_FILE = re.compile(r"\"(?:[\w.-]+/)*([\w-]+\.(?:cpp|cu|h))\":\d+")  # c10/util/Exception.cpp


class ErrorText(NamedTuple):
    """An error apart from what carries it.

    Attributes:
        carrier: the words of what carries it; empty where it stands for itself.
        type: its type, empty where that is not told.
        message: what it says.
    """

    carrier: str
    type: str
    message: str

    def spell(self, other_type: str = "") -> str:
        """Spell the error as it stands by itself; a type that is not told is taken to be another's."""
        kind = self.type or (other_type if self.carrier else "")
        return f"{kind}: {self.message}" if kind else self.message


def read_error(reason: str) -> ErrorText:
    """Read why a capture ended: the error itself, and the words of what carries it."""
    for carried in _CARRIED:
        if match := carried.fullmatch(reason):
            found = match.groupdict()
            message = found.get("message") or _read_quoted(found.get("quoted", ""))
            start = match.start("message" if "message" in found else "type")
            return ErrorText(reason[:start], found.get("type", ""), message.strip())
    match = _TYPED.match(reason)
    return ErrorText("", match[1], reason[match.end() :]) if match else ErrorText("", "", reason)


def _read_quoted(text: str) -> str:
    """Read the message that an exception prints of itself; as it is where it is no one text."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return found if isinstance(found, str) else text


def drop_print(text: str) -> str:
    """Leave out of an error how nodes and places in PyTorch's own sources are printed."""
    return _SOURCE_FILE.sub(r'"\1"', _USERS.sub("", canonicalise(text)))
