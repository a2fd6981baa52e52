"""Export a program by AOTAutograd, and hold its graph against eager."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch._functorch.aot_autograd import aot_export_module
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch._library import fake_class_registry
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import GraphModule
from torch.fx.experimental.symbolic_shapes import ShapeEnv

from graph_goldens.capture.tracing.aliased_results import identify_storage
from graph_goldens.capture.tracing.inputs import FlatProgram, make_returnable, wrap_as_module
from graph_goldens.capture.tracing.running import Running
from graph_goldens.capture.tracing.stable_errors import UnavailableError
from graph_goldens.cases.case import Case


@dataclass(frozen=True)
class AotExported:
    """What AOTAutograd's export gives of a program of flat inputs and outputs.

    Attributes:
        graph_module: the graph; it takes effect tokens, parameters and buffers before the program's inputs.
        signature: what its inputs and outputs are: `GraphSignature` of
            torch/_functorch/_aot_autograd/schemas.py.
        joint: whether it holds the backward too; its loss is the sum of the results that require grad.
    """

    graph_module: GraphModule
    signature: Any
    joint: bool

    @property
    def tokens(self) -> list[str]:
        """The names of its inputs and outputs that are effect tokens."""
        return [*self.signature.input_tokens, *self.signature.output_tokens]


def export_by_aot(
    running: Running, *, joint: bool, decompositions: Mapping[Any, Callable[..., Any]] | None
) -> AotExported:
    """Export the case's program by `aot_export_module`.

    Raises:
        UnavailableError: nothing of a joint graph requires grad.
    """
    program = _flatten(running.case, joint=joint)
    if joint and not _find_differentiable(program):
        raise UnavailableError("nothing that the program is given requires grad")
    options: dict[str, Any] = (
        {"trace_joint": True, "output_loss_index": 0} if joint else {"trace_joint": False}
    )
    if decompositions is not None:
        options["decompositions"] = dict(decompositions)
    inputs, mode = _make_fake_inputs(program.inputs), nullcontext if joint else torch.no_grad
    with running.enter(), mode(), enable_torchbind_tracing():
        traced, signature = aot_export_module(program, inputs, **options)
    return AotExported(traced, signature, joint)


def compare_with_eager(running: Running, exported: AotExported) -> None:
    """Run the graph; of what it returns, hold the program's results, and gradients, against eager's.

    What it returns for an input that the program writes is written into that input, as the wrappers of
    torch/_functorch/_aot_autograd/runtime_wrappers.py do.
    """
    signature, traced = exported.signature, exported.graph_module
    run, case = running.build_afresh(), running.build_afresh()
    program, eager_program = (_flatten(each, joint=exported.joint) for each in (run, case))
    given, eager_given = (
        [*_list_parameters_and_buffers(each), *each.inputs] for each in (program, eager_program)
    )
    tokens = [torch.empty(0) for _ in signature.input_tokens]
    results = len(signature.user_outputs) + (len(_find_differentiable(program)) if exported.joint else 0)
    written = _find_written(traced, signature, len(tokens))

    def call() -> Any:
        with torch.no_grad():
            returned = list(traced(*tokens, *given))
            found = returned[len(returned) - results :]
            return _write_inputs(found, [(returned[output], given[place]) for output, place in written])

    runs = (run, call), (case, lambda: _run_eager(eager_program, joint=exported.joint))
    # which gradients share a storage is autograd's business: it promises none
    running.compare_runs("same_as_eager", *runs, inputs=(given, eager_given), aliases=not exported.joint)
    running.observe("after_running", run)


def _run_eager(program: FlatProgram, *, joint: bool) -> Any:
    if not joint:
        with torch.no_grad():
            return program(*program.inputs)
    (loss,) = program(*program.inputs)
    gradients = torch.autograd.grad(loss, _find_differentiable(program), allow_unused=True)
    return [loss.detach(), *gradients]


def print_aot_signature(signature: Any) -> str:
    """Print what a graph of AOTAutograd takes and returns, a field a line."""
    lines = []
    for field in fields(signature):
        value = getattr(signature, field.name)
        if value and not field.name.endswith("_spec"):
            lines.append(f"{field.name}: {_simplify(value)}")
    return "\n".join(lines)


def _flatten(case: Case, *, joint: bool) -> FlatProgram:
    """Make a program of flat outputs, as AOTAutograd wants them; of a joint graph one, a scalar loss."""
    assert case.program is not None
    return FlatProgram(wrap_as_module(case.program), case, _sum_loss if joint else make_returnable)


def _sum_loss(leaves: list[Any]) -> tuple[torch.Tensor]:
    """Sum the results that require grad, of complex ones both parts."""
    tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor) and leaf.requires_grad]
    if not tensors:
        raise UnavailableError("the program has no result that requires grad, to take as a loss")
    parts = [torch.view_as_real(each) if each.is_complex() else each for each in tensors]
    return (torch.stack([each.sum() for each in parts]).sum() if len(parts) > 1 else parts[0].sum(),)


def _find_differentiable(program: FlatProgram) -> list[torch.Tensor]:
    """Find the parameters and inputs that require grad, in the order in which the graph takes them."""
    given = [*_list_parameters_and_buffers(program), *program.inputs]
    return [each for each in given if isinstance(each, torch.Tensor) and each.requires_grad]


def _list_parameters_and_buffers(program: FlatProgram) -> list[torch.Tensor]:
    parameters = [each for _, each in program.named_parameters(remove_duplicate=False)]
    return parameters + [each for _, each in program.named_buffers(remove_duplicate=False)]


def _find_written(traced: GraphModule, signature: Any, tokens: int) -> list[tuple[int, int]]:
    """Find what the graph returns for inputs that the program writes: places among outputs and inputs.

    `GraphSignature` of torch/_functorch/_aot_autograd/schemas.py names them; it has `parameters_to_mutate` in
    later releases only.
    """
    inputs = [node.name for node in traced.graph.nodes if node.op == "placeholder"][tokens:]
    (output,) = (node for node in traced.graph.nodes if node.op == "output")
    names = [getattr(each, "name", "") for each in output.args[0]]
    by_target = {target: name for name, target in signature.inputs_to_buffers.items()}
    by_target |= {target: name for name, target in signature.inputs_to_parameters.items()}
    written = {**signature.buffers_to_mutate, **getattr(signature, "parameters_to_mutate", {})}
    places = {name: by_target[target] for name, target in written.items()} | signature.user_inputs_to_mutate
    return [(names.index(name), inputs.index(place)) for name, place in places.items()]


def _write_inputs(results: list[Any], written: Sequence[tuple[Any, torch.Tensor]]) -> list[Any]:
    """Write inputs as the program does, and let results that share what was written share the inputs."""
    for value, place in written:
        place.copy_(value)
    return [_share_written(each, written) for each in results]


def _share_written(result: Any, written: Sequence[tuple[Any, torch.Tensor]]) -> Any:
    for value, place in written:
        if result is value:
            return place
        if (storage := identify_storage(result)) and storage == identify_storage(value):
            return place.as_strided(result.size(), result.stride(), result.storage_offset())
    return result


def _make_fake_inputs(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    mode = FakeTensorMode(shape_env=ShapeEnv(), allow_non_fake_inputs=True)
    return tuple(_make_fake(mode, leaf) for leaf in inputs)


def _make_fake(mode: FakeTensorMode, leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        return mode.from_tensor(leaf, static_shapes=True)
    return _find_script_object_faker()(mode, leaf)


def _find_script_object_faker() -> Callable[[FakeTensorMode, Any], Any]:
    """Before 2.5 it is `to_fake_obj`; since then objects that are safe to trace are left alone."""
    registry = fake_class_registry
    return registry.maybe_to_fake_obj if hasattr(registry, "maybe_to_fake_obj") else registry.to_fake_obj


def _simplify(value: Any) -> Any:
    return (
        {field.name: getattr(value, field.name) for field in fields(value)} if is_dataclass(value) else value
    )
