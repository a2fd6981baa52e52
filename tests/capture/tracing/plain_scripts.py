"""Trace the cases of a folder of packs as a plain PyTorch script does, without the harness's tracing paths.

Runs in an environment: `PYTHON plain_scripts.py CASES LIBRARY…`. Standard input gives a case and a tracing
path a line, as JSON, and as a third item another tracing path where it is that one's script that runs:
`["pack/name", "export", null]`. Prints JSON: for each the name of the exception that was raised, `nothing`
where a compiler was given no graph, how the script's process ended where it told nothing, or an empty text
where it raised nothing; and the exception's message.
"""

import inspect
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch._dynamo.backends.common import aot_autograd
from torch._functorch.aot_autograd import aot_export_module
from torch._functorch.partitioners import min_cut_rematerialization_partition
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch._library.fake_class_registry import maybe_to_fake_obj
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.export._trace import _export
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.switches import mend_after_fork
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.child_tasks import Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.cases.case import Case
from graph_goldens.cases.discovery import find_cases
from graph_goldens.cases.path_rows import WarmUp

LIMITS = Limits(seconds=300.0)
"""Inductor compiles C++: the first time, and beside other work, for over a minute."""


class Wrapper(torch.nn.Module):
    """What a person writes around a function to export it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        try:
            inspect.signature(function)
            self.forward = function
        except ValueError:
            self.forward = lambda *args, **kwargs: function(*args, **kwargs)


def module_of(case: Case) -> torch.nn.Module:
    assert case.program is not None
    return case.program if isinstance(case.program, torch.nn.Module) else Wrapper(case.program)


def by_symbolic_trace(case: Case) -> None:
    assert case.program is not None
    torch.fx.symbolic_trace(case.program)


def by_make_fx(**options: Any) -> Callable[[Case], None]:
    def trace(case: Case) -> None:
        names, count = list(case.kwargs), len(case.args)

        def flat(*inputs: Any) -> Any:
            assert case.program is not None
            return case.program(*inputs[:count], **dict(zip(names, inputs[count:], strict=True)))

        with enable_torchbind_tracing():
            make_fx(flat, _allow_non_fake_inputs=True, **options)(*case.args, *case.kwargs.values())

    return trace


def exported(case: Case, module: torch.nn.Module, *, strict: bool) -> Any:
    return torch.export.export(
        module, tuple(case.args), dict(case.kwargs), dynamic_shapes=case.dynamic_shapes, strict=strict
    )


def by_export(case: Case) -> None:
    exported(case, module_of(case), strict=False).module()


def by_strict_export(case: Case) -> None:
    exported(case, module_of(case), strict=True).module()


def by_training_export(case: Case) -> None:
    _export(
        module_of(case),
        tuple(case.args),
        dict(case.kwargs),
        dynamic_shapes=case.dynamic_shapes,
        strict=False,
        pre_dispatch=True,
    ).module()


def by_retracing(case: Case) -> None:
    exported(case, exported(case, module_of(case), strict=False).module(), strict=False).module()


def by_functional_export(case: Case) -> None:
    """By the private call of PyTorch, or by the public way to the same; the first says why neither works."""
    shapes, options = case.dynamic_shapes, {"strict": False, "pre_dispatch": False}
    try:
        _export(
            module_of(case), tuple(case.args), dict(case.kwargs), dynamic_shapes=shapes, **options
        ).module()
    except Exception as error:
        try:
            exported(case, module_of(case), strict=False).run_decompositions({}).module()
        except Exception:
            raise error from None


def by_decomposition(case: Case) -> None:
    exported(case, module_of(case), strict=False).run_decompositions().module()


def by_reloading(case: Case) -> None:
    file = io.BytesIO()
    torch.export.save(exported(case, module_of(case), strict=False), file)
    file.seek(0)
    torch.export.load(file).module()


class Tensors(torch.nn.Module):
    """The program as a function of its tensors and script objects alone."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.program = module_of(case)
        self.function = None if self.program is case.program else case.program
        self.given, self.spec = pytree.tree_flatten((tuple(case.args), dict(case.kwargs)))

    def inputs(self) -> list[Any]:
        return [leaf for leaf in self.given if isinstance(leaf, torch.Tensor | torch.ScriptObject)]

    def results(self, *inputs: Any) -> list[Any]:
        left = list(inputs)
        leaves = [
            left.pop(0) if isinstance(leaf, torch.Tensor | torch.ScriptObject) else leaf
            for leaf in self.given
        ]
        args, kwargs = pytree.tree_unflatten(leaves, self.spec)
        called = self.function or self.program
        return list(pytree.tree_leaves(called(*args, **kwargs)))


