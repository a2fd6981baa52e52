"""Graph strings read into tables of nodes."""

import re
from collections.abc import Container

from harness.graphs.arguments import CLOSING, Argument, Group, Literal, Ref
from harness.graphs.table import HEADER, OUTPUT, Node, Table

_NODE = re.compile(
    r"%(?P<name>\w+) : (?:(?P<annotation>.*?) )?\[num_users=(?P<users>\d+)\] = "
    r"(?P<op>placeholder|get_attr|call_function|call_method|call_module)"
    r"\[target=(?P<target>.*?)\](?P<rest>\(.*\))?"
)
_CALL = re.compile(r"\(args = (?P<args>\(.*\)), kwargs = (?P<kwargs>\{.*\})\)")
_DEFAULT = re.compile(r"\(default=(.*)\)")
_REF = re.compile(r"%(\w+)(?=[,)\]}]|$)")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_PLAIN = re.compile(r"[^,()\[\]{}]+")
_KEY = re.compile(r"((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^:,()\[\]{}]|:(?! ))+): ")
_OPENING = re.compile(r"slice\(|[(\[{]")


class GraphError(ValueError):
    """A text that should be a graph string is not one."""


def read_graph(text: str) -> Table:
    """Read a graph string; `Table.text` prints it again.

    Raises:
        GraphError: the text is not a graph string, or would not be printed as it stands.
    """
    header, *lines = text.split("\n")
    if header != HEADER:
        raise GraphError(f"a graph string begins with {HEADER!r}, not with {header[:80]!r}")
    nodes: list[Node] = []
    names: set[str] = set()
    for number, line in enumerate(lines, start=2):
        node = _read_line(line.strip(), names)
        if node is None or f"    {node.text}" != line:
            raise GraphError(f"line {number} of a graph string is not a node: {line[:80]!r}")
        if node.name in names or (nodes and nodes[-1].op == OUTPUT):
            raise GraphError(f"line {number} of a graph string is out of place: {line[:80]!r}")
        names.add(node.name)
        nodes.append(node)
    return Table(tuple(nodes))


def _read_line(line: str, names: Container[str]) -> Node | None:
    if line == "return" or line.startswith("return "):
        return Node(OUTPUT, OUTPUT, OUTPUT, _Reader(line.removeprefix("return "), names, bare=True).whole())
    match = _NODE.fullmatch(line)
    if match is None:
        return None
    op, rest = match["op"], match["rest"] or ""
    args: Argument = Group("(", ())
    kwargs: Argument = Group("{", ())
    default = None
    if op == "placeholder" and rest:
        found = _DEFAULT.fullmatch(rest)
        default = found[1] if found else None
    elif op.startswith("call_"):
        call = _split_call(rest)
        if call is None:
            return None
        args, kwargs = (_Reader(part, names).whole() for part in call)
    return Node(
        match["name"],
        op,
        match["target"],
        args,
        kwargs,
        match["annotation"] or "",
        default,
        int(match["users"]),
    )


def _split_call(rest: str) -> tuple[str, str] | None:
    """Split at the last `, kwargs = `: positional arguments may hold texts that say anything."""
    match = _CALL.fullmatch(rest)
    return (match["args"], match["kwargs"]) if match else None


class _Reader:
    """Reads an argument's text; where `bare`, names of nodes stand without a mark."""

    def __init__(self, text: str, names: Container[str], *, bare: bool = False) -> None:
        self._text = text
        self._names = names
        self._bare = bare
        self._at = 0

    def whole(self) -> Argument:
        """Read all of the text; what is no such argument is one literal."""
        try:
            argument = self._argument(self._bare)
        except (IndexError, RecursionError):
            return Literal(self._text)
        return argument if self._at == len(self._text) else Literal(self._text)

    def _argument(self, bare: bool) -> Argument:
        text, start = self._text, self._at
        if match := _OPENING.match(text, start):
            self._at = match.end()
            group = self._group(match[0], bare or match[0] == "slice(")
            if self._ends():
                return group
            self._at = start
        elif match := _REF.match(text, start):
            self._at = match.end()
            return Ref(match[1])
        return self._literal(bare)

    def _group(self, opening: str, bare: bool) -> Group:
        items: list[Argument] = []
        keys: list[str] = []
        closing = CLOSING[opening]
        while self._text[self._at] != closing:
            if opening == "{":
                keys.append(self._key())
            items.append(self._argument(bare))
            self._separator(closing)
        self._at += 1
        return Group(opening, tuple(items), tuple(keys))

    def _key(self) -> str:
        match = _KEY.match(self._text, self._at)
        if match is None:
            raise IndexError
        self._at = match.end()
        return match[1]

    def _separator(self, closing: str) -> None:
        if self._text.startswith(", ", self._at):
            self._at += 2
        elif self._text.startswith(f",{closing}", self._at):
            self._at += 1
        elif not self._text.startswith(closing, self._at):
            raise IndexError

    def _literal(self, bare: bool) -> Argument:
        start = self._at
        if match := _QUOTED.match(self._text, start):
            self._at = match.end()
            if self._ends():
                return Literal(match[0])
            self._at = start
        self._skip()
        text = self._text[start : self._at]
        return Ref(text) if bare and text in self._names else Literal(text)

    def _skip(self) -> None:
        """Go to the end of a literal: a separator or a closing bracket that is not its own."""
        depth = 0
        text = self._text
        while self._at < len(text):
            if match := _PLAIN.match(text, self._at):
                self._at = match.end()
                continue
            char = text[self._at]
            if depth == 0 and (char in ")]}" or self._ends()):
                return
            depth += (char in "([{") - (char in ")]}")
            self._at += 1

    def _ends(self) -> bool:
        """Whether an argument may end here."""
        rest = self._text[self._at : self._at + 2]
        return not rest or rest[0] in ")]}" or rest == ", " or rest in (",)", ",]", ",}")
