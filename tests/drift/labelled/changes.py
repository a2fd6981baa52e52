"""Named mutations that more than one kind of pair is made by."""

import json
import re
from dataclasses import replace

from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node
from graph_goldens.records import Record
from tests.drift.labelled.records import (
    Mutation,
    rename,
    text_of,
    with_text,
)
from tests.drift.labelled.tables import (
    Change,
    call,
    chain,
    insert,
    redirect,
)


def names(**new: str) -> Mutation:
    return rename(lambda node: new.get(node.name, node.name))


def numbered(node: Node) -> str:
    return f"n{sum(map(ord, node.name))}_{node.name}"


def shifted(node: Node) -> str:
    """Count one further, as after a node that was erased later."""
    match = re.fullmatch(r"(.*)_(\d+)", node.name)
    if node.op == "placeholder":
        return node.name
    return f"{match[1]}_{int(match[2]) + 1}" if match else f"{node.name}_1"


def symbols(**new: str) -> Mutation:
    """Spell symbols otherwise, wherever they stand."""
    pattern = re.compile(rf"(?<![\w.])({'|'.join(new)})(?!\w)")

    def spelled(text: str) -> str:
        return pattern.sub(lambda match: new[match[0]], text)

    def mutation(record: Record) -> Record:
        for artifact in record.artifacts:
            record = with_text(record, artifact.name, spelled(artifact.text))
        return replace(record, facts=json.loads(spelled(json.dumps(record.facts))))

    return mutation


def retext(name: str, pattern: str, by: str) -> Mutation:
    """Replace what matches in one artifact."""

    def mutation(record: Record) -> Record:
        return with_text(record, name, re.sub(pattern, by, text_of(record, name), flags=re.M))

    return mutation


def method(name: str, target: str, *inputs: str) -> Node:
    return Node(name, "call_method", target, Group("(", tuple(map(Ref, inputs))))


def through(after: str, node: Node, users: tuple[str, ...] | None = None) -> Change:
    """Insert a node behind another, whose users, or those named, use the new one instead."""
    return chain(insert(after, node), redirect(after, node.name, users))


def alias(of: str, name: str = "alias", target: str = "aten.alias.default") -> Change:
    return through(of, call(name, target, f"%{of}"))
