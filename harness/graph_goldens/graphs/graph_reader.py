"""Graph strings read into tables of nodes."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from graph_goldens.graphs.node_arguments import CLOSING, Argument, Group, Literal, Ref, print_argument
from graph_goldens.graphs.node_table import HEADER, INDENT, NO_KWARGS, OUTPUT, Node, Table, name_output

_START = re.compile(
    r"\[num_users=(?P<users>\d{1,9})\] = "
    r"(?P<op>placeholder|get_attr|call_function|call_method|call_module)\[target="
)
_NAME = re.compile(r"%(\S+) : ")
_REF = re.compile(r"%(\w+)(?=[,)\]}]|$)")
_ODD_REF = re.compile(r"%([^\s,()\[\]{}]+)(?=[,)\]}]|$)")
_BEGINS = re.compile(rf"{INDENT}(?:%\S+ : .*\[num_users=|return(?: |$))")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_PLAIN = re.compile(r"[^,()\[\]{}]+")
_PLAIN_KEY = re.compile(r"(?:[^:,()\[\]{}]|:(?! ))+")
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = re.compile(r"slice\(|[(\[{]")
_ASKS_NAMES = re.compile(r"slice\(|%[^\s,()\[\]{}]*[^\w\s,()\[\]{}]")
"""What is read by the names of nodes before it: parts of a slice, names of other than plain letters."""
_MOST_KEPT = 64
_LONGEST_KEPT = 100_000
_MOST_LINES_KEPT = 1 << 14
_LONGEST_LINE_KEPT = 1_000
_DEEPEST = 32  # what nests deeper is a literal: reading takes at most this many passes over a text


class GraphError(ValueError):
    """A text that should be a graph string is not one."""


def read_graph(text: str) -> Table:
    """Read a graph string; `Table.text` prints it again.

    The last ones are kept: what a version has is read as the newer of two, and then as the older.

    Raises:
        GraphError: the text is not a graph string, or printing its table would not reproduce it.
    """
    return _read_kept(text) if len(text) < _LONGEST_KEPT else _read_anew(text)


def _read_anew(text: str) -> Table:
    header, *lines = text.split("\n")
    if header != HEADER:
        raise GraphError(f"a graph string begins with {HEADER!r}, not with {header[:80]!r}")
    nodes: list[Node] = []
    names: set[str] = set()
    for number, line in _whole_lines(lines):
        node = _read_line(line.removeprefix(INDENT), names) if line.startswith(INDENT) else None
        if node is None:
            raise GraphError(f"line {number} of a graph string is not a node: {line[:80]!r}")
        if node.name in names or (nodes and nodes[-1].op == OUTPUT):
            raise GraphError(f"line {number} of a graph string is out of place: {line[:80]!r}")
        names.add(node.name)
        nodes.append(node)
    return Table(tuple(nodes))


_read_kept = lru_cache(maxsize=_MOST_KEPT)(_read_anew)


def _whole_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the nodes' lines with their numbers; a text among the arguments may hold line ends of its own.

    A line that begins as no node does goes on where the one before it ended.
    """
    whole: list[str] = []
    first = 2
    for number, line in enumerate(lines, start=2):
        if whole and _BEGINS.match(line):
            yield first, "\n".join(whole)
            whole, first = [], number
        whole.append(line)
    if whole:
        yield first, "\n".join(whole)


def _read_line(line: str, names: Container[str]) -> Node | None:
    """Read a node's line; None where it is none, or would be printed otherwise."""
    if line == "return" or line.startswith("return "):
        returned = _Reader(line.removeprefix("return "), names, bare=True).read_whole()
        node = Node(name_output(names), OUTPUT, OUTPUT, returned)
        return node if node.text == line else None
    if len(line) > _LONGEST_LINE_KEPT or _ASKS_NAMES.search(line):
        return _read_node(line, names)
    return _read_kept_line(line)


def _read_node(line: str, names: Container[str]) -> Node | None:
    name = _NAME.match(line)
    at = line.find("[num_users=")
    start = _START.match(line, at) if at > 0 else None
    if name is None or start is None:
        return None
    parts = _split(start["op"], line[start.end() :])
    if parts is None:
        return None
    args = _Reader(parts.args, names).read_whole()
    kwargs = NO_KWARGS if parts.kwargs == "{}" else _Reader(parts.kwargs, names).read_whole()
    annotation = line[name.end() : at].removesuffix(" ")
    users = int(start["users"])
    node = Node(name[1], start["op"], parts.target, args, kwargs, annotation, parts.default, users)
    return node if node.print_with(parts.args, parts.kwargs) == line else None  # arguments print as they were


@lru_cache(maxsize=_MOST_LINES_KEPT)
def _read_kept_line(line: str) -> Node | None:
    """Read a line that says the same in every graph: most lines stand in many, of versions and paths."""
    return _read_node(line, ())


