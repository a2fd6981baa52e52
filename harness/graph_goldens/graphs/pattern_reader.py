"""Patterns over graphs, read from text.

pattern    = link { "->" link }  |  item { "|" item }
link       = item [ "..." ]  |  "..."
item       = "%" name [ ":" item ]  |  "(" pattern ")"  |  node
node       = name [ "(" [ argument { "," argument } ] ")"  |  "{" value { "," value } "}" ] [ conditions ]
argument   = [ name "=" ] value
value      = pattern, of which an item may also be a number, 'a text' or "[" values [ "..." ] "]"
conditions = "[" condition { "," condition } "]"
condition  = "users" sign number  |  ( "dtype" | "target" ) "=" name
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from graph_goldens.graphs.patterns import (
    AnyOf,
    Anything,
    Captured,
    Chain,
    Condition,
    ListValue,
    NodePattern,
    NumberValue,
    Pattern,
    ReadPattern,
    Repeated,
    TextValue,
    list_parts,
)

T = TypeVar("T")

_TOKEN = re.compile(
    r"""(?P<capture>%\w+)
    |(?P<number>-?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|inf\b))
    |(?P<name>[A-Za-z_*?][\w*?]*(?:\.[\w*?]+)*)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<sign>->|\.\.\.|>=|<=|[(){}\[\],|=:<>])
    |(?P<blank>\s+)""",
    re.VERBOSE,
)
_SIGNS = ("=", ">", "<", ">=", "<=")
_ABOUT = ("users", "dtype", "target")
_DEEPEST = 50


class PatternError(ValueError):
    """A text is no pattern.

    Attributes:
        column: where, from 1.
    """

    def __init__(self, text: str, column: int, problem: str) -> None:
        super().__init__(f"column {column} of the pattern `{text}`: {problem}")
        self.column = column


@lru_cache(maxsize=1024)
def read_pattern(text: str) -> ReadPattern:
    """Read a pattern.

    Raises:
        PatternError: the text is none; it says where and why.
    """
    return ReadPattern(text, _PatternReader(text).read_whole())


@dataclass(frozen=True)
class _Token:
    """A piece of a pattern: what kind it is, its text, and where it begins, from 0."""

    kind: str
    text: str
    at: int

    @property
    def shown(self) -> str:
        return f"`{self.text}`" if self.text else "the end"


def _split_tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            quote = "a text begins here that does not end" if text[at] in "'\"" else "is not understood"
            raise PatternError(text, at + 1, quote if text[at] in "'\"" else f"`{text[at]}` {quote}")
        at = match.end()
        if match.lastgroup and match.lastgroup != "blank":
            yield _Token(match.lastgroup, match[0], match.start())
    yield _Token("end", "", len(text))


class _PatternReader:
    """Reads a pattern's text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_split_tokens(text))
        self._at = 0
        self._depth = 0

    def read_whole(self) -> Pattern:
        """Read all of the text."""
        start = self._token
        pattern = self._read_pattern()
        if self._token.text == ")":
            self._fail("no `(` belongs to this `)`")
        if self._token.kind != "end":
            self._fail(f"`->` or `|` is expected before {self._token.shown}")
        if isinstance(pattern, Chain) and isinstance(pattern.links[-1], Repeated):
            self._fail("`...` stands between two operators; say what it leads to")
        if not _may_be_node(pattern):
            self._fail("a pattern ends at a node, and this is a value", start)
        return pattern

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _fail(self, problem: str, token: _Token | None = None) -> None:
        raise PatternError(self._text, (token or self._token).at + 1, problem)

    def _take(self, text: str) -> bool:
        """Go past a sign where it stands here."""
        if self._token.kind != "sign" or self._token.text != text:
            return False
        self._at += 1
        return True

    def _demand(self, text: str, why: str) -> None:
        if not self._take(text):
            self._fail(f"`{text}` is expected {why}, not {self._token.shown}")

    def _read_pattern(self, *, valued: bool = False) -> Pattern:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(f"it nests more than {_DEEPEST} deep")
        first = self._read_link(valued)
        found = self._read_chain(first) if self._token.text == "->" else self._read_choice(first, valued)
        self._depth -= 1
        return found

    def _read_chain(self, first: "Pattern | Repeated") -> Pattern:
        links = [first]
        if isinstance(first, Repeated):
            self._fail("`...` stands between two operators; say where it begins")
        if not _may_be_node(first):
            self._fail("only a node can be an argument of what follows; write a value into its `{…}`")
        while self._take("->"):
            start = self._token
            link = self._read_link(valued=False)
            if isinstance(link, Repeated) and isinstance(links[-1], Repeated):
                self._fail("one `...` after another", start)
            links.append(link)
        if self._token.text == "|":
            self._fail("put brackets round what is to be chosen from: `a -> (b | c)` or `(a -> b) | c`")
        return Chain(tuple(links))

    def _read_choice(self, first: "Pattern | Repeated", valued: bool) -> Pattern:
        if isinstance(first, Repeated):
            self._fail("`...` stands between two operators, as in `a -> ... -> b`")
            raise AssertionError
        options = [first]
        while self._take("|"):
            options.append(self._read_item(valued))
        if self._token.text == "->" and len(options) > 1:
            self._fail("put brackets round what is to be chosen from: `(a | b) -> c` or `a | (b -> c)`")
        return AnyOf(tuple(options)) if len(options) > 1 else first

    def _read_link(self, valued: bool) -> "Pattern | Repeated":
        start = self._token
        if self._take("..."):
            return Repeated()
        item = self._read_item(valued)
        if not self._take("..."):
            return item
        if any(isinstance(part, Captured) for part in list_parts(item)):
            self._fail("what is repeated has no name: it would mean several nodes", start)
        if not _may_be_node(item):
            self._fail("only nodes can be repeated", start)
        return Repeated(item)

    def _read_item(self, valued: bool) -> Pattern:
        token = self._token
        match token.kind, token.text:
            case "capture", _:
                return self._read_captured(valued)
            case "name", _:
                return self._read_node()
            case "sign", "(":
                self._at += 1
                inner = self._read_pattern(valued=valued)
                self._demand(")", f"to close the `(` of column {token.at + 1}")
                return inner
            case ("number" | "text", _) | ("sign", "["):
                return self._read_value(valued)
            case _:
                self._fail(f"an operator is expected, not {token.shown}")
                raise AssertionError

    def _read_captured(self, valued: bool) -> Pattern:
        name = self._token.text[1:]
        self._at += 1
        return Captured(name, self._read_item(valued)) if self._take(":") else Captured(name)

    def _read_value(self, valued: bool) -> Pattern:
        token = self._token
        if not valued:
            self._fail(f"an operator is expected, not {token.shown}: values stand among arguments")
        self._at += 1
        match token.kind:
            case "number":
                return NumberValue(float(token.text))
            case "text":
                return TextValue(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
            case _:
                return self._read_list(token)

    def _read_list(self, opening: _Token) -> Pattern:
        items: list[Pattern] = []
        while not self._take("]"):
            if self._take("..."):
                self._demand("]", "after the `...` of a list")
                return ListValue(tuple(items), more=True)
            items.append(self._read_pattern(valued=True))
            if self._token.text != "]":
                self._demand(",", f"in the list of column {opening.at + 1}")
        return ListValue(tuple(items))

    def _read_node(self) -> Pattern:
        name = self._token.text
        self._at += 1
        positions: list[Pattern] = []
        keywords: dict[str, Pattern] = {}
        within: list[Pattern] = []
        if self._take("("):
            self._read_several(")", lambda: self._read_argument(positions, keywords))
        elif self._take("{"):
            self._read_several("}", lambda: within.append(self._read_pattern(valued=True)))
        conditions: list[Condition] = []
        if self._take("["):
            self._read_several("]", lambda: conditions.append(self._read_condition()))
        node = NodePattern(name, tuple(positions), tuple(keywords.items()), tuple(within), tuple(conditions))
        return Anything() if name == "_" and node.plain else node

    def _read_several(self, closing: str, read: Callable[[], T]) -> None:
        opening = self._tokens[self._at - 1]
        while not self._take(closing):
            read()
            if self._token.text != closing:
                self._demand(",", f"or `{closing}` after the `{opening.text}` of column {opening.at + 1}")

    def _read_argument(self, positions: list[Pattern], keywords: dict[str, Pattern]) -> None:
        token = self._token
        if token.kind == "name" and self._tokens[self._at + 1].text == "=":
            self._at += 2
            if token.text in keywords:
                self._fail(f"{token.shown} is given twice", token)
            keywords[token.text] = self._read_pattern_or_rest()
            return
        if keywords:
            self._fail("what has no name comes before what has one")
        positions.append(self._read_pattern_or_rest())

    def _read_pattern_or_rest(self) -> Pattern:
        if self._token.text == "...":
            self._fail("arguments that are not written may be anything: leave `...` out")
        return self._read_pattern(valued=True)

    def _read_condition(self) -> Condition:
        about = self._token
        if about.text not in _ABOUT:
            self._fail(f"`users`, `dtype` or `target` is expected in `[…]`, not {about.shown}")
        self._at += 1
        sign = self._token
        if sign.text not in (_SIGNS if about.text == "users" else ("=",)):
            self._fail(f"`=` is expected after `{about.text}`, not {sign.shown}")
        self._at += 1
        value = self._token
        if about.text == "users" and not value.text.isdecimal():
            self._fail(f"a number of users is expected, not {value.shown}")
        if about.text != "users" and value.kind != "name":
            self._fail(f"a name is expected, not {value.shown}")
        self._at += 1
        return Condition(about.text, sign.text, value.text)


def _may_be_node(pattern: "Pattern | Repeated") -> bool:
    match pattern:
        case NumberValue() | TextValue() | ListValue():
            return False
        case Captured(what=what):
            return _may_be_node(what)
        case AnyOf(options=options):
            return all(map(_may_be_node, options))
        case _:
            return True
