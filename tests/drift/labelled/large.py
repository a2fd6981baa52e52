"""Graphs of any size, for what must not grow faster than they do."""

from collections.abc import Callable

from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Artifact, Outcome, Record
from tests.drift.labelled.code import spelled, spelled_argument
from tests.drift.labelled.tables import counted

OPERATORS = ("sin", "cos", "neg", "relu", "abs")


def chain_of(size: int, name: Callable[[int], str], operator: Callable[[int], str]) -> Table:
    """Give a graph of unary and binary operators, each on results of the last few."""
    nodes = [Node("x", "placeholder", "x")]
    for number in range(size):
        inputs = [nodes[-1].name] if number % 3 else [nodes[-1].name, nodes[max(0, number - 4)].name]
        target = operator(number) if len(inputs) == 1 else "add.Tensor"
        args = Group("(", tuple(map(Ref, inputs)))
        nodes.append(Node(name(number), "call_function", f"torch.ops.aten.{target}", args))
    returned = Group("(", (Ref(nodes[-1].name),))
    return counted(Table((*nodes, Node("output", "output", "output", returned))))


def record_of(table: Table) -> Record:
    """Give a record that holds a graph, with code and values."""
    assert table.output is not None
    inputs = ", ".join(["self", *(node.name for node in table.placeholders)])
    inner = [node for node in table.nodes if node.op == "call_function"]
    code = [f"def forward({inputs}):", *(f"    {node.name} = {spelled(node)}" for node in inner)]
    names = [node.name for node in table.nodes[:-1]]
    values = "\n".join(f"%{name} : float32[8] stride (1) cpu" for name in names)
    return Record(
        "pack/large",
        "make-fx-real",
        Outcome.GRAPHS,
        facts={"graphs": 1},
        artifacts=(
            Artifact("traced.code", "\n".join([*code, f"    return {spelled_argument(table.output.args)}"])),
            Artifact("traced.graph", table.text),
            Artifact("traced.values", values),
        ),
    )


def numbered(number: int) -> str:
    return f"n_{number}"


def mixed(number: int) -> str:
    return f"{OPERATORS[number % len(OPERATORS)]}.default"
