"""Tracing paths of AOTAutograd's export."""

from graph_goldens.capture.tracing.tracing import Tracing


def aot_inference(tracing: Tracing) -> None:
    """`aot_export_module` without the backward."""
    exported = tracing.aot_export()
    tracing.aot_program(exported, "traced")
    tracing.aot_same_as_eager(exported)


def aot_joint(tracing: Tracing) -> None:
    """`aot_export_module` with the backward; the loss is the sum of the results that require grad."""
    exported = tracing.aot_export(joint=True)
    tracing.aot_program(exported, "joint")
    tracing.aot_same_as_eager(exported)
