"""One line of a graph string as a node, as far as edits need it."""

import re
from dataclasses import dataclass

_USERS = re.compile(r"\[num_users=\d+\] ?")
_NODE = re.compile(
    r"\s*%(?P<name>\w+) : (?P<type>.*?)= (?P<op>\w+)\[target=(?P<target>[^\]]*)\](?P<arguments>.*)"
)


@dataclass(frozen=True)
class NodeLine:
    """A node as its line says it; the number of its users is left out, which other lines imply."""

    name: str
    op: str
    target: str
    arguments: str

    @property
    def words(self) -> str:
        """The node in words for an edit."""
        return f"{self.op} {self.target}"


def without_users(line: str) -> str:
    """Drop the number of users from a line of a graph string."""
    return _USERS.sub("", line)


def read_node(line: str) -> NodeLine | None:
    """Read a line of a graph string; None where it is not a node's."""
    match = _NODE.fullmatch(without_users(line))
    return NodeLine(match["name"], match["op"], match["target"], match["arguments"]) if match else None
