"""Chains of modules in a text of provenance, each told in full once.

    %linear: module "" cases.mlp.MLP > layer torch.nn.modules.linear.Linear; source relu relu
    %sin: module ""
    %linear_1: module "" > other torch.nn.modules.linear.Linear
    %relu: module layer

A chain is a path and a class for each module, from the outermost in. Where the first stands without a class,
it is the whole chain down to that path, as it was told last; what follows are modules within it. A chain of
more than `DEEPEST` modules is always told in full.
"""

import re
from collections.abc import Callable

DEEPEST = 64

WORD = r'(?:"(?:[^"\\\n]|\\.)*"|[^\s",;]+)'
"""A word of a text of provenance: a JSON text where it could be taken for something else."""

_MODULE = rf"{WORD}(?: (?!> ){WORD})?"
_CHAIN = re.compile(rf"(?m)^(%\w+(?:, %\w+)*: module )({_MODULE}(?: > {_MODULE})*)(?=$|;)")
_SPLIT = re.compile(rf"({WORD})(?: (?!> )({WORD}))?(?: > |$)")

_Chain = tuple[tuple[str, str], ...]
"""Of each module its path and its class, as they are written; no class where the text has none."""


class ToldModules:
    """The chains that a text has told so far, by the path at their end."""

    def __init__(self) -> None:
        self._told: dict[str, _Chain] = {}

    def read(self, words: str) -> str:
        """Read a chain as it is written, and return it in full; a path that was never told stays alone."""
        told = _split(words)
        path, name = told[0]
        outer = () if name else self._told.get(path, told[:1])
        chain = (*outer, *told[0 if name else 1 :])
        self._tell(chain, len(outer))
        return _join(chain)

    def write(self, words: str) -> str:
        """Write a chain that is given in full: for the part that was told as it is, the path at its end."""
        chain = _split(words)
        if len(chain) > DEEPEST:
            return words
        told = next((n for n in range(len(chain), 0, -1) if self._told.get(chain[n - 1][0]) == chain[:n]), 0)
        self._tell(chain, told)
        return _join(((chain[told - 1][0], ""), *chain[told:]) if told else chain)

    def _tell(self, chain: _Chain, known: int) -> None:
        for at in range(known, len(chain) if len(chain) <= DEEPEST else 0):
            self._told[chain[at][0]] = chain[: at + 1]


def tell_modules_once(text: str) -> str:
    """Write a text of provenance with each chain in full once; one that is written so stays as it is."""
    read, written = ToldModules(), ToldModules()
    return _rewrite(text, lambda words: written.write(read.read(words)))


def tell_modules_in_full(text: str) -> str:
    """Write a text of provenance with each chain in full."""
    return _rewrite(text, ToldModules().read)


def _rewrite(text: str, change: Callable[[str], str]) -> str:
    return _CHAIN.sub(lambda match: f"{match[1]}{change(match[2])}", text)


def _split(words: str) -> _Chain:
    if '"' not in words:  # which is most of them, and much sooner
        return tuple((path, name) for path, _, name in (item.partition(" ") for item in words.split(" > ")))
    return tuple((match[1], match[2] or "") for match in _SPLIT.finditer(words))


def _join(chain: _Chain) -> str:
    return " > ".join(f"{path} {name}" if name else path for path, name in chain)
