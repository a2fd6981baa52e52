"""Run programs on real tensors, and say of each pair whether the two orders give other results.

Runs in an environment: `PYTHON oracle_execution.py`. Standard input gives one pair a line, as JSON. Prints a
line for each: whether the results differ, and the texts of both graphs as a capture writes them.

What differs is judged by execution alone: what is returned, what the inputs hold afterwards, and the state of
the random generator, on two sets of inputs.
"""

import json
import operator
import sys
from typing import Any

import torch
from torch.fx import Graph, GraphModule, Node

from graph_goldens.capture.tracing.effects import EffectsFinder
from graph_goldens.capture.tracing.graph_text import render_graph

SEEDS = (3, 11)


def find_operator(target: str) -> Any:
    """Find what a target means: `aten.add.Tensor`, or the builtin that takes an item."""
    if target == "operator.getitem":
        return operator.getitem
    namespace, name, overload = target.split(".")
    return getattr(getattr(getattr(torch.ops, namespace), name), overload)


def make_inputs(seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return {"x": torch.randn(4, 4), "y": torch.randn(4, 4)}


def execute(program: dict[str, Any], seed: int) -> dict[str, Any]:
    """Run the steps one after the other; returns every value by name, and the inputs."""
    values: dict[str, Any] = dict(make_inputs(seed))
    torch.manual_seed(0)
    for name, target, args in program["steps"]:
        given = [values[a[1:]] if isinstance(a, str) else a for a in args]
        values[name] = find_operator(target)(*given)
    return values


def collect_results(program: dict[str, Any], values: dict[str, Any]) -> list[torch.Tensor]:
    """Collect what a caller can see."""
    returned = [values[name].clone() for name in program["returned"]]
    return [*returned, values["x"].clone(), values["y"].clone(), torch.get_rng_state()]


def differ(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Say whether a caller of two programs can tell them apart."""
    return any(_differ_for(old, new, seed) for seed in SEEDS)


def _differ_for(old: dict[str, Any], new: dict[str, Any], seed: int) -> bool:
    left, right = (collect_results(each, execute(each, seed)) for each in (old, new))
    return not all(_are_equal(one, other) for one, other in zip(left, right, strict=True))


def _are_equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.is_floating_point():
        one, other = (torch.stack([each.isnan().float(), each.nan_to_num()]) for each in (one, other))
    return bool(torch.equal(one, other))


def can_run(program: dict[str, Any]) -> bool:
    """Say whether a program runs: a copy between parts of one storage that overlap does not."""
    try:
        execute(program, SEEDS[0])
    except RuntimeError:
        return False
    return True


def render(program: dict[str, Any]) -> dict[str, str]:
    """Build the graph of a program, and the texts that a capture writes of it."""
    values = execute(program, SEEDS[0])
    graph, nodes = Graph(), dict[str, Node]()
    for name in ("x", "y"):
        nodes[name] = graph.placeholder(name)
    for name, target, args in program["steps"]:
        given = tuple(nodes[a[1:]] if isinstance(a, str) else a for a in args)
        nodes[name] = graph.create_node("call_function", find_operator(target), given, name=name)
    for name, node in nodes.items():
        node.meta["val"] = values[name]
    graph.output(tuple(nodes[name] for name in program["returned"]))
    module = GraphModule(torch.nn.Module(), graph)
    finder = EffectsFinder(make_inputs(SEEDS[0]))
    artifacts = render_graph("g", module, lambda each: iter([("effects", finder.write_lines(each))]))
    return {artifact.name: artifact.text for artifact in artifacts}


def answer(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any] | None:
    """Judge a pair and render it; None where neither order runs."""
    runs = can_run(old), can_run(new)
    if not all(runs):
        assert not any(runs), (old, new)  # what overlaps is the same in both orders
        return None
    return {"differ": differ(old, new), "old": render(old), "new": render(new)}


def main() -> None:
    """Answer each line."""
    torch.set_num_threads(1)
    for line in sys.stdin:
        old, new = json.loads(line)
        sys.stdout.write(json.dumps(answer(old, new)) + "\n")


if __name__ == "__main__":
    main()
