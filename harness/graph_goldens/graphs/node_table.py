"""A graph as a table of nodes, and as the text that PyTorch prints for it."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from graph_goldens.graphs.node_arguments import Argument, Group, Ref, list_refs, print_argument

OUTPUT = "output"
HEADER = "graph():"
INDENT = "    "
NO_ARGS = Group("(", ())
NO_KWARGS = Group("{", ())


def name_output(names: Container[str]) -> str:
    """Choose a name for an output, which its text leaves unnamed, that no other node of its graph has."""
    return next(
        name for number in count() if (name := f"{OUTPUT}_{number}" if number else OUTPUT) not in names
    )


@dataclass(frozen=True)
class Node:
    """One node.

    Attributes:
        name: its name, unique in its graph.
        op: `placeholder`, `get_attr`, `call_function`, `call_method`, `call_module` or `output`.
        target: what it calls or takes, such as `torch.ops.aten.add.Tensor`.
        args: the positional arguments, a tuple; for the output what it returns.
        kwargs: the keyword arguments, a mapping.
        annotation: its type, where the graph says one.
        default: a placeholder's default, where it has one.
        users: by how many nodes it is used, as the graph string says.
    """

    name: str
    op: str
    target: str
    args: Argument = NO_ARGS
    kwargs: Argument = NO_KWARGS
    annotation: str = ""
    default: str | None = None
    users: int = 0

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the nodes that it uses, in order, repeated where it repeats them."""
        return (*list_refs(self.args), *list_refs(self.kwargs))

    @property
    def text(self) -> str:
        """The node's line of the graph string, without its indent."""
        if self.op == OUTPUT:
            return f"return {print_argument(self.args, mark='')}"
        return self.print_with(print_argument(self.args), print_argument(self.kwargs))

    def print_with(self, args: str, kwargs: str) -> str:
        """Print the line of a node that is no output, whose arguments are printed already."""
        annotation = f"{self.annotation} " if self.annotation else ""
        start = f"%{self.name} : {annotation}[num_users={self.users}] = {self.op}[target={self.target}]"
        match self.op:
            case "placeholder":
                return start if self.default is None else f"{start}(default={self.default})"
            case "get_attr":
                return start
            case _:
                return f"{start}(args = {args}, kwargs = {kwargs})"


@dataclass(frozen=True)
class Table:
    """A graph's nodes in their order; the output, where there is one, is the last."""

    nodes: tuple[Node, ...]

    @property
    def text(self) -> str:
        """The graph string."""
        return "\n".join([HEADER, *(INDENT + node.text for node in self.nodes)])

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        """The nodes by their names."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """For each node the names of those that use it, each once, in their order."""
        found: dict[str, dict[str, None]] = {node.name: {} for node in self.nodes}
        for node in self.nodes:
            for name in node.inputs:
                found.setdefault(name, {})[node.name] = None
        return {name: tuple(users) for name, users in found.items()}

    @property
    def placeholders(self) -> tuple[Node, ...]:
        """The inputs, in order."""
        return tuple(node for node in self.nodes if node.op == "placeholder")

    @property
    def output(self) -> Node | None:
        """The output."""
        return self.nodes[-1] if self.nodes and self.nodes[-1].op == OUTPUT else None

    def list_returned(self) -> Iterator[Ref | Argument]:
        """Yield what the graph returns, item by item; one item where it returns no tuple or list."""
        if self.output is None:
            return
        args = self.output.args
        if isinstance(args, Group) and args.opening in ("(", "["):
            yield from args.items
        else:
            yield args
