"""Small graphs and records for the tests of single modules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Edit
from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Artifact, Outcome, Record
from tests.drift.labelled.tables import Written, call, counted, mapping, written

TENSOR = "float32[2, 3] stride (3, 1) cpu"


def given(*names: str, default: str | None = None, annotation: str = "") -> tuple[Node, ...]:
    return tuple(Node(name, "placeholder", name, default=default, annotation=annotation) for name in names)


def method(name: str, target: str, *args: Written, **kwargs: Written) -> Node:
    return Node(name, "call_method", target, written(args), mapping(kwargs))


def attribute(name: str, target: str) -> Node:
    return Node(name, "get_attr", target)


def graph(*nodes: Node, returns: Written = ()) -> Table:
    """Give a graph of some nodes that returns a tuple, or whatever else is written."""
    return counted(Table((*nodes, Node("output", "output", "output", written(returns)))))


def chain(*targets: str, start: str = "x") -> Table:
    """Give a graph in which each operator takes what the one before it gave."""
    nodes = list(given(start))
    for number, target in enumerate(targets):
        nodes.append(call(f"n{number}", target, f"%{nodes[-1].name}"))
    return graph(*nodes, returns=(f"%{nodes[-1].name}",))


def code(table: Table) -> str:
    """Give a graph's code as PyTorch generates it, but for infix operators."""
    lines = [f"def forward(self, {', '.join(node.name for node in table.placeholders)}):"]
    for node in table.nodes:
        if node.op == "get_attr":
            lines.append(f"    {node.name} = self.{node.target}")
        elif node.op == "output":
            lines.append(f"    return {spelled(node.args)}")
        elif node.op != "placeholder":
            lines.append(f"    {node.name} = {node.target}({_arguments(node)})")
    return "\n".join(lines)


def _arguments(node: Node) -> str:
    assert isinstance(node.args, Group)
    assert isinstance(node.kwargs, Group)
    named = zip(node.kwargs.keys, node.kwargs.items, strict=True)
    return ", ".join([*map(spelled, node.args.items), *(f"{key} = {spelled(item)}" for key, item in named)])


def spelled(argument: Argument) -> str:
    match argument:
        case Ref(name):
            return name
        case Literal(text):
            return text
        case Group("(", (item,)):
            return f"({spelled(item)},)"
        case Group(opening, items):
            return f"{opening}{', '.join(map(spelled, items))}{')' if opening == '(' else ']'}"


def values(table: Table, **others: str) -> str:
    inner = (node.name for node in table.nodes if node.op != "output")
    return "\n".join(f"%{name} : {others.get(name, TENSOR)}" for name in inner)


def record(tables: Table | Mapping[str, Table], *, alone: bool = False, **texts: str) -> Record:
    """Give a record of some graphs, `g` where they have no names, with other texts of `g`.

    Args:
        tables: the graphs.
        alone: whether there is nothing but the graph strings.
        texts: texts of the first graph by their kinds.
    """
    named = {"g": tables} if isinstance(tables, Table) else tables
    artifacts: dict[str, str] = {}
    for name, table in named.items():
        full = {} if alone else {f"{name}.code": code(table), f"{name}.values": values(table)}
        artifacts |= {**full, f"{name}.graph": table.text}
    artifacts |= {f"{next(iter(named))}.{kind}": text for kind, text in texts.items()}
    return Record(
        "pack/case", "export", Outcome.GRAPHS, artifacts=tuple(Artifact(*each) for each in artifacts.items())
    )


def with_texts(base: Record, **texts: str) -> Record:
    """Give a record with other texts of the kinds that it has."""
    kinds = {artifact.name: artifact.name.rpartition(".")[2] for artifact in base.artifacts}
    assert set(texts) <= set(kinds.values())
    return replace(
        base,
        artifacts=tuple(
            replace(each, text=texts.get(kinds[each.name], each.text)) for each in base.artifacts
        ),
    )


def told(edits: Iterable[Edit]) -> list[str]:
    """Give the edits' sentences behind their classes."""
    return [f"{edit.kind.value}: {edit.sentence}" for edit in edits]


def drifted(golden: Record, new: Record) -> list[str]:
    """Give what is told of a drift, whose class must be the same in both directions."""
    forth, back = compare(golden, new), compare(new, golden)
    assert (forth and forth.kind) is (back and back.kind)
    return told(forth.edits) if forth else []
