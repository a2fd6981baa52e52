"""Tracing paths of AOTAutograd's export."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch._functorch.aot_autograd import aot_export_module
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch._library import fake_class_registry
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import GraphModule
from torch.fx.experimental.symbolic_shapes import ShapeEnv

from graph_goldens.capture.tracing.agreement import identify_storage
from graph_goldens.capture.tracing.inputs import FlatProgram, make_returnable, wrap_as_module
from graph_goldens.capture.tracing.stable_errors import UnavailableError
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.case import Case

Eager = Callable[[FlatProgram], Any]


def aot_inference(tracing: Tracing) -> None:
    """`aot_export_module` without the backward."""
    program = _flatten_outputs(tracing.case)
    traced, signature = _export_by_aot(tracing, "traced", program, torch.no_grad, trace_joint=False)

    def eager(program: FlatProgram) -> Any:
        with torch.no_grad():
            return program(*program.inputs)

    _compare_with_eager(tracing, traced, signature, _flatten_outputs, eager)


def aot_joint(tracing: Tracing) -> None:
    """`aot_export_module` with the backward; the loss is the sum of the results that require grad."""
    program = _sum_outputs(tracing.case)
    if not _is_differentiable(program):
        raise UnavailableError("nothing that the program is given requires grad")
    traced, signature = _export_by_aot(
        tracing, "joint", program, nullcontext, trace_joint=True, output_loss_index=0
    )

    def eager(program: FlatProgram) -> Any:
        (loss,) = program(*program.inputs)
        gradients = torch.autograd.grad(loss, _is_differentiable(program), allow_unused=True)
        return [loss.detach(), *gradients]

    _compare_with_eager(tracing, traced, signature, _sum_outputs, eager)


def _flatten_outputs(case: Case) -> FlatProgram:
    """Make a program of flat outputs, as AOTAutograd wants them."""
    assert case.program is not None
    return FlatProgram(wrap_as_module(case.program), case, make_returnable)


def _sum_outputs(case: Case) -> FlatProgram:
    """Make a program whose one output is a scalar loss."""
    assert case.program is not None
    return FlatProgram(wrap_as_module(case.program), case, _sum_loss)


def _sum_loss(leaves: list[Any]) -> tuple[torch.Tensor]:
    """Sum the results that require grad, of complex ones both parts."""
    tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor) and leaf.requires_grad]
    if not tensors:
        raise UnavailableError("the program has no result that requires grad, to take as a loss")
    parts = [torch.view_as_real(each) if each.is_complex() else each for each in tensors]
    return (torch.stack([each.sum() for each in parts]).sum() if len(parts) > 1 else parts[0].sum(),)


def _is_differentiable(program: FlatProgram) -> list[torch.Tensor]:
    """List the parameters and inputs that require grad, in the order in which the graph takes them."""
    given = [*_list_parameters_and_buffers(program), *program.inputs]
    return [each for each in given if isinstance(each, torch.Tensor) and each.requires_grad]


def _list_parameters_and_buffers(program: FlatProgram) -> list[torch.Tensor]:
    parameters = [each for _, each in program.named_parameters(remove_duplicate=False)]
    return parameters + [each for _, each in program.named_buffers(remove_duplicate=False)]


def _export_by_aot(
    tracing: Tracing,
    name: str,
    program: FlatProgram,
    mode: Callable[[], AbstractContextManager[Any]],
    **options: Any,
) -> tuple[GraphModule, Any]:
    inputs = _make_fake_inputs(program.inputs)
    with tracing.enter(), mode(), enable_torchbind_tracing():
        traced, signature = aot_export_module(program, inputs, **options)
    tracing.end_tracing()
    with tracing.blame_harness("rendering the graph"):
        tracing.graph(name, traced, [*signature.input_tokens, *signature.output_tokens])
        tracing.text(f"{name}.signature", _print_signature(signature))
    return traced, signature


def _compare_with_eager(
    tracing: Tracing, traced: GraphModule, signature: Any, flat: Callable[[Case], FlatProgram], eager: Eager
) -> None:
    """Run the graph; of what it returns, hold the program's results, and gradients, against eager's.

    What it returns for an input that the program writes is written into that input, as the wrappers of
    torch/_functorch/_aot_autograd/runtime_wrappers.py do.
    """
    run, case = tracing.build_afresh(), tracing.build_afresh()
    program, eager_program = flat(run), flat(case)
    given, eager_given = (
        [*_list_parameters_and_buffers(each), *each.inputs] for each in (program, eager_program)
    )
    tokens = [torch.empty(0) for _ in signature.input_tokens]
    results = len(signature.user_outputs) + (
        len(_is_differentiable(program)) if signature.backward_signature else 0
    )
    written = _find_written(traced, signature, len(tokens))

    def call() -> Any:
        with torch.no_grad():
            returned = list(traced(*tokens, *given))
            found = returned[len(returned) - results :]
            return _write_inputs(found, [(returned[output], given[place]) for output, place in written])

    runs = (run, call), (case, lambda: eager(eager_program))
    # which gradients share a storage is autograd's business: it promises none
    aliases = not signature.backward_signature
    tracing.compare_runs("same_as_eager", *runs, inputs=(given, eager_given), aliases=aliases)
    tracing.observe("after_running", run)


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


def _print_signature(signature: Any) -> str:
    lines = []
    for field in fields(signature):
        value = getattr(signature, field.name)
        if value and not field.name.endswith("_spec"):
            lines.append(f"{field.name}: {_simplify(value)}")
    return "\n".join(lines)


def _simplify(value: Any) -> Any:
    return (
        {field.name: getattr(value, field.name) for field in fields(value)} if is_dataclass(value) else value
    )
