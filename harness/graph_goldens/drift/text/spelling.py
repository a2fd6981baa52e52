"""Whether two texts say the same once nodes and symbols are renamed.

Which node is which is known when texts are compared; which symbol is which is learnt on the way: the first
place where one symbol stands for another binds the two, one to one, over the whole record.
"""

import re
from collections.abc import Collection, Container, Mapping

from graph_goldens.drift.text.size_expressions import holds_expression, rewrite_sizes
from graph_goldens.drift.text.tokens import SYMBOL_KINDS, split_words

_SYMBOL = re.compile(rf"({SYMBOL_KINDS})\d+")
_WORD = re.compile(r"\w+")
SYMBOL_FORM = re.compile(rf"\b(?:{SYMBOL_KINDS})\d+\b")
_MESSAGE = re.compile(r"\bexpression\b")
_LOOSE_SPACE = re.compile(r"\s+(?!\w)|(?<!\w)\s+")


class Symbols:
    """Which symbol of the golden is which of the record.

    Args:
        old: the words that are symbols in the golden; None where that is not recorded, and their form
            decides.
        new: the same of the record.
        shown: where symbols are not recorded, the words of both that values show to be symbols.
    """

    def __init__(
        self,
        old: Collection[str] | None = None,
        new: Collection[str] | None = None,
        shown: Collection[str] = (),
    ) -> None:
        self._known = old, new
        self._shown = frozenset(shown)
        self._forward: dict[str, str] = {}
        self._backward: dict[str, str] = {}

    @property
    def renamed(self) -> dict[str, str]:
        """The symbols that have another name now."""
        return {old: new for old, new in self._forward.items() if old != new}

    def is_same(self, old: str, new: str, names: Mapping[str, str]) -> bool:
        """Whether two texts are equal under the names; if so, the symbols in them are bound.

        Args:
            old: a text of the golden.
            new: a text of the record.
            names: new names of nodes by their old ones.
        """
        if old == new and "%" not in old and not _SYMBOL.search(old):
            return True
        return self._match(split_words(old), split_words(new), names) or self._match_rewritten(
            old, new, names
        )

    def is_same_literal(self, old: str, new: str, names: Mapping[str, str]) -> bool:
        """Whether two literals of a graph string say the same.

        The string prints texts without quotes. Where symbols are not recorded, what looks like one and is
        none that values show is a text, as in `einsum("s1,s2->s1", …)`, but for messages of assertions,
        which name symbols.
        """
        open_words = self._known[0] is None and not _MESSAGE.search(old) and not names
        if open_words and not self._shown.issuperset(SYMBOL_FORM.findall(f"{old} {new}")):
            return old == new
        return self.is_same(old, new, names)

    def _is_symbol(self, word: str, side: int) -> bool:
        known = self._known[side]
        return _SYMBOL.fullmatch(word) is not None and (known is None or word in known)

    def _is_told(self, word: str) -> bool:
        """Whether the golden tells that a word is a symbol; a node of the same name stands behind `%`."""
        return self._known[0] is not None and word[0] != "%"

    def _match(self, old: list[str], new: list[str], names: Mapping[str, str]) -> bool:
        if len(old) != len(new):
            return False
        found: dict[str, str] = {}
        for left, right in zip(old, new, strict=True):
            bare = left.removeprefix("%")
            if self._is_symbol(bare, 0) and (bare not in names or self._is_told(left)):
                if not self._fits(bare, right, found):
                    return False
            elif not self._is_same_named(left, right, names, found):
                return False
        self._bind(found)
        return True

    def _is_same_named(self, old: str, new: str, names: Mapping[str, str], found: dict[str, str]) -> bool:
        if old[0] == "%":
            return new == f"%{names.get(old[1:], old[1:])}"
        if old == new or names.get(old) == new:
            return True
        quoted = old[0] in "'\"" and new[0] in "'\""
        return quoted and self._match_quoted(old, new, names, found)

    def _match_quoted(self, old: str, new: str, names: Mapping[str, str], found: dict[str, str]) -> bool:
        """Look into a quoted text, such as an assertion's message that names a node.

        A single word in quotes is what it is, unless it is a node: `'u8'` is a text, and so is a key `'s1'`.
        """
        left, right = split_words(_unquote(old)), split_words(_unquote(new))
        if len(left) == len(right) == 1:
            return names.get(left[0]) == right[0]
        alike = len(left) == len(right) and _WORD.sub("", old) == _WORD.sub("", new)
        return alike and all(self._is_same_word(a, b, names, found) for a, b in zip(left, right, strict=True))

    def _is_same_word(self, old: str, new: str, names: Mapping[str, str], found: dict[str, str]) -> bool:
        if old == new or names.get(_unquote(old)) == _unquote(new):
            return True
        return self._is_symbol(old, 0) and self._fits(old, new, found)

    def _fits(self, old: str, new: str, found: dict[str, str]) -> bool:
        match = _SYMBOL.fullmatch(new)
        kind = _SYMBOL.fullmatch(old)
        if match is None or kind is None or match[1] != kind[1] or not self._is_symbol(new, 1):
            return False
        known = found.get(old, self._forward.get(old, new))
        taken = self._backward.get(new, old)
        found[old] = new
        return known == new and taken == old and list(found.values()).count(new) == 1

    def _bind(self, found: Mapping[str, str]) -> None:
        for old, new in found.items():
            self._forward[old] = new
            self._backward[new] = old

    def _match_rewritten(self, old: str, new: str, names: Mapping[str, str]) -> bool:
        """Try again with sizes written in one form, for symbols that are all known."""
        if not holds_expression(old) and not holds_expression(new):
            return False
        renamed = re.sub(r"\w+", lambda match: self._forward.get(match[0], match[0]), old)
        return self._match_known(rewrite_sizes(renamed), rewrite_sizes(new), names)

    def _match_known(self, old: str, new: str, names: Mapping[str, str]) -> bool:
        left, right = split_words(old), split_words(new)
        return len(left) == len(right) and all(
            a == b or names.get(a.removeprefix("%")) == b.removeprefix("%")
            for a, b in zip(left, right, strict=True)
        )


def _unquote(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def spell_outline(text: str, names: Container[str] = ()) -> str:
    """Strip names, symbols, quotes and white space from a text: equal where `Symbols.is_same` may hold."""
    text = re.sub(r"\w+", lambda match: _mask_word(match[0], names), re.sub(r"['\"]", "", text))
    return _LOOSE_SPACE.sub("", rewrite_sizes(text))


def _mask_word(word: str, names: Container[str]) -> str:
    return "?" if word in names else _SYMBOL.sub(r"\g<1>0", word)
