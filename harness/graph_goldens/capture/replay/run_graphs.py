"""Run a graph as it is, or two graphs on equal inputs, and say what that showed."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import torch

from graph_goldens.capture.replay.build_module import ReplayedModule, build_module, hold
from graph_goldens.capture.replay.case_objects import BuildObjects
from graph_goldens.capture.replay.needs import Given, NeedTable, pair_needs
from graph_goldens.capture.replay.random_values import Draw
from graph_goldens.capture.replay.recorded_graph import NotRunError, RecordedGraph
from graph_goldens.capture.replay.run_comparison import RunDifference, RunResult, compare_results
from graph_goldens.capture.replay.shared_storage import flatten_storage, share_storage
from graph_goldens.graphs.replays import Replay, ReplayOutcome
from graph_goldens.records import Record

WANTED = 3
"""On so many inputs two graphs are compared."""

_DRAWS = (
    Draw(seed=0, spread="normal", below=3, least=3, step=1),
    Draw(seed=1, spread="unit", below=2, least=4, step=2),
    Draw(seed=2, spread="wide", below=2, least=5, step=1),
    # where sizes must be multiples, equal, or not above some number, and indices small
    Draw(seed=3, spread="unit", below=2, least=8, step=8),
    Draw(seed=4, spread="normal", below=2, least=4, step=0),
    Draw(seed=5, spread="unit", below=1, least=2, step=0),
    Draw(seed=6, spread="unit", below=1, least=16, step=16),
    Draw(seed=7, spread="unit", below=2, least=6, step=0),
)
_SCHEMA = re.compile(  # aten/src/ATen/core/function_schema_inl.h, torch/csrc/jit/python/pybind_utils.h
    r"Expected a value of type|expected at most|is missing value for argument|Unknown keyword argument"
    r"|got an unexpected keyword argument|required positional argument|positional arguments? but"
    r"|received an invalid combination of arguments"
)
_RANDOM = NotRunError("draws random numbers")


def replay_pair(old: Record, new: Record, name: str, build_objects: BuildObjects) -> Replay:
    """Run the graph of a golden and that of a record on equal inputs."""
    graphs = RecordedGraph(old, name), RecordedGraph(new, name)
    try:
        return _compare_on_draws(name, *graphs, build_objects)
    except NotRunError as error:
        return _say_not_run(name, error)


def replay_alone(record: Record, name: str, build_objects: BuildObjects) -> Replay:
    """Run the graph of a golden as it is."""
    graph = RecordedGraph(record, name)
    try:
        return _run_on_draws(name, graph, build_objects)
    except NotRunError as error:
        return _say_not_run(name, error)


def _say_not_run(name: str, error: NotRunError) -> Replay:
    return Replay(name, ReplayOutcome.NOT_RUN, f"not run: {error.sentence}", error.reason)


def _compare_on_draws(
    name: str, old: RecordedGraph, new: RecordedGraph, build_objects: BuildObjects
) -> Replay:
    table = _prepare(old, new)
    modules = build_module(old), build_module(new)
    found: list[RunDifference] = []
    alone: tuple[int, str] | None = None
    errors = ""
    for draw in _DRAWS:
        results = [
            _try(module, graph, given)
            for module, graph, given in zip(modules, (old, new), table.make(draw, build_objects), strict=True)
        ]
        match results:
            case [RunResult() as before, RunResult() as after]:
                found.append(compare_results(before, after))
            case [str(), str(error)]:
                errors = errors or f"both graphs raise {error}"
            case [str(error), _]:
                alone = alone or (len(found) + 1, f"only the golden's graph raises {error}")
            case [_, str(error)]:
                alone = alone or (len(found) + 1, f"only the newer graph raises {error}")
        if len(found) == WANTED or (found and found[-1].words):
            break
    return _judge(name, found, alone, errors)


def _prepare(old: RecordedGraph, new: RecordedGraph) -> NeedTable:
    """Pair what two graphs need, unless they draw random numbers.

    Raises:
        NotRunError: one of them cannot be run, or draws.
    """
    if old.draws or new.draws:
        raise _RANDOM
    if not old.table.nodes or not new.table.nodes:
        raise NotRunError("its graph string cannot be read")
    return pair_needs(old, new)


def _judge(name: str, found: Sequence[RunDifference], alone: tuple[int, str] | None, errors: str) -> Replay:
    different = next((each.words for each in found if each.words), "")
    if different:
        return Replay(name, ReplayOutcome.DIFFERENT, f"differ: {different}")
    if found and alone:
        return Replay(name, ReplayOutcome.DIFFERENT, f"differ: {alone[1]}, on input {alone[0]}")
    if not found and alone:
        reason = "raises on every input" if "golden's" in alone[1] else "only the newer graph raises"
        return _say_not_run(name, NotRunError(reason, alone[1]))
    if not found:
        return _say_not_run(name, NotRunError("both graphs raise", errors))
    largest = max(each.largest for each in found)
    inputs = "1 input" if len(found) == 1 else f"{len(found)} inputs"
    return Replay(name, ReplayOutcome.EQUAL, f"equal on {inputs} (largest difference {largest:.2g})")


def _run_on_draws(name: str, graph: RecordedGraph, build_objects: BuildObjects) -> Replay:
    table = _prepare_alone(graph)
    module, error = build_module(graph), ""
    for draw in _DRAWS:
        result = _try(module, graph, table.make(draw, build_objects)[0], may_draw=True)
        if isinstance(result, RunResult):
            return Replay(name, ReplayOutcome.RUNS, "runs")
        error = error or result
    reason = "schema changed" if _SCHEMA.search(error) else "raises on every input"
    raise NotRunError(reason, f"raises {error}")


def _prepare_alone(graph: RecordedGraph) -> NeedTable:
    if not graph.table.nodes:
        raise NotRunError("its graph string cannot be read")
    return pair_needs(graph, graph)


def _try(
    module: ReplayedModule, graph: RecordedGraph, given: Given, *, may_draw: bool = False
) -> RunResult | str:
    """Run a graph; return what it left, or what it raised in words.

    Raises:
        NotRunError: it draws random numbers, or its inputs cannot share storage.
    """
    inputs = _copy_inputs(graph, given)
    held = {name: _copy(value) for name, value in given.attributes.items()}
    for target, value in held.items():
        hold(module, target, value)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    try:
        outputs = _run_restoring_modes(lambda: module.run_with_leaves(inputs))
    except Exception as error:  # what a graph raises is what is asked
        return _word_error(error)
    if not may_draw and not torch.equal(before, torch.get_rng_state()):
        raise _RANDOM
    names = [need.name for need in graph.inputs if not need.token]
    values = [value for need, value in zip(graph.inputs, inputs, strict=True) if not need.token]
    results = [leaf for place, leaf in enumerate(outputs) if not graph.is_output_token(place)]
    return RunResult(results, {**dict(zip(names, values, strict=True)), **held})


def _run_restoring_modes(run: Callable[[], list[Any]]) -> list[Any]:
    """Run with the modes of before afterwards, whatever the graph sets."""
    dtype = torch.get_default_dtype()
    try:
        with torch.no_grad():
            return run()
    finally:
        torch.set_default_dtype(dtype)


def _copy_inputs(graph: RecordedGraph, given: Given) -> list[Any]:
    names = [need.name for need in graph.inputs]
    copies = {name: _copy(value) for name, value in zip(names, given.inputs, strict=True)}
    shared = share_storage(copies, given.groups)
    return [shared[name] for name in names]


def _copy(value: Any) -> Any:
    """Copy a tensor with its strides, those that overlap too; script objects are built for each run."""
    if not isinstance(value, torch.Tensor):
        return value
    if value.numel() == 0:
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype)
    return flatten_storage(value).clone().as_strided(value.shape, value.stride())


def _word_error(error: BaseException) -> str:
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {line[:160]}".rstrip(": ")
