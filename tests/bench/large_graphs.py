"""What a node of a large graph costs: the worker to normalise, the host to compare."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from graph_goldens.capture.normalise.rules import CODE, GRAPH, normalise
from graph_goldens.cli.main import SELDOM
from graph_goldens.drift.compare import compare
from graph_goldens.records import Artifact, Outcome, Record
from tests.bench.asked import Asked

NODES = (2_500, 5_000, 10_000, 20_000)
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class Step:
    """One node: its name, its operator, and the names of its inputs."""

    name: str
    operator: str
    inputs: tuple[str, ...]


Chain = Sequence[Step]
OPERATORS = ("mul", "add", "sub", "div", "maximum")


def make_chain(nodes: int, shift: int = 0) -> list[Step]:
    """Make a chain of operators, each on the two nodes before it; names may be numbered from later on."""
    steps: list[Step] = []
    for at in range(nodes):
        operator = OPERATORS[at * 7 % len(OPERATORS)]
        before = [step.name for step in steps[-2:]]
        inputs = ["x"] * (2 - len(before)) + before
        steps.append(Step(f"{operator}_{at + shift}", operator, tuple(inputs)))
    return steps


def change_operator(chain: Chain) -> list[Step]:
    """Call another operator in the middle."""
    middle = len(chain) // 2
    other = Step(chain[middle].name, "minimum", chain[middle].inputs)
    return [*chain[:middle], other, *chain[middle + 1 :]]


def put_node_in(chain: Chain) -> list[Step]:
    """Put one node between two in the middle."""
    middle = len(chain) // 2
    before, after = chain[middle - 1], chain[middle]
    added = Step("neg_0", "neg", (before.name,))
    inputs = tuple(added.name if name == before.name else name for name in after.inputs)
    used = Step(after.name, after.operator, inputs)
    return [*chain[:middle], added, used, *chain[middle + 1 :]]


CHANGES: Mapping[str, Callable[[int], Chain]] = {
    "all names shifted": lambda nodes: make_chain(nodes, shift=1),
    "one operator changed": lambda nodes: change_operator(make_chain(nodes)),
    "one node put in": lambda nodes: put_node_in(make_chain(nodes)),
}


def measure_large_graphs(console: Console) -> Iterator[Asked]:
    """Measure graphs of several sizes, in CPU time of a process that looks for garbage as commands do."""
    gc.set_threshold(SELDOM)
    table = Table(box=None, pad_edge=False, title="µs a node", title_justify="left")
    table.add_column("")
    for nodes in NODES:
        table.add_column(f"{nodes:,} nodes", justify="right")
    normalising = [_time_normalising(nodes) for nodes in NODES]
    table.add_row("normalising code and graph", *(f"{each:.1f}" for each in normalising))
    rows = {"normalising": (normalising, 30.0)}
    for name, change in CHANGES.items():
        found = [_time_comparison(change, nodes) for nodes in NODES]
        table.add_row(f"comparing, {name}", *(f"{each:.0f}" for each in found))
        rows[f"comparing, {name}"] = found, 250.0
    console.print(table)
    for name, (found, most) in rows.items():
        yield Asked(f"{NODES[-1]:,} nodes, {name}", [found[-1]], most, "µs a node")


def _time(act: Callable[[], object], nodes: int) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) / nodes * _MICROSECONDS


def _time_normalising(nodes: int) -> float:
    code, graph = record_chain(make_chain(nodes)).artifacts
    return _time(lambda: (normalise(code.text, CODE), normalise(graph.text, GRAPH)), nodes)


def _time_comparison(change: Callable[[int], Chain], nodes: int) -> float:
    old, new = record_chain(make_chain(nodes)), record_chain(change(nodes))

    def hold() -> None:
        drift = compare(old, new)
        assert drift is not None
        assert drift.changes

    return _time(hold, nodes)


def record_chain(chain: Chain) -> Record:
    """Record a chain: its code and its graph string."""
    code = ["def forward(self, x):"]
    graph = ["graph():", "    %x : [num_users=2] = placeholder[target=x]"]
    users = Counter(name for step in chain for name in step.inputs)
    for step in chain:
        called = f"torch.ops.aten.{step.operator}.Tensor"
        given = ", ".join(f"%{name}" for name in step.inputs)
        code.append(f"    {step.name} = {called}({', '.join(step.inputs)});  {step.inputs[0]} = None")
        graph.append(
            f"    %{step.name} : [num_users={max(users[step.name], 1)}] = "
            f"call_function[target={called}](args = ({given}), kwargs = {{}})"
        )
    code.append(f"    return {chain[-1].name}")
    graph.append(f"    return {chain[-1].name}")
    texts = {"program.code": "\n".join(code), "program.graph": "\n".join(graph)}
    artifacts = tuple(Artifact(name, text) for name, text in texts.items())
    return Record("large/chain", "export", Outcome.GRAPHS, artifacts=artifacts, rules=2)
