"""What generated code says that the graph string does not: whether a literal is a text, and which.

Where the graph strings of two graphs say the same, their code can differ by layout, by local names and by the
spelling of operators, which are spelling; and by literals, which are not.
"""

import re
from collections.abc import Iterator, Mapping

from harness.drift.classes import DriftClass
from harness.drift.drift import Detail, Edit
from harness.drift.lines import changed_blocks
from harness.drift.operators import canonical
from harness.drift.spelling import Symbols
from harness.drift.tokens import code_tokens, renaming, words
from harness.drift.wording import contrast, short, text_words

_LITERAL = re.compile(r"['\"].*|-?\d[\w.]*|None|True|False", re.DOTALL)
_TARGET = re.compile(r"torch\.[\w.]+")
_HEAD = re.compile(r"\s*def ")


def code_edits(old: str, new: str, where: str, names: Mapping[str, str], symbols: Symbols) -> Iterator[Edit]:
    """Give the edits of code whose graphs differ at most by names and order."""
    old, new = canonical(old), canonical(new)
    if symbols.same(old, new, names):
        if words(old) == words(new):
            yield Edit(DriftClass.SPELLING, where, "white space, or printed names", pattern="white space")
        return
    left, right = _lines(old, names), _lines(new, {})
    if sorted(left) == sorted(right) or _renamed(old, new):
        return
    blocks = changed_blocks(left, right)
    gone = [line for block in blocks for line in old.split("\n")[block.old_start : block.old_end]]
    come = [line for block in blocks for line in new.split("\n")[block.new_start : block.new_end]]
    (old_head, gone), (new_head, come) = _split_head(gone), _split_head(come)
    if _targets(old_head) != _targets(new_head):
        yield _annotated(old_head, new_head, where)
    elif not gone and not come:
        yield _spelt(old_head, new_head, where)
    if gone or come:
        yield _body_edit(gone, come, where, names, symbols)


def _split_head(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split off the lines that define a function."""
    head = [line for line in lines if _HEAD.match(line)]
    return head, [line for line in lines if line not in head]


def _body_edit(
    old: list[str], new: list[str], where: str, names: Mapping[str, str], symbols: Symbols
) -> Edit:
    if _said(old, symbols, names) == _said(new, symbols, {}):
        return _spelt(old, new, where)
    change = _change(old, new)
    detail = Detail.LITERALS if _targets(old) == _targets(new) else None
    return Edit(DriftClass.OPERATORS, where, change, detail, pattern=text_words(change))


def _change(old: list[str], new: list[str]) -> str:
    left, right = contrast("\n".join(old), "\n".join(new))
    return f"{short(left)} → {short(right)}"


def _spelt(old: list[str], new: list[str], where: str) -> Edit:
    return Edit(
        DriftClass.SPELLING, where, f"spelt otherwise: {_change(old, new)}", pattern="spelt otherwise"
    )


def _annotated(old: list[str], new: list[str], where: str) -> Edit:
    """Say which types inputs are annotated with."""
    words = f"types of inputs: {_change(old, new)}"
    pattern = f"types of inputs: {', '.join(_targets(old))} → {', '.join(_targets(new))}"
    return Edit(DriftClass.INTERFACE, where, words, pattern=pattern)


def _lines(text: str, names: Mapping[str, str]) -> list[str]:
    return [" ".join(names.get(word, word) for word in words(line)) for line in text.split("\n")]


def _renamed(old: str, new: str) -> bool:
    return renaming(code_tokens(old), code_tokens(new)) is not None


def _said(lines: list[str], symbols: Symbols, names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Give the literals and the operators that lines name, in no order."""
    known = {**names, **symbols.renamed}
    found = (known.get(word, word) for line in lines for word in words(line))
    return sorted(word for word in found if _LITERAL.fullmatch(word)), _targets(lines)


def _targets(lines: list[str]) -> list[str]:
    return sorted(target for line in lines for target in _TARGET.findall(line))
