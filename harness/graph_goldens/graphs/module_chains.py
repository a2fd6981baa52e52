"""Chains of modules in a text of provenance, each told in full once.

    %linear: module "" cases.mlp.MLP > layer torch.nn.modules.linear.Linear; source relu relu
    %sin: module ""
    %linear_1: module "" > other torch.nn.modules.linear.Linear
    %relu: module layer

A chain is a path and a class for each module, from the outermost in. Where the first stands without a class,
it is the whole chain down to that path, as it was told last; what follows are modules within it. A chain of
more than `MOST_MODULES` modules or `LONGEST` characters is always told in full, and tells nothing to others.
"""

import re
from collections.abc import Callable

MOST_MODULES = 64
LONGEST = 4096

_WORD = r'(?:"(?:[^"\\\n]|\\.)*"|[^\s",;]+)'
_MODULE = rf"{_WORD}(?: (?!> ){_WORD})?"
_CHAIN = re.compile(rf"(?m)^(%\w+(?:, %\w+)*: module )({_MODULE}(?: > {_MODULE})*)(?=$|;)")
_SPLIT = re.compile(rf"({_WORD})(?: (?!> )({_WORD}))?(?: > |$)")

_Chain = tuple[tuple[str, str], ...]
"""Of each module its path and its class, as they are written; no class where the text has none."""


class ToldModules:
    """The chains that a text has told so far, by the path at their end."""

    def __init__(self) -> None:
        self._told: dict[str, _Chain] = {}

    def read_next(self, words: str) -> str:
        """Read the text's next chain, and return it in full; a path that was never told stays alone."""
        chain = _split(words)
        path, name = chain[0]
        known = () if name else self._told.get(path, chain[:1])
        chain = chain if name else (*known, *chain[1:])
        self._note(chain, len(known))
        return _join(chain)

    def write_next(self, words: str) -> str:
        """Write the text's next chain, given in full: of the part that was told so, the path at its end."""
        chain = _split(words)
        if not _is_short(chain):
            return words
        told = next((n for n in range(len(chain), 0, -1) if self._told.get(chain[n - 1][0]) == chain[:n]), 0)
        self._note(chain, told)
        return _join(((chain[told - 1][0], ""), *chain[told:]) if told else chain)

    def _note(self, chain: _Chain, known: int) -> None:
        for at in range(known, len(chain) if _is_short(chain) else 0):
            self._told[chain[at][0]] = chain[: at + 1]


def tell_modules_once(text: str) -> str:
    """Write a text of provenance with each chain in full once; one that is written so stays as it is."""
    read, written = ToldModules(), ToldModules()
    return _rewrite(text, lambda words: written.write_next(read.read_next(words)))


def tell_modules_in_full(text: str) -> str:
    """Write a text of provenance with each chain in full."""
    return _rewrite(text, ToldModules().read_next)


def _rewrite(text: str, change: Callable[[str], str]) -> str:
    return _CHAIN.sub(lambda match: f"{match[1]}{change(match[2])}", text)


def _is_short(chain: _Chain) -> bool:
    return len(chain) <= MOST_MODULES and sum(len(path) + len(name) for path, name in chain) <= LONGEST


def _split(words: str) -> _Chain:
    if '"' not in words:  # as in most of them, and much sooner
        return tuple((path, name) for path, _, name in (item.partition(" ") for item in words.split(" > ")))
    return tuple((match[1], match[2] or "") for match in _SPLIT.finditer(words))


def _join(chain: _Chain) -> str:
    return " > ".join(f"{path} {name}" if name else path for path, name in chain)