@dataclass(frozen=True)
class _Parts:
    """What stands behind a node's operation."""

    target: str
    args: str = "()"
    kwargs: str = "{}"
    default: str | None = None


def _split(op: str, text: str) -> _Parts | None:
    """Split at the first `](` and the last `, kwargs = `: an argument may be a text that says anything."""
    if op.startswith("call_"):
        target, call, rest = text.partition("](args = ")
        args, keywords, kwargs = rest.rpartition(", kwargs = ")
        whole = call and keywords and text.endswith(")")
        return _Parts(target, args, kwargs[:-1]) if whole else None
    target, given, default = text.partition("](default=")
    if op == "placeholder" and given:
        return _Parts(target, default=default[:-1]) if default.endswith(")") else None
    return _Parts(text[:-1]) if text.endswith("]") else None


class _Reader:
    """Reads an argument's text; where `bare`, names of nodes stand without a mark."""

    def __init__(self, text: str, names: Container[str], *, bare: bool = False) -> None:
        self._text = text
        self._names = names
        self._bare = bare
        self._at = 0
        self._depth = 0

    def read_whole(self) -> Argument:
        """Read all of the text; what is no such argument is one literal."""
        argument = self._read_argument(self._bare)
        mark = "" if self._bare else "%"
        whole = self._at == len(self._text) and print_argument(argument, mark) == self._text
        return argument if whole else Literal(self._text)

    def _read_argument(self, bare: bool) -> Argument:
        text, start = self._text, self._at
        if match := _OPENING.match(text, start):
            self._at = match.end()
            group = self._read_group(match[0], bare or match[0] == "slice(")
            if group is not None and self._is_at_end():
                return group
            self._at = start
        elif match := self._reference(start):
            self._at = match.end()
            return Ref(match[1])
        return self._read_literal(bare)

    def _reference(self, start: int) -> re.Match[str] | None:
        """Match a reference: by a plain name, or by one of other letters that a node before it has."""
        odd = _ODD_REF.match(self._text, start)
        return odd if odd and odd[1] in self._names else _REF.match(self._text, start)

    def _read_group(self, opening: str, bare: bool) -> Group | None:
        """Read the items of a group and its end; None where it is no group."""
        if self._depth == _DEEPEST:
            return None
        self._depth += 1
        group = self._read_items(opening, bare)
        self._depth -= 1
        return group

    def _read_items(self, opening: str, bare: bool) -> Group | None:
        items: list[Argument] = []
        keys: list[str] = []
        closing = CLOSING[opening]
        while not self._text.startswith(closing, self._at):
            key = self._read_key() if opening == "{" else ""
            if key is None:
                return None
            keys.append(key)
            items.append(self._read_argument(bare))
            if not self._skip_separator(closing):
                return None
        if self._text.startswith(",", self._at - 1) != (opening == "(" and len(items) == 1):
            return None  # `(1+2j)` is a number in brackets, no tuple
        self._at += 1
        return Group(opening, tuple(items), tuple(keys) if opening == "{" else ())

    def _read_key(self) -> str | None:
        for pattern in (_QUOTED, _PLAIN_KEY):
            match = pattern.match(self._text, self._at)
            if match and self._text.startswith(": ", match.end()):
                self._at = match.end() + 2
                return match[0]
        return None

    def _skip_separator(self, closing: str) -> bool:
        """Go to the next item, or to the end; a comma may stand before that."""
        for separator in (", ", f",{closing}"):
            if self._text.startswith(separator, self._at):
                self._at += len(separator) - (separator != ", ")
                return True
        return self._text.startswith(closing, self._at)

    def _read_literal(self, bare: bool) -> Argument:
        start = self._at
        if match := _QUOTED.match(self._text, start):
            self._at = match.end()
            if self._is_at_end():
                return Literal(match[0])
            self._at = start
        self._skip()
        text = self._text[start : self._at]
        return Ref(text) if bare and text in self._names else Literal(text)

    def _skip(self) -> None:
        """Go to the end of a literal: a separator or a closing bracket that is not its own."""
        text = self._text
        while self._at < len(text):
            if match := _PLAIN.match(text, self._at):
                self._at = match.end()
            elif text[self._at] in "([{":
                self._at = self._closings.get(self._at, len(text))
            elif self._is_at_end():
                return
            else:
                self._at += 1

    @cached_property
    def _closings(self) -> Mapping[int, int]:
        """For each opening bracket that is closed, by whichever bracket, the place behind that."""
        found: dict[int, int] = {}
        opened: list[int] = []
        for match in _BRACKET.finditer(self._text):
            if match[0] in "([{":
                opened.append(match.start())
            elif opened:
                found[opened.pop()] = match.end()
        return found

    def _is_at_end(self) -> bool:
        """Whether an argument may end here."""
        rest = self._text[self._at : self._at + 2]
        return not rest or rest[0] in ")]}" or rest == ", " or rest in (",)", ",]", ",}")