class Inference(Tensors):
    """All results that are tensors."""

    def forward(self, *inputs: Any) -> Any:
        return tuple(each for each in self.results(*inputs) if isinstance(each, torch.Tensor))


class Loss(Tensors):
    """The sum of all results that have gradients."""

    def forward(self, *inputs: Any) -> Any:
        parts = [
            each for each in self.results(*inputs) if isinstance(each, torch.Tensor) and each.requires_grad
        ]
        real = [torch.view_as_real(each) if each.is_complex() else each for each in parts]
        return (sum(each.sum() for each in real),)


def faked(inputs: list[Any]) -> list[Any]:
    mode = FakeTensorMode(shape_env=ShapeEnv(), allow_non_fake_inputs=True)
    return [
        mode.from_tensor(each, static_shapes=True)
        if isinstance(each, torch.Tensor)
        else maybe_to_fake_obj(mode, each)
        for each in inputs
    ]


def by_aot_inference(case: Case) -> None:
    program = Inference(case)
    with torch.no_grad(), enable_torchbind_tracing():
        aot_export_module(program, faked(program.inputs()), trace_joint=False)


def by_aot_joint(case: Case) -> None:
    program = Loss(case)
    with enable_torchbind_tracing():
        aot_export_module(program, faked(program.inputs()), trace_joint=True, output_loss_index=0)


GRAPHS: list[Any] = []


class NoGraphError(Exception):
    """A compiler was given no graph."""


def seen(graph_module: torch.fx.GraphModule, _: Any) -> Callable[..., Any]:
    GRAPHS.append(graph_module)
    return graph_module.forward


def by_compile(backend: Callable[..., Any], **options: Any) -> Callable[[Case], None]:
    def trace(case: Case) -> None:
        torch.compile(case.program, backend=backend, **options)(*case.args, **case.kwargs)
        if not GRAPHS:
            raise NoGraphError

    return trace


def by_inductor(case: Case) -> None:
    torch.compile(case.program, backend="inductor")(*case.args, **case.kwargs)


def by_observing(case: Case) -> None:
    assert case.observe is not None
    case.observe()


SCRIPTS: Mapping[str, Callable[[Case], None]] = {
    "symbolic-trace": by_symbolic_trace,
    "make-fx-real": by_make_fx(tracing_mode="real"),
    "make-fx-fake": by_make_fx(tracing_mode="fake"),
    "make-fx-symbolic": by_make_fx(tracing_mode="symbolic"),
    "make-fx-pre-dispatch": by_make_fx(pre_dispatch=True),
    "export": by_export,
    "export-strict": by_strict_export,
    "export-pre-dispatch": by_training_export,
    "export-functional": by_functional_export,
    "export-decomposed": by_decomposition,
    "export-retraced": by_retracing,
    "export-reloaded": by_reloading,
    "aot-inference": by_aot_inference,
    "aot-joint": by_aot_joint,
    "compile-eager": by_compile(seen),
    "compile-dynamic": by_compile(seen, dynamic=True),
    "compile-aot-eager": by_compile(
        aot_autograd(fw_compiler=seen, partition_fn=min_cut_rematerialization_partition)
    ),
    "compile-inductor": by_inductor,
    "facts": by_observing,
}


def run_script(build: Callable[[], Case], script: str) -> tuple[str, str]:
    """Run a script, and name what it raises, with the message."""
    torch.manual_seed(0)
    with ExitStack() as stack:
        try:
            case = build()
            for context in case.contexts:
                stack.enter_context(context())
            SCRIPTS[script if case.program is not None else "facts"](case)
        except NoGraphError:
            return "nothing", ""
        except Exception as error:
            return type(error).__name__, str(error)
    return "", ""


def task(build: Callable[[], Case], name: str, path: str, script: str | None = None) -> Task[tuple[str, str]]:
    def run(_: object) -> Iterator[str]:
        mend_after_fork()
        yield json.dumps([name, path, *run_script(build, script or path)])

    return Task((name, path), run, LIMITS)


def main(folder: Path, libraries: list[str]) -> None:
    for library in libraries:
        torch.classes.load_library(library)
    found = find_cases(folder)
    assert not found.mistakes, found.mistakes
    for stage in WarmUp:
        warm_up(stage)
    asked = [json.loads(line) for line in sys.stdin]
    make_cheap_to_fork(len(asked))
    tasks = [task(found.cases[name].build, name, *paths) for name, *paths in asked]
    for ended in run_tasks(tasks, len(os.sched_getaffinity(0))):
        print(ended.line or json.dumps([*ended.key, ended.death or "timed out", ""]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
