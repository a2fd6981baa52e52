"""The ONNX model that `torch.onnx.export` makes."""

from collections import Counter

import onnx
import onnxscript  # the exporter needs it: imported once, before captures  # noqa: F401
import torch

from graph_goldens import TextKind, Tracing, tracing_path

NODES = TextKind("nodes")
INITIALISERS = TextKind("initialisers")


@tracing_path(name="onnx", after="export")
def export_to_onnx(tracing: Tracing) -> None:
    """The model's graph as text, its opset, inputs and outputs, and its initialisers by dtype and shape."""
    model = export(tracing)
    onnx.checker.check_model(model)
    tracing.text("model", "\n".join(list_lines(model.graph)), NODES)
    tracing.text("model", "\n".join(map(describe_initialiser, model.graph.initializer)), INITIALISERS)
    tracing.fact("opsets", {each.domain or "ai.onnx": each.version for each in model.opset_import})
    tracing.fact("operators", dict(sorted(Counter(node.op_type for node in model.graph.node).items())))


def export(tracing: Tracing) -> onnx.ModelProto:
    """Export the case's module; an error is its first cause, which says what cannot be translated."""
    shapes = tracing.case.dynamic_shapes
    try:
        with tracing.enter():
            exported = torch.onnx.export(
                tracing.module, tracing.inputs, dynamo=True, dynamic_shapes=shapes, verbose=False
            )
    except torch.onnx.OnnxExporterError as error:
        raise RuntimeError(str(find_first_cause(error))) from None
    return exported.model_proto


def find_first_cause(error: BaseException) -> BaseException:
    """Find the error that all others were raised from."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def list_lines(graph: onnx.GraphProto) -> list[str]:
    """Write inputs, nodes and outputs in order, each in a line."""
    taken = [f"input {describe_value(each)}" for each in graph.input]
    made = [f"output {describe_value(each)}" for each in graph.output]
    return [*taken, *map(describe_node, graph.node), *made]


def describe_value(value: onnx.ValueInfoProto) -> str:
    """Say a value's name, dtype and shape; a symbol stands by its name."""
    tensor = value.type.tensor_type
    sizes = ", ".join(each.dim_param or str(each.dim_value) for each in tensor.shape.dim)
    return f"{value.name} : {name_dtype(tensor.elem_type)}[{sizes}]"


def describe_node(node: onnx.NodeProto) -> str:
    """Write a node as an assignment, attributes by name."""
    attributes = sorted(node.attribute, key=lambda each: each.name)
    arguments = [*node.input, *(onnx.helper.printable_attribute(each) for each in attributes)]
    return f"{', '.join(node.output)} = {node.op_type}({', '.join(arguments)})"


def describe_initialiser(tensor: onnx.TensorProto) -> str:
    """Say an initialiser's name, dtype and shape: its numbers are data."""
    return f"{tensor.name} : {name_dtype(tensor.data_type)}[{', '.join(map(str, tensor.dims))}]"


def name_dtype(number: int) -> str:
    """Name a dtype as ONNX does, such as `FLOAT`."""
    return str(onnx.TensorProto.DataType.Name(number))
