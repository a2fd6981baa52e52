"""One upstream change as it shows in many goldens: what makes one cluster of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from packaging.version import Version

from graph_goldens.goldens.reader import parse
from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Record
from tests.drift.labelled.records import SNAPSHOTS, tables, text_of, with_table
from tests.drift.labelled.tables import call, insert, place, redirect

ALIAS = "alias_of_the_result"


@cache
def goldens() -> tuple[tuple[Version, Record], ...]:
    """Read every golden of the repository, each with its version, the oldest first."""
    found = [(_version(file), parse(file.read_bytes()).record) for file in SNAPSHOTS.rglob("*.md")]
    return tuple(sorted(found, key=lambda pair: (pair[0], pair[1].key)))


def _version(file: Path) -> Version:
    return Version(file.relative_to(SNAPSHOTS).parts[0].removeprefix("torch-"))


@cache
def by_key() -> dict[tuple[str, str], tuple[Record, ...]]:
    """Give the different records of one case and path over all versions."""
    found: dict[tuple[str, str], tuple[Record, ...]] = {}
    for _, record in goldens():
        found[record.key] = (*found.get(record.key, ()), record)
    return found


def with_graphs(graph: str | None = None) -> Iterator[Record]:
    """Give the records that hold graphs, or the named one."""
    for _, record in goldens():
        names = tables(record)
        if names and (graph is None or graph in names):
            yield record


def newest(graph: str | None = None) -> Iterator[Record]:
    """Give each case's and path's newest record, where it holds graphs, or the named one."""
    for records in by_key().values():
        names = tables(records[-1])
        if names and (graph is None or graph in names):
            yield records[-1]


def value_of(record: Record, graph: str, node: str) -> str:
    lines = text_of(record, f"{graph}.values").split("\n") if f"{graph}.values" in _names(record) else []
    return next((line.split(" : ", 1)[1] for line in lines if line.startswith(f"%{node} : ")), "")


def _names(record: Record) -> set[str]:
    return {artifact.name for artifact in record.artifacts}


def guards_called(record: Record) -> Record:
    """2.9 calls its guards in every unlifted module, on all inputs, before anything else."""
    table = tables(record)["module"]
    if not table.placeholders:
        return record
    inputs = tuple(Ref(node.name) for node in table.placeholders)
    call_of_guards = Node("_guards_fn", "call_module", "_guards_fn", Group("(", inputs))
    last = max(place(table, node.name) for node in table.placeholders)
    nodes = (*table.nodes[: last + 1], call_of_guards, *table.nodes[last + 1 :])
    return with_table(record, "module", Table(nodes), {})


def attribute_called(record: Record) -> Record:
    """An attribute is got and called in every unlifted module, after its inputs."""
    table = tables(record)["module"]
    if not table.placeholders:
        return record
    last = max(place(table, node.name) for node in table.placeholders)
    inputs = tuple(f"%{node.name}" for node in table.placeholders)
    added = (
        Node("_guards", "get_attr", "_guards"),
        call("call_guards", "torch._guards.call_guards", "%_guards", *inputs),
    )
    return with_table(
        record, "module", Table((*table.nodes[: last + 1], *added, *table.nodes[last + 1 :])), {}
    )


def aliased_before_the_output(record: Record) -> Record:
    """The first tensor that a graph computes and returns is returned as an alias."""
    for graph, table in tables(record).items():
        name = _computed_tensor(record, graph, table)
        if name is None:
            continue
        inserted = insert(table.nodes[-2].name, call(ALIAS, "aten.alias.default", f"%{name}"))(table)
        changed = redirect(name, ALIAS, [table.nodes[-1].name])(inserted)
        record = with_table(record, graph, changed, {ALIAS: value_of(record, graph, name)})
    return record


def _computed_tensor(record: Record, graph: str, table: Table) -> str | None:
    for item in table.list_returned():
        if not isinstance(item, Ref) or table.by_name[item.name].op != "call_function":
            continue
        value = value_of(record, graph, item.name)
        if value.startswith("float") and "[0]" not in value:
            return item.name
    return None


def retargeted(old: str, new: str) -> Callable[[Record], Record]:
    """An operator is called by another overload, or another one is called, under the old node's name."""

    def mutation(record: Record) -> Record:
        for graph, table in tables(record).items():
            nodes = tuple(replace(node, target=new) if node.target == old else node for node in table.nodes)
            record = with_table(record, graph, Table(nodes), {})
        return record

    return mutation


def shuffled(table: Table, choose: Callable[[int], int]) -> Table:
    """Order nodes anew as far as dataflow and whatever may have a side effect allow.

    Args:
        table: the graph.
        choose: gives a number below its argument.
    """
    done: list[Node] = []
    waiting: list[Node] = []
    for node in table.nodes:
        if node.op in ("placeholder", "output") or not is_pure(node):
            done += _ordered(waiting, choose)
            waiting = []
            done.append(node)
        else:
            waiting.append(node)
    return Table((*done, *_ordered(waiting, choose)))


def _ordered(nodes: list[Node], choose: Callable[[int], int]) -> Iterator[Node]:
    left = list(nodes)
    while left:
        names = {node.name for node in left}
        free = [node for node in left if not names & set(node.inputs)]
        node = free[choose(len(free))]
        left.remove(node)
        yield node


PURE_METHODS = {"sin", "cos", "view", "permute"}
PURE_ATEN = {"sin", "cos", "add", "sub", "permute", "view", "t", "addmm", "linear", "reshape", "mm", "sum"}


def is_pure(node: Node) -> bool:
    """Whether a node surely has no side effect; script objects' methods, modes and the like do."""
    match node.op:
        case "get_attr":
            return True
        case "call_method":
            return node.target in PURE_METHODS
        case "call_function":
            parts = node.target.split(".")
            in_aten = node.target.startswith("torch.ops.aten.") and parts[3] in {*PURE_ATEN, "sym_size"}
            return in_aten or parts[0] == "operator"
        case _:
            return False
