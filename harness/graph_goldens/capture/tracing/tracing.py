"""One capture under way: the case that is traced, and what its tracing path has given so far."""

import enum
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.fx import GraphModule

from graph_goldens.capture.normalise.rules import ANY_TEXT, normalise
from graph_goldens.capture.tracing.agreement import Difference, difference
from graph_goldens.capture.tracing.frame_symbols import bound_symbols, symbols_of_graph
from graph_goldens.capture.tracing.graph_text import bindings, graph_artifacts, input_kinds, output_kinds
from graph_goldens.capture.tracing.said_beside import texts_beside
from graph_goldens.capture.tracing.stable_errors import UnavailableError, stable_message
from graph_goldens.cases.case import Case
from graph_goldens.records import Artifact, Json

SEED = 0


class Step(enum.Enum):
    """What a capture is doing: the last step that it began is told where it does not end."""

    BUILDING = "building the case"
    TRACING = "tracing by {path}"
    RUNNING = "running the program"
    RUNNING_TRACED = "running what was traced by {path}"
    OBSERVING = "observing the case"


def _tell_nobody(_: Step) -> None:
    return


class FunctionModule(torch.nn.Module):
    """A module whose `forward` is a function itself, so that its signature names the inputs."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.forward = function


def as_module(program: Callable[..., Any]) -> torch.nn.Module:
    """Give a program as a module."""
    return program if isinstance(program, torch.nn.Module) else FunctionModule(program)


class Session:
    """What a tracing path works with, and where it puts what it got.

    Attributes:
        case: the build of the case that is traced.
        artifacts: normalised texts so far.
        facts: facts so far.
        symbols: the words so far that are symbols.
    """

    def __init__(self, build: Callable[[], Case], begin: Callable[[Step], None] = _tell_nobody) -> None:
        self._build = build
        self._begin = begin
        self.artifacts: list[Artifact] = []
        self.facts: dict[str, Json] = {}
        self.symbols: set[str] = set()
        self.graphs = 0
        self.case = self.fresh()

    def fresh(self) -> Case:
        """Build the case anew, with the same random numbers as every other time."""
        self._begin(Step.BUILDING)
        torch.default_generator.manual_seed(SEED)  # torch.manual_seed also notes where it was called from
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

    @property
    def module(self) -> torch.nn.Module:
        """The program as a module."""
        return as_module(self.program)

    @property
    def inputs(self) -> tuple[Any, ...]:
        """All inputs as positional ones, for the tracers that take no keywords."""
        return positional(self.case)

    @contextmanager
    def tracing(self) -> Iterator[None]:
        """Enter what the case asks for around tracing."""
        with ExitStack() as stack:
            for context in self.case.contexts:
                stack.enter_context(context())
            self._begin(Step.TRACING)
            yield

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
        self.graphs += 1
        self._note(name, "inputs", input_kinds(graph_module, tokens))
        self._note(name, "outputs", output_kinds(graph_module, tokens))
        self._note(name, "unbacked", [found for node in graph_module.graph.nodes for found in bindings(node)])
        self._note(name, "symbols", bound_symbols(graph_module))
        self.symbols |= symbols_of_graph(graph_module)
        beside = texts_beside(graph_module, self._named_inputs(), constants)
        self.artifacts.extend(graph_artifacts(name, graph_module, beside))

    def _named_inputs(self) -> dict[str, Any]:
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
        """Record what a build of the case itself observes."""
        if case.observe is not None and when not in self.facts:
            self._begin(Step.OBSERVING)
            self.facts[when] = dict(case.observe())

    def traced(self) -> None:
        """Say that tracing is over and nothing traced has run yet."""
        self.observe("after_tracing", self.case)

    def same_as_eager(
        self,
        fact: str,
        traced: Callable[..., Any],
        names: Sequence[str] | None = None,
        *,
        by_position: bool = False,
    ) -> None:
        """Run the traced program and eager's, each on fresh inputs, and record whether they agree.

        Args:
            fact: the fact's name.
            traced: the traced program.
            names: the order of its keywords, if not the case's.
            by_position: whether it has lost the names of its inputs.
        """
        run = self.fresh()
        keywords = run.kwargs if names is None else {name: run.kwargs[name] for name in names}

        def call() -> Any:
            return traced(*positional(run)) if by_position else traced(*run.args, **keywords)

        self.agrees(fact, run, call)
        self.observe("after_running", run)

    def agrees(self, fact: str, run: Case, call: Callable[[], Any]) -> None:
        """Record under `fact` whether a call's result is eager's: true, or why not in words."""
        case = self.fresh()
        expected = self._eager(case, case.args, case.kwargs)
        if isinstance(expected, Exception):
            self.facts[fact] = f"eager raises {stable_message(expected)}"
            return
        self._begin(Step.RUNNING_TRACED)
        try:
            result = call()
        except Exception as error:
            self.facts[fact] = f"running raises {stable_message(error)}"
            return
        self.judge(fact, run, difference(result, expected, run.compare))

    def judge(self, fact: str, case: Case, found: Difference | None) -> None:
        """Record whether results agree, and how that was judged."""
        self.facts[fact] = True if found is None else str(found)
        self.facts["judged_by"] = case.compare.value

    def eager_calls(self) -> list[Any]:
        """Give eager's results for the first and all further calls, an exception where one is raised."""
        case = self.fresh()
        calls = all_calls(case)
        return [self._eager(case, args, {} if number else case.kwargs) for number, args in enumerate(calls)]

    def _eager(self, case: Case, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Give eager's result, or the exception that it raises."""
        assert case.program is not None
        self._begin(Step.RUNNING)
        try:
            return case.program(*args, **kwargs)
        except Exception as error:
            return error


def all_calls(case: Case) -> list[tuple[Any, ...]]:
    """Give the positional inputs of the first and of all further calls."""
    return [tuple(case.args), *(tuple(call) for call in case.calls)]


def positional(case: Case) -> tuple[Any, ...]:
    """Give a case's inputs as positional ones."""
    if not case.kwargs or case.program is None:
        return tuple(case.args)
    bound = inspect.signature(as_module(case.program).forward).bind(*case.args, **case.kwargs)
    if bound.kwargs:
        raise UnavailableError("the program has inputs that can only be given by keyword")
    return bound.args


def script_object_types(args: tuple[Any, ...]) -> list[Json]:
    """Name the types of those inputs that are script objects, real or fake."""
    return [type(arg).__name__ for arg in args if isinstance(arg, torch.ScriptObject | FakeScriptObject)]
