"""Drifts made by hand, whose edits do not depend on how graphs are compared."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.records import Artifact, Outcome, Record

ADD, SUB = "torch.ops.aten.add.Tensor", "torch.ops.aten.sub.Tensor"


def graph(*calls: str) -> str:
    """A graph string: each call is a line that uses the input."""
    nodes = [
        f"    %n{at} : [num_users=1] = call_function[target={call}](args = (%x, {at}), kwargs = {{}})"
        for at, call in enumerate(calls)
    ]
    return "\n".join(
        ["graph():", "    %x : [num_users=1] = placeholder[target=x]", *nodes, "    return (n0,)"]
    )


def record(text: str, case: str = "p/a", path: str = "export") -> Record:
    """A record of one graph."""
    return Record(case, path, Outcome.GRAPHS, artifacts=(Artifact("program.graph", text),))


def drift(
    *sentences: str, case: str = "p/a", path: str = "export", kind: DriftClass = DriftClass.OPERATORS
) -> Drift:
    """A drift of one operator, with these edits."""
    edits = tuple(Edit(kind, "program.graph", sentence, pattern=sentence) for sentence in sentences)
    return Drift(record(graph(ADD), case, path), record(graph(SUB), case, path), edits)
