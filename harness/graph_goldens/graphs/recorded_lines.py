"""What a record says of a graph beside its code: the constants that it holds, and where its nodes come from.

    self.table : int64[2, 40] cpu digest 5f70bf18a0860070
    %linear, %relu: module "" cases.mlp.MLP > layer torch.nn.modules.linear.Linear; source relu relu

`capture/tracing` writes both; each line that is none of these is a part of the one before it.
"""

import re
from collections.abc import Mapping

from graph_goldens.graphs.module_chains import tell_modules_in_full

_CONSTANT = re.compile(r"(?:\A|\n)self\.(\S+) : ")
_NODES = re.compile(r"(%\w+(?:, %\w+)*): (.+)")
_PART = re.compile(r"(?:\A|; )(module|source|torch_fn|custom|recompute) (?=\S)")


def read_constants(text: str) -> dict[str, str]:
    """Read a `constants` artifact: what is told of each tensor or object, by its name in the graph."""
    found = list(_CONSTANT.finditer(text))
    ends = [*(match.start() for match in found[1:]), *([len(text)] if found else [])]
    return {match[1]: text[match.end() : end] for match, end in zip(found, ends, strict=True)}


def read_provenance(text: str) -> dict[str, Mapping[str, str]]:
    """Read a `provenance` artifact: for each node, by its name, where it comes from, by kind of origin.

    A chain of modules is given in full, whichever part of it was told before.
    """
    found: dict[str, Mapping[str, str]] = {}
    for line in tell_modules_in_full(text).splitlines():
        if match := _NODES.fullmatch(line):
            parts = _read_parts(match[2])
            found |= {name.strip().removeprefix("%"): parts for name in match[1].split(",")}
    return found


def _read_parts(text: str) -> Mapping[str, str]:
    found = list(_PART.finditer(text))
    ends = [*(match.start() for match in found[1:]), *([len(text)] if found else [])]
    return {match[1]: text[match.end() : end] for match, end in zip(found, ends, strict=True)}
