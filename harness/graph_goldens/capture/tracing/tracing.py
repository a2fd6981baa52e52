"""One capture under way: the case that is traced, and what its tracing path has given so far."""

import enum
import inspect
import json
import random
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.fx import GraphModule

from graph_goldens.capture.normalise.rules import ANY_TEXT, normalise
from graph_goldens.capture.tracing.agreement import Difference, find_difference
from graph_goldens.capture.tracing.frame_symbols import find_bindings_of_symbols, find_graph_symbols
from graph_goldens.capture.tracing.graph_text import (
    find_bindings,
    name_input_kinds,
    name_output_kinds,
    render_graph,
)
from graph_goldens.capture.tracing.inputs import ByPosition, put_by_position, wrap_as_module
from graph_goldens.capture.tracing.said_beside import render_beside
from graph_goldens.capture.tracing.stable_errors import (
    CaseError,
    HarnessError,
    UnavailableError,
    stabilise_message,
)
from graph_goldens.cases.case import Call, Case
from graph_goldens.records import Artifact, Json

SEED = 0


class CaptureStep(enum.Enum):
    """What a capture is doing: the last step that it began is told where it does not end."""

    BUILDING = "building the case"
    TRACING = "tracing by {path}"
    RUNNING = "running the program"
    RUNNING_TRACED = "running what was traced by {path}"
    OBSERVING = "observing the case"


def _tell_nobody(_: CaptureStep) -> None:
    return


def seed_generators() -> None:
    """Begin random numbers anew, without the note of where from that `torch.manual_seed` leaves."""
    random.seed(SEED)
    torch.default_generator.manual_seed(SEED)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(SEED)


@dataclass(frozen=True)
class Ran:
    """A call that was made, and its result: an exception where one was raised."""

    call: Call
    result: Any


