"""Records changed as a real trace would change them: graph, code, values, signature and facts together."""

import atexit
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from graph_goldens.goldens.archive import unpack_goldens
from graph_goldens.goldens.reader import parse
from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Artifact, Json, Record
from tests.drift.labelled.code import changed_code, renamed_code
from tests.drift.labelled.signatures import changed_signature, renamed_signature, returned_names
from tests.drift.labelled.tables import Change, InapplicableError, counted, renaming

# What is mutated are goldens as rules of version 1 wrote them, captured by the harness: mutations change each
# of their texts alike. Goldens of now are held in `versions.py`.
_OPENED = ExitStack()
atexit.register(_OPENED.close)
SNAPSHOTS = _OPENED.enter_context(unpack_goldens(Path(__file__).with_name("goldens-of-rules-1.tar.gz")))
PACK = "torchbind"

Mutation: TypeAlias = Callable[[Record], Record]

# A graph string, and what is told of its nodes by their names.
_NAMED_BY = (".graph", ".effects", ".provenance")
_MARKED = re.compile(r"%(\w+)")
_NAMED_VALUE = re.compile(r"^%(\w+)", re.MULTILINE)


@cache
def golden(version: str, case: str, path: str) -> Record:
    """Read a golden of rules of version 1."""
    file = SNAPSHOTS / f"torch-{version}" / PACK / case / f"{path}.md"
    return parse(file.read_bytes(), str(file)).record


def text_of(record: Record, name: str) -> str:
    return next(artifact.text for artifact in record.artifacts if artifact.name == name)


def tables(record: Record) -> dict[str, Table]:
    """Give the graphs of a record by their names."""
    return {
        artifact.name.removesuffix(".graph"): read_graph(artifact.text)
        for artifact in record.artifacts
        if artifact.name.endswith(".graph")
    }


def with_text(record: Record, name: str, text: str) -> Record:
    artifacts = tuple(
        replace(artifact, text=text) if artifact.name == name else artifact for artifact in record.artifacts
    )
    return replace(record, artifacts=artifacts)


def with_facts(record: Record, **facts: Json) -> Record:
    return replace(record, facts={**record.facts, **facts})


def graphs_alone(record: Record, mutated: Record) -> Record:
    """Give the record with the graph strings of its mutation, and all else as it was."""
    new = {artifact.name: artifact for artifact in mutated.artifacts}
    return replace(
        record,
        artifacts=tuple(
            new.get(artifact.name, artifact) if artifact.name.endswith(_NAMED_BY) else artifact
            for artifact in record.artifacts
        ),
    )


def edit(
    change: Change, values: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
) -> Mutation:
    """Change every graph to which a change applies, or the named ones, and what follows from it.

    Args:
        change: the change of the table.
        values: the values of new nodes, and new ones of nodes that are there; `%name` without the mark.
        graphs: names of graphs.
    """

    def mutation(record: Record) -> Record:
        applied = False
        for name, table in tables(record).items():
            if graphs is not None and name not in graphs:
                continue
            try:
                record = with_table(record, name, change(table), values or {})
            except InapplicableError:
                continue
            applied = True
        assert applied, "the change applies to no graph of the golden"
        return record

    return mutation


def rename(names: Callable[[Node], str], graphs: Collection[str] | None = None) -> Mutation:
    """Rename nodes in every artifact of their graph; a name of which nothing follows stays."""

    def mutation(record: Record) -> Record:
        for graph, table in tables(record).items():
            if graphs is None or graph in graphs:
                record = _renamed(record, graph, table, names)
        return record

    return mutation


def combine(*mutations: Mutation) -> Mutation:
    def mutation(record: Record) -> Record:
        for one in mutations:
            record = one(record)
        return record

    return mutation


def with_table(record: Record, graph: str, table: Table, values: Mapping[str, str]) -> Record:
    """Put a graph's new table into its record, with code, values, signature, inputs and outputs."""
    old, new = tables(record)[graph], counted(table)
    texts = {artifact.name: artifact.text for artifact in record.artifacts}
    kinds = _kinds_of_values(texts.get(f"{graph}.values", ""))
    known = {
        "graph": new.text,
        "code": changed_code(texts[f"{graph}.code"], old, new),
        "values": _values({**kinds, **values}, new),
        "signature": changed_signature(texts.get(f"{graph}.signature", ""), new),
    }
    for part, text in known.items():
        if f"{graph}.{part}" in texts:
            record = with_text(record, f"{graph}.{part}", text)
    return _with_sides(record, graph, old, new)


def _kinds_of_values(text: str) -> dict[str, str]:
    return dict(line[1:].split(" : ", 1) for line in text.split("\n")) if text else {}


def _values(values: Mapping[str, str], table: Table) -> str:
    """Give the values in the table's order; only they tell an output's name, which is no other node's."""
    outputs = [name for name in values if name.startswith("output")]
    order = [*(node.name for node in table.nodes if node.op != "output"), *outputs]
    return "\n".join(f"%{name} : {values[name]}" for name in order if name in values)


def _with_sides(record: Record, graph: str, old: Table, new: Table) -> Record:
    """Let the facts tell the new inputs and outputs; new ones are tensors."""
    names = {
        "inputs": ([node.name for node in old.placeholders], [node.name for node in new.placeholders]),
        "outputs": (returned_names(old), returned_names(new)),
    }
    facts = dict(record.facts)
    for fact, (before, after) in names.items():
        of_graphs = facts.get(fact)
        if not isinstance(of_graphs, dict) or not isinstance(kinds := of_graphs.get(graph), list):
            continue
        replaced = len(before) == len(after) and set(before) != set(after)
        known = dict(zip(after if replaced else before, kinds, strict=True))
        facts[fact] = {**of_graphs, graph: [known.get(name, "tensor") for name in after]}
    return replace(record, facts=facts)


def _renamed(record: Record, graph: str, table: Table, name_of: Callable[[Node], str]) -> Record:
    new = renaming({node.name: name_of(node) for node in table.nodes if node.op != "output"})(table)
    pairs = list(zip(table.nodes, new.nodes, strict=True))
    names = {old.name: other.name for old, other in pairs}
    targets = {old.target: other.target for old, other in pairs if old.op == "placeholder"}
    for artifact in record.artifacts:
        owner, _, part = artifact.name.rpartition(".")
        if owner == graph:
            text = _renamed_text(part, artifact.text, new, names, targets)
            record = with_text(record, artifact.name, text)
    return record


def _renamed_text(
    part: str, text: str, new: Table, names: Mapping[str, str], targets: Mapping[str, str]
) -> str:
    match part:
        case "graph":
            return new.text
        case "code":
            return renamed_code(text, {**targets, **names})
        case "values":
            return _NAMED_VALUE.sub(lambda match: f"%{names.get(match[1], match[1])}", text)
        case "signature":
            return renamed_signature(text, names)
        case "effects" | "provenance":
            return _MARKED.sub(lambda match: f"%{names.get(match[1], match[1])}", text)
        case _:
            return text


def with_artifacts(record: Record, artifacts: Sequence[Artifact]) -> Record:
    return replace(record, artifacts=tuple(artifacts))
