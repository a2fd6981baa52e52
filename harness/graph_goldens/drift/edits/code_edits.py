"""What generated code says that the graph string does not: whether a literal is a text, and types of inputs.

Where the graph strings of two graphs say the same, their code can differ by layout, by local names and by how
it is printed, which are spelling. Any other difference is in what the code does.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail, Edit
from graph_goldens.drift.edits.generated_code import (
    PRINTED_TYPE,
    Line,
    list_parameters,
    list_written_lines,
    read_code,
)
from graph_goldens.drift.text.tokens import NAME, find_renaming, split_words
from graph_goldens.drift.text.wording import contrast
from graph_goldens.words import join_some

_LITERAL = re.compile(r"['\"].*|-?\d[\w.]*|None|True|False", re.DOTALL)
_TYPES = re.compile(r"torch\.[\w.]+|\bint\b|\bfloat\b|\bbool\b|\bstr\b")
_HEAD = re.compile(r"\s*def ")


@dataclass(frozen=True)
class Names:
    """What has another name in the record than in the golden: new names by old ones.

    Attributes:
        nodes: the graph's nodes.
        bodies: the attributes that hold the graphs of its operators.
        symbols: the symbols.
    """

    nodes: Mapping[str, str]
    bodies: Mapping[str, str]
    symbols: Mapping[str, str]


class _WrittenLine(NamedTuple):
    """A line of code as it is written, and as it is read."""

    text: str
    words: Line


def find_code_edits(old: str, new: str, where: str, names: Names, *, moved: bool) -> Iterator[Edit]:
    """Find the edits of code whose graphs differ at most by names and order.

    Args:
        old: the golden's code.
        new: the record's code.
        where: the artifact's name.
        names: what has another name now.
        moved: whether nodes stand in another order, as the code's lines then do.
    """
    left, right = read_code(old), read_code(new)
    messages = {word for line in right for word in line if _is_message(word)}
    said = [_rename_line(line, names, messages) for line in left]
    if Counter(said) != Counter(right):
        if find_renaming(_flatten(left), _flatten(right)) is None:
            yield from _find_line_edits(
                _find_missing(old, said, right), _find_missing(new, right, said), where
            )
    elif said != right and not moved:
        sentence = "the code's lines stand in another order, the graph's nodes do not"
        yield Edit(DriftClass.OPERATORS, where, sentence, pattern="order of the code's lines")
    else:
        yield from _find_spelling_edits(old, new, where, names.nodes)


def _rename_line(line: Line, names: Names, messages: Container[str]) -> Line:
    """Rewrite a line of the golden with the record's names."""
    renamed = [_rename_word(word, names, messages) for word in line]
    for at in range(2, len(line)) if "self" in line else ():
        if line[at - 2 : at] == ("self", "."):
            renamed[at] = names.bodies.get(line[at], line[at])
    return tuple(renamed)


def _rename_word(word: str, names: Names, messages: Container[str]) -> str:
    if word.startswith(NAME):
        name = word.removeprefix(NAME)
        return NAME + names.nodes.get(name, name)
    if _is_message(word):
        message = re.sub(
            r"\w+", lambda match: names.nodes.get(match[0]) or names.symbols.get(match[0], match[0]), word
        )
        return message if message in messages else word
    return names.symbols.get(word, word)


def _is_message(word: str) -> bool:
    """Whether a word is a quoted text that may name nodes and symbols, as they once were called."""
    return word[:1] in ("'", '"') and " " in word


def _flatten(lines: Sequence[Line]) -> list[str]:
    return [word for line in lines for word in (*line, "\n")]


def _find_missing(code: str, lines: Sequence[Line], others: Sequence[Line]) -> list[_WrittenLine]:
    """List the lines that the other code lacks, each as often as it lacks it."""
    left = Counter(others)
    missing = []
    for text, line in zip(list_written_lines(code), lines, strict=True):
        left[line] -= 1
        if left[line] < 0:
            missing.append(_WrittenLine(text, line))
    return missing


def _find_spelling_edits(old: str, new: str, where: str, names: Mapping[str, str]) -> Iterator[Edit]:
    """Say how codes differ that do the same, beyond what the graph's edits say."""
    before, after = [names.get(name, name) for name in list_parameters(old)], list_parameters(new)
    if split_words(old) == split_words(new):
        yield Edit(DriftClass.SPELLING, where, "only white space differs", pattern="white space")
    elif before != after:
        shown = join_some([f"`{a}` → `{b}`" for a, b in zip(before, after, strict=False) if a != b])
        sentence = f"parameters of the code: {shown}"
        exchanged = any(name in before and before.index(name) != at for at, name in enumerate(after))
        kind = DriftClass.INTERFACE if exchanged else DriftClass.RENAMED
        yield Edit(kind, where, sentence, pattern="other names of the code's parameters")
    elif bool(PRINTED_TYPE.search(old)) != bool(PRINTED_TYPE.search(new)):
        sentence = f"types are printed otherwise: {_spell_change(_list_heads(old), _list_heads(new))}"
        yield Edit(DriftClass.SPELLING, where, sentence, pattern="printed types")


def _list_heads(code: str) -> list[str]:
    return [line for line in list_written_lines(code) if _HEAD.match(line)]


def _find_line_edits(gone: list[_WrittenLine], come: list[_WrittenLine], where: str) -> Iterator[Edit]:
    old_head, new_head = ([line.text for line in lines if _HEAD.match(line.text)] for lines in (gone, come))
    if old_head or new_head:
        kinds = (", ".join(_TYPES.findall(" ".join(head))) for head in (old_head, new_head))
        sentence = f"types of inputs: {_spell_change(old_head, new_head)}"
        yield Edit(DriftClass.INTERFACE, where, sentence, pattern=f"types of inputs: {' → '.join(kinds)}")
    bodies = [[line for line in lines if not _HEAD.match(line.text)] for lines in (gone, come)]
    old_body, new_body = ([line.text for line in body] for body in bodies)
    if old_body or new_body:
        sentence = f"the code says {_spell_change(old_body, new_body)}"
        detail = Detail.LITERALS if _drop_literals(old_body) == _drop_literals(new_body) else None
        pattern = " → ".join(_drop_names(body) or "nothing" for body in bodies)
        yield Edit(DriftClass.OPERATORS, where, sentence, detail, f"the code says {pattern}")


def _drop_names(lines: Sequence[_WrittenLine]) -> str:
    """Spell what lines say without names, which differ from program to program."""
    return "; ".join(
        " ".join("%" if word.startswith(NAME) else word for word in line.words) for line in lines
    )


def _spell_change(old: Sequence[str], new: Sequence[str]) -> str:
    left, right = contrast("\n".join(old), "\n".join(new))
    return " → ".join(f"`{text}`" if text else "nothing" for text in (left, right))


def _drop_literals(lines: Sequence[str]) -> list[list[str]]:
    """Split lines into words and blank their literals."""
    return [["" if _LITERAL.fullmatch(word) else word for word in split_words(line)] for line in lines]
