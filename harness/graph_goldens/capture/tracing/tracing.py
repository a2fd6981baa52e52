"""What a tracing path works with: one capture, and PyTorch's tracers. Its manual: docs/tracing-paths.md."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
import torch._dynamo
from torch.export import ExportedProgram
from torch.fx import GraphModule

from graph_goldens.capture.tracing.aot_exporting import (
    AotExported,
    compare_with_eager,
    export_by_aot,
    print_aot_signature,
)
from graph_goldens.capture.tracing.compiling import Compiler, compile_and_call, print_dynamo_guards
from graph_goldens.capture.tracing.exported_texts import (
    name_tokens,
    print_guards,
    print_ranges,
    print_signature,
)
from graph_goldens.capture.tracing.exporting import Default, ExportOptions, Table, export_program
from graph_goldens.capture.tracing.fx_tracing import trace_by_make_fx
from graph_goldens.capture.tracing.running import CaptureStep, Running
from graph_goldens.cases.case import Case
from graph_goldens.words import suggest_name


def _tell_nobody(_: CaptureStep) -> None:
    return


class Tracing(Running):
    """One capture: the program that is traced, PyTorch's tracers for it, and where what they give is put.

    The tracers enter the case's contexts, and begin random numbers anew, while they trace. An exception that
    leaves a tracing path is the record's outcome.
    """

    def __init__(
        self, build: Callable[[], Case], begin: Callable[[CaptureStep], None] = _tell_nobody
    ) -> None:
        super().__init__(build, begin)
        self._numbers = Counter[str]()

    def number(self, kind: str) -> str:
        """Return the next name of graphs of one kind, in the order in which they come: `graph_0`, …"""
        name = f"{kind}_{self._numbers[kind]}"
        self._numbers[kind] += 1
        return name

    def symbolic_trace(self) -> GraphModule:
        """Trace the program by `torch.fx.symbolic_trace`, which runs it once on proxies."""
        with self.enter():
            traced: GraphModule = torch.fx.symbolic_trace(self.program)
        return traced

    def make_fx(self, **options: Any) -> GraphModule:
        """Trace the program by `make_fx`; its inputs are given by position.

        Args:
            options: as `make_fx` takes them: `tracing_mode`, `pre_dispatch`, `decomposition_table`.
        """
        return trace_by_make_fx(self, **options)

    def export(
        self,
        module: torch.nn.Module | None = None,
        *,
        strict: bool = False,
        pre_dispatch: bool | None = None,
        dynamic_shapes: Any = Default.OF_CASE,
        decompositions: Table | Default | None = None,
    ) -> ExportedProgram:
        """Export the program on the case's inputs.

        Args:
            module: what is exported instead of the program, such as the unlifted module of an export.
            strict: whether through Dynamo.
            pre_dispatch: True for the training IR, False for the functional IR below autograd; what
                `torch.export.export` gives where None.
            dynamic_shapes: as `torch.export.export` takes them; those of the case where left out.
            decompositions: the table by which the program is decomposed then, or `Default.OF_TORCH`, which is
                PyTorch's own; none where None.
        """
        options = ExportOptions(strict, pre_dispatch, dynamic_shapes, decompositions)
        return export_program(self, self.module if module is None else module, options)

    def aot_export(self, *, joint: bool = False, decompositions: Table | None = None) -> AotExported:
        """Export the program by AOTAutograd.

        Args:
            joint: whether with the backward of the sum of the results that require grad.
            decompositions: the table by which operators are decomposed; none where None.

        Raises:
            UnavailableError: nothing of a joint graph requires grad.
        """
        return export_by_aot(self, joint=joint, decompositions=decompositions)

    def compile(self, backend: Compiler | str, *, backward: bool = False, **options: Any) -> None:
        """Compile the program, make all calls of the case, and record frames, breaks, agreement with eager.

        Args:
            backend: what Dynamo gives each graph to, with its inputs; or the name of one that it knows.
            backward: whether the backward of all results is run after each call.
            options: as `torch.compile` takes them, such as `dynamic`.

        Raises:
            NothingCapturedError: no graph was recorded.
        """
        compile_and_call(self, self.find_backend(backend), backward=backward, **options)

    def find_backend(self, backend: Compiler | str) -> Compiler:
        """Find a compile backend by the name under which Dynamo knows it; a function is one itself.

        Raises:
            PathError: Dynamo knows none of that name.
        """
        if not isinstance(backend, str):
            return backend
        known = torch._dynamo.list_backends(exclude_tags=())
        if backend not in known:
            self.blame_author(f"PyTorch has no backend {backend!r}; {suggest_name(backend, sorted(known))}")
        found: Compiler = torch._dynamo.lookup_backend(backend)
        return found

    def dynamo_guards(self) -> str:
        """Print Dynamo's guards so far, one a line, for a backend while it is called."""
        return print_dynamo_guards()

    def note_symbols(self, exported: ExportedProgram) -> None:
        """Note the words that an exported program has ranges of, which messages in graphs may name."""
        self.symbols.update(map(str, exported.range_constraints))

    def exported_program(self, exported: ExportedProgram, name: str = "program") -> None:
        """Record an exported program: its graph, and as texts its signature, ranges of symbols and guards."""
        kept = {**exported.state_dict, **exported.constants}
        self.note_symbols(exported)
        with self.blame_harness(f"rendering {name}"):
            self.graph(name, exported.graph_module, name_tokens(exported), kept)
            self.text(f"{name}.signature", print_signature(exported))
            self.text(f"{name}.ranges", print_ranges(exported))
            self.text(f"{name}.guards", print_guards(exported))

    def aot_program(self, exported: AotExported, name: str) -> None:
        """Record what AOTAutograd exported: its graph, and its signature as a text."""
        with self.blame_harness(f"rendering {name}"):
            self.graph(name, exported.graph_module, exported.tokens)
            self.text(f"{name}.signature", print_aot_signature(exported.signature))

    def aot_same_as_eager(self, exported: AotExported) -> None:
        """Run a graph of AOTAutograd and eager, each on fresh inputs, and record whether they agree."""
        compare_with_eager(self, exported)