class Tracing:
    """What a tracing path works with, and where it puts what it got.

    Attributes:
        case: the build of the case that is traced.
        artifacts: normalised texts so far.
        facts: facts so far.
        symbols: the words so far that are symbols.
        fault: what the harness itself failed at so far; else empty.
    """

    def __init__(
        self, build: Callable[[], Case], begin: Callable[[CaptureStep], None] = _tell_nobody
    ) -> None:
        self._build = build
        self._begin = begin
        self.artifacts: list[Artifact] = []
        self.facts: dict[str, Json] = {}
        self.symbols: set[str] = set()
        self.graphs = 0
        self.fault = ""
        self.case = self.build_afresh()

    def build_afresh(self) -> Case:
        """Build the case anew, with the same random numbers as every other time."""
        self._begin(CaptureStep.BUILDING)
        seed_generators()
        return self._build()

    @property
    def program(self) -> Callable[..., Any]:
        """The program that is traced.

        Raises:
            UnavailableError: the case only gives facts.
        """
        if self.case.program is None:
            raise UnavailableError("the case has no program, only facts")
        return self.case.program

    @cached_property
    def module(self) -> torch.nn.Module:
        """The program as a module."""
        return wrap_as_module(self.program)

    @property
    def by_position(self) -> ByPosition:
        """The program and its inputs for the tracers that take positional ones alone."""
        return put_by_position(self.program, self.case)

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Enter what the case asks for around tracing, with random numbers as eager's run has them."""
        with self._enter_contexts(self.case):
            self._begin(CaptureStep.TRACING)
            yield

    @contextmanager
    def _enter_contexts(self, case: Case) -> Iterator[None]:
        """Enter what a case asks for around its program, traced or not, and begin random numbers anew."""
        with ExitStack() as stack:
            for context in case.contexts:
                stack.enter_context(context())
            seed_generators()
            yield

    @contextmanager
    def blame_harness(self, what: str) -> Iterator[None]:
        """Note that what fails inside is a fault of the harness, whoever catches it on the way out."""
        try:
            yield
        except Exception as error:
            self.fault = self.fault or f"{what}: {stabilise_message(error)}"
            raise HarnessError(self.fault) from error

    def graph(
        self,
        name: str,
        graph_module: GraphModule,
        tokens: Collection[str] = (),
        constants: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Record a captured graph and the bodies of its higher-order operators, as text, at once.

        Args:
            name: what the graph is called in the record.
            graph_module: the graph.
            tokens: names of its inputs and outputs that are effect tokens.
            constants: what its program keeps beside it, by name.
        """
        with self.blame_harness(f"rendering {name}"):
            self._render(name, graph_module, tokens, constants)

    def _render(
        self, name: str, graph_module: GraphModule, tokens: Collection[str], constants: Mapping[str, Any]
    ) -> None:
        self.graphs += 1
        self._note(name, "inputs", name_input_kinds(graph_module, tokens))
        self._note(name, "outputs", name_output_kinds(graph_module, tokens))
        self._note(
            name, "unbacked", [found for node in graph_module.graph.nodes for found in find_bindings(node)]
        )
        self._note(name, "symbols", find_bindings_of_symbols(graph_module))
        self.symbols |= find_graph_symbols(graph_module)
        beside = render_beside(graph_module, self._name_inputs(), constants)
        self.artifacts.extend(render_graph(name, graph_module, beside))

    def _name_inputs(self) -> dict[str, Any]:
        """Find the case's inputs by the names that the program has for them, where they fit."""
        try:
            return inspect.signature(self.module.forward).bind(*self.case.args, **self.case.kwargs).arguments
        except (TypeError, ValueError, UnavailableError):
            return {}

    def _note(self, name: str, fact: str, values: list[Json] | dict[str, Json]) -> None:
        """Record a fact of one graph: under the fact's name, by graph."""
        if values:
            of_graphs = self.facts.setdefault(fact, {})
            assert isinstance(of_graphs, dict)
            of_graphs[name] = values

    def text(self, name: str, text: str) -> None:
        """Record another text, where there is one."""
        if text:
            self.artifacts.append(Artifact(name, normalise(text, ANY_TEXT)))

    def fact(self, name: str, value: Json) -> None:
        """Record a fact."""
        self.facts[name] = value

    def observe(self, when: str, case: Case) -> None:
        """Record what a build of the case itself observes.

        Raises:
            CaseError: it fails to, or what it observes is no JSON.
        """
        if case.observe is not None and when not in self.facts:
            self._begin(CaptureStep.OBSERVING)
            try:
                self.facts[when] = read_observed(case)
            except CaseError:
                raise
            except Exception as error:
                raise CaseError(f"the case cannot observe: {stabilise_message(error)}") from error

    def end_tracing(self) -> None:
        """Say that tracing is over and nothing traced has run yet."""
        self.observe("after_tracing", self.case)

    def same_as_eager(
        self,
        fact: str,
        traced: Callable[..., Any],
        names: Sequence[str] | None = None,
        *,
        positional: bool = False,
    ) -> None:
        """Run the traced program and eager's, each on fresh inputs, and record whether they agree.

        Args:
            fact: the fact's name.
            traced: the traced program.
            names: the order of its keywords, if not the case's.
            positional: whether it has lost the names of its inputs.
        """
        run = self.build_afresh()
        keywords = run.kwargs if names is None else {name: run.kwargs[name] for name in names}

        def call() -> Any:
            if not positional:
                return traced(*run.args, **keywords)
            assert run.program is not None
            return traced(*put_by_position(run.program, run).args)

        self.compare_call(fact, run, call)
        self.observe("after_running", run)

    def compare_call(self, fact: str, run: Case, call: Callable[[], Any]) -> None:
        """Record under `fact` whether a call's result is eager's: true, or why not in words."""
        case = self.build_afresh()
        self.compare_runs(fact, (run, call), (case, lambda: _run_eager(case)))

    def compare_runs(
        self,
        fact: str,
        traced: tuple[Case, Callable[[], Any]],
        eager: tuple[Case, Callable[[], Any]],
        *,
        inputs: tuple[Sequence[Any], Sequence[Any]] | None = None,
        aliases: bool = True,
    ) -> None:
        """Run eager and what was traced, and record under `fact` whether they agree.

        Args:
            fact: the fact's name.
            traced: a build of the case, and a call of what was traced on its inputs.
            eager: another build of the case, and a call of eager on its inputs.
            inputs: what both are given, where that is not the inputs of the two builds.
            aliases: whether results must share storage with the same inputs.
        """
        (run, call), (case, expect) = traced, eager
        expected = self._run(case, expect, CaptureStep.RUNNING)
        if isinstance(expected, Exception):
            self.facts[fact] = f"eager raises {stabilise_message(expected)}"
            return
        result = self._run(run, call, CaptureStep.RUNNING_TRACED)
        if isinstance(result, Exception):
            self.facts[fact] = f"running raises {stabilise_message(result)}"
            return
        given = inputs or ([*run.args, *run.kwargs.values()], [*case.args, *case.kwargs.values()])
        self.judge(fact, run, self.compare_results(result, expected, run, *given, aliases=aliases))

    def _run(self, case: Case, call: Callable[[], Any], step: CaptureStep) -> Any:
        """Run a program as tracing runs it; return its result, or the exception that it raises."""
        self._begin(step)
        try:
            with self._enter_contexts(case):
                return call()
        except Exception as error:
            return error

    def compare_results(
        self,
        result: Any,
        expected: Any,
        case: Case,
        inputs: Sequence[Any] = (),
        eager_inputs: Sequence[Any] = (),
        *,
        aliases: bool = True,
    ) -> Difference | None:
        """Hold a result, and the inputs after the call, against eager's, as the case says."""
        with self.blame_harness("comparing with eager"):
            given = (inputs, eager_inputs)
            return find_difference(result, expected, case.compare, *given, aliases=aliases)

    def judge(self, fact: str, case: Case, found: Difference | None) -> None:
        """Record whether results agree, and how that was judged."""
        self.facts[fact] = True if found is None else str(found)
        self.facts["judged_by"] = case.compare.value

    def run_eager_calls(self) -> list[Ran]:
        """Run eager for the first and all further calls; an exception is the result where one is raised."""
        case = self.build_afresh()
        with self._enter_contexts(case):
            self._begin(CaptureStep.RUNNING)
            return [Ran(call, _call(case, call)) for call in list_calls(case)]


def _run_eager(case: Case) -> Any:
    assert case.program is not None
    return case.program(*case.args, **case.kwargs)


def _call(case: Case, call: Call) -> Any:
    assert case.program is not None
    try:
        with prepare_call(call):
            return case.program(*call.args, **call.kwargs)
    except Exception as error:
        return error


def read_observed(case: Case) -> dict[str, Json]:
    """Ask a case for what it observes; an exception of the case's own function leaves as it is.

    Raises:
        CaseError: what it observes is no JSON.
    """
    assert case.observe is not None
    facts = dict(case.observe())
    for name, value in facts.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise CaseError(
                f"the case observes {name} = a {type(value).__name__}, which is no JSON"
            ) from None
    return facts


def list_calls(case: Case) -> list[Call]:
    """List the first and all further calls of a case."""
    further = [call if isinstance(call, Call) else Call(call) for call in case.calls]
    return [Call(case.args, case.kwargs), *further]


@contextmanager
def prepare_call(call: Call) -> Iterator[None]:
    """Do what a call asks for before it, and enter what that returns where it is a context manager."""
    made = call.before() if call.before else None
    with made if isinstance(made, AbstractContextManager) else nullcontext():
        yield


def name_script_object_types(args: tuple[Any, ...]) -> list[Json]:
    """Name the types of those inputs that are script objects, real or fake."""
    return [type(arg).__name__ for arg in args if isinstance(arg, torch.ScriptObject | FakeScriptObject)]
