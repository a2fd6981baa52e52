"""The case of one capture: built, entered, run eagerly, and what was traced of it held against that."""

import enum
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch._library.fake_class_registry import FakeScriptObject

from graph_goldens.capture.tracing.agreement import Difference, find_difference
from graph_goldens.capture.tracing.inputs import ByPosition, put_by_position, wrap_as_module
from graph_goldens.capture.tracing.recording import Recording, find_no_json
from graph_goldens.capture.tracing.stable_errors import CaseError, UnavailableError, stabilise_message
from graph_goldens.cases.case import Call, Case
from graph_goldens.records import Json

SEED = 0


class CaptureStep(enum.Enum):
    """What a capture is doing: the last step that it began is told where it does not end."""

    BUILDING = "building the case"
    TRACING = "tracing by {path}"
    RUNNING = "running the program"
    RUNNING_TRACED = "running what was traced by {path}"
    OBSERVING = "observing the case"


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


class Running(Recording):
    """The case of a capture, which is built and run as often as the tracing path needs it.

    Attributes:
        case: the build of the case that is traced.
    """

    def __init__(self, build: Callable[[], Case], begin: Callable[[CaptureStep], None]) -> None:
        super().__init__()
        self._build = build
        self._begin = begin
        self._entered = False
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
    def inputs(self) -> tuple[Any, ...]:
        """The positional inputs of the case."""
        return tuple(self.case.args)

    @property
    def keywords(self) -> dict[str, Any]:
        """The keyword inputs of the case."""
        return dict(self.case.kwargs)

    @property
    def by_position(self) -> ByPosition:
        """The program and its inputs for the tracers that take positional ones alone."""
        return put_by_position(self.program, self.case)

    def _name_inputs(self) -> dict[str, Any]:
        """Find the case's inputs by the names that the program has for them, where they fit."""
        try:
            return inspect.signature(self.module.forward).bind(*self.case.args, **self.case.kwargs).arguments
        except (TypeError, ValueError, UnavailableError):
            return {}

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Enter what the case asks for around tracing, with random numbers as eager's run has them.

        Where it is entered already, this enters nothing. When the first tracing ends, and nothing that was
        traced has run, the case observes.
        """
        if self._entered:
            yield
            return
        self._entered = True
        try:
            with self._enter_contexts(self.case):
                self._begin(CaptureStep.TRACING)
                yield
        finally:
            self._entered = False
        self.end_tracing()

    @contextmanager
    def _enter_contexts(self, case: Case) -> Iterator[None]:
        """Enter what a case asks for around its program, traced or not, and begin random numbers anew."""
        with ExitStack() as stack:
            for context in case.contexts:
                stack.enter_context(context())
            seed_generators()
            yield

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
        traced: Callable[..., Any],
        fact: str = "same_as_eager",
        *,
        names: Sequence[str] | None = None,
        positional: bool = False,
    ) -> None:
        """Run the traced program and eager's, each on fresh inputs, and record whether they agree.

        Args:
            traced: the traced program.
            fact: the fact's name.
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

        case = self.build_afresh()
        self.compare_runs(fact, (run, call), (case, lambda: _run_eager(case)))
        self.observe("after_running", run)

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
        if kind := find_no_json(value):
            raise CaseError(f"the case observes {name} = {kind}, which is no JSON")
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
