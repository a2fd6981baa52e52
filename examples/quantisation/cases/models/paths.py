"""Quantisation after export (PT2E), step by step: annotated, prepared, converted."""

import re

from torch import fx
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer import QuantizationSpec
from torchao.testing.pt2e._xnnpack_quantizer import XNNPACKQuantizer, get_symmetric_quantization_config

from graph_goldens import TextKind, Tracing, text_rule, tracing_path

ANNOTATIONS = TextKind("annotations")
OBSERVERS = TextKind("observers")
_NUMBER = r"-?[\d.]+(?:e[+-]?\d+)?"
_SCALED = re.compile(rf"(quantize_per_tensor\.default\]?\((?:args = \()?%?\w+, ){_NUMBER}, -?\d+(?=, )")
_STORED = re.compile(r"^(self\._(?:scale_|zero_point_|frozen_param)\d+ : .*?)(?: = | digest ).*$", re.M)


@text_rule(
    example=(
        "quantize_per_tensor.default(x, 0.0176, 10, -128)",
        "quantize_per_tensor.default(x, scale, zero_point, -128)",
    )
)
def name_scales(text: str) -> str:
    """Scales and zero points of values come from calibration: they are data and not graph."""
    return _SCALED.sub(r"\1scale, zero_point", text)


@text_rule(example=("self._scale_0 : float32[2] = [0.5, 0.25]", "self._scale_0 : float32[2]"))
def drop_weights(text: str) -> str:
    """Quantised weights and their scales come from weights: their dtype and shape are enough."""
    return _STORED.sub(r"\1", text)


@tracing_path(after="export")
def annotated(tracing: Tracing) -> None:
    """What the quantiser wants of each node: which inputs and results are to be observed, and how."""
    quantiser = make_quantiser()
    module = quantiser.transform_for_annotation(tracing.export().module())
    quantiser.annotate(module)
    tracing.graph("annotated", module)
    tracing.text("annotated", "\n".join(describe_annotations(module)), ANNOTATIONS)


@tracing_path(after="annotated")
def prepared(tracing: Tracing) -> None:
    """The module with its observers, which change no value."""
    module = prepare(tracing)
    tracing.graph("prepared", module)
    tracing.text("prepared", "\n".join(describe_observers(module)), OBSERVERS)
    tracing.same_as_eager(module)


@tracing_path(after="prepared")
def converted(tracing: Tracing) -> None:
    """The quantised module, calibrated on the case's inputs alone."""
    module = prepare(tracing)
    module(*tracing.inputs)
    done = convert_pt2e(module)
    tracing.graph("converted", done, rules=[name_scales, drop_weights])
    quantised = list_calls(done, "quantize_per_tensor")
    tracing.fact("quantised", len(quantised))
    tracing.fact("scales", len({call.args[1:3] for call in quantised}))  # fewer where values share one
    tracing.fact("quantised_weights", len(list_calls(done, "dequantize_per_channel")))


def make_quantiser() -> XNNPACKQuantizer:
    """Make the quantiser for XNNPACK: weights by channel, results by tensor, all int8."""
    return XNNPACKQuantizer().set_global(get_symmetric_quantization_config(is_per_channel=True))


def prepare(tracing: Tracing) -> fx.GraphModule:
    """Export the case and put in observers where the quantiser wants them; batch norm is folded too."""
    return prepare_pt2e(tracing.export().module(), make_quantiser())


def describe_annotations(module: fx.GraphModule) -> list[str]:
    """Say in a line for each annotated node what it takes and what it makes."""
    lines = []
    for node in module.graph.nodes:
        annotation = node.meta.get("quantization_annotation")
        if annotation is None:
            continue
        taken = (f"{source} {describe(spec)}" for source, spec in annotation.input_qspec_map.items())
        lines.append(
            f"{node}: takes {', '.join(taken) or 'nothing'}; makes {describe(annotation.output_qspec)}"
        )
    return lines


def describe(spec: object) -> str:
    """Say how a value is to be observed; a kind of its own, such as a shared one, by its name."""
    if not isinstance(spec, QuantizationSpec):
        return "as it is" if spec is None else type(spec).__name__
    return f"{spec.dtype} {spec.qscheme} from {spec.quant_min} to {spec.quant_max}"


def describe_observers(module: fx.GraphModule) -> list[str]:
    """Say of each observer what kind it is, without what it saw."""
    called = [node.target for node in module.graph.nodes if node.op == "call_module"]
    found = ((name, type(module.get_submodule(name)).__name__) for name in called)
    return [f"{name}: {kind}" for name, kind in found if kind.endswith("Observer")]


def list_calls(module: fx.GraphModule, name: str) -> list[fx.Node]:
    """List the calls of an operator of this name."""
    return [node for node in module.graph.nodes if f".{name}." in f".{node.target}."]
