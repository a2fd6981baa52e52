"""Goldens of two versions of PyTorch, and the class of what that changed, as a reader says it.

Each was read. Outcomes, behaviour, interfaces, guards, values and captures were first told without the
classifier, from the raw texts: how it ended, facts, number and types of inputs, which artifacts differ. Only
pairs of one clear reading stand here.
"""

from functools import cache
from pathlib import Path

from packaging.version import Version

from graph_goldens.drift.classes import DriftClass
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Record
from tests.drift.labelled.records import PACK

SNAPSHOTS = Path(__file__).parents[3] / "snapshots"

# Case, tracing path, the older version, the newer one.
STEPS: dict[DriftClass, tuple[tuple[str, str, str, str], ...]] = {
    DriftClass.SPELLING: (("aot_export_tensor_queue_operators", "symbolic-trace", "2.4.1", "2.7.1"),),
    DriftClass.RENAMED: (
        ("compile_obj_graph_breaks", "compile-aot-eager", "2.7.1", "2.8.0"),
        ("compile_script_object_input_automatic_dynamic_shape", "compile-aot-eager", "2.6.0", "2.8.0"),
    ),
    DriftClass.PROVENANCE: (("custom_obj_unbacked_symint", "export-decomposed", "2.13.0", "2.15.0"),),
    DriftClass.WORDING: (
        ("compile_error_on_input_aliasing_contents", "export-strict", "2.5.1", "2.8.0"),
        ("compile_error_on_non_fakified_method", "aot-inference", "2.10.0", "2.11.0"),
    ),
    DriftClass.GUARDS: (
        ("aot_export_tensor_queue_operators", "compile-dynamic", "2.5.1", "2.6.0"),
        ("aot_export_tensor_queue_operators", "compile-dynamic", "2.9.1", "2.10.0"),
        ("attribute", "compile-dynamic", "2.4.1", "2.5.1"),
        ("attribute", "compile-dynamic", "2.5.1", "2.8.0"),
        ("compile_body_aliasing_contents", "compile-dynamic", "2.8.0", "2.9.1"),
        ("compile_body_aliasing_contents", "compile-dynamic", "2.9.1", "2.10.0"),
        ("compile_obj_as_hop_input", "compile-dynamic", "2.6.0", "2.7.1"),
        ("compile_obj_as_hop_input", "compile-dynamic", "2.7.1", "2.8.0"),
        ("compile_obj_attributes", "compile-dynamic", "2.4.1", "2.5.1"),
        ("compile_obj_closure", "compile-dynamic", "2.6.0", "2.8.0"),
    ),
    DriftClass.VALUES: (
        ("aot_export_tensor_queue_operators", "aot-inference", "2.4.1", "2.5.1"),
        ("aot_export_tensor_queue_operators", "aot-inference", "2.5.1", "2.6.0"),
        ("aot_export_tensor_queue_operators", "compile-aot-eager", "2.4.1", "2.5.1"),
        ("aot_export_tensor_queue_operators", "compile-dynamic", "2.8.0", "2.9.1"),
        ("attribute_as_custom_op_argument", "export-reloaded", "2.4.1", "2.5.1"),
        ("compile_body_aliasing_contents", "compile-inductor", "2.10.0", "2.13.0"),
        ("compile_body_aliasing_contents", "make-fx-fake", "2.4.1", "2.5.1"),
        ("compile_error_on_input_aliasing_contents", "aot-inference", "2.6.0", "2.9.1"),
        ("compile_obj_graph_breaks", "compile-aot-eager", "2.5.1", "2.6.0"),
        ("compile_obj_graph_breaks", "compile-aot-eager", "2.8.0", "2.9.1"),
        ("compile_script_object_input_automatic_dynamic_shape", "aot-inference", "2.6.0", "2.9.1"),
    ),
    DriftClass.OPERATORS: (
        ("aot_export_tensor_queue_operators", "compile-inductor", "2.10.0", "2.14.1"),
        ("attribute", "compile-inductor", "2.5.1", "2.6.0"),
        ("compile_obj_torchbind_op", "aot-inference", "2.4.1", "2.5.1"),
        ("compile_obj_torchbind_op_with_autocast", "aot-inference", "2.9.1", "2.13.0"),
        ("compile_obj_torchbind_op_with_autocast", "make-fx-pre-dispatch", "2.5.1", "2.6.0"),
        ("compile_script_object_input_automatic_dynamic_shape", "compile-inductor", "2.5.1", "2.6.0"),
        ("custom_obj_unbacked_symint", "export-functional", "2.11.0", "2.13.0"),
        ("make_fx_tensor_queue_methods", "compile-inductor", "2.13.0", "2.14.1"),
        ("tensor_op_in_tensor_flatten", "make-fx-symbolic", "2.4.1", "2.9.1"),
    ),
    DriftClass.INTERFACE: (
        ("aot_export_tensor_queue_operators", "export-functional", "2.6.0", "2.10.0"),
        ("custom_obj_list_out", "export-reloaded", "2.6.0", "2.11.0"),
        ("compile_error_on_input_aliasing_contents", "export-functional", "2.5.1", "2.6.0"),
        ("custom_obj_unbacked_symint", "export", "2.6.0", "2.11.0"),
        ("aot_export_tensor_queue_operators", "compile-aot-eager", "2.5.1", "2.6.0"),
        ("aot_export_tensor_queue_operators", "compile-aot-eager", "2.8.0", "2.9.1"),
        ("attribute", "aot-inference", "2.4.1", "2.5.1"),
        ("attribute", "compile-aot-eager", "2.4.1", "2.5.1"),
        ("compile_error_on_input_aliasing_contents", "aot-inference", "2.4.1", "2.5.1"),
        ("compile_error_on_input_aliasing_contents", "export", "2.4.1", "2.5.1"),
        ("compile_obj_as_hop_input", "compile-dynamic", "2.10.0", "2.11.0"),
        ("compile_obj_as_hop_input", "compile-dynamic", "2.5.1", "2.6.0"),
    ),
    DriftClass.CAPTURE: (),
    DriftClass.BEHAVIOUR: (
        ("compile_body_aliasing_contents", "aot-inference", "2.4.1", "2.5.1"),
        ("compile_obj_graph_breaks", "aot-inference", "2.4.1", "2.5.1"),
        ("compile_script_object_input", "aot-inference", "2.4.1", "2.5.1"),
        ("compile_script_object_input_automatic_dynamic_shape", "aot-inference", "2.4.1", "2.5.1"),
        ("aot_export_tensor_queue_operators", "export", "2.5.1", "2.6.0"),
        ("attribute", "export", "2.5.1", "2.6.0"),
        ("attribute", "export-reloaded", "2.5.1", "2.6.0"),
        ("compile_body_aliasing_contents", "compile-inductor", "2.5.1", "2.6.0"),
        ("compile_body_aliasing_contents", "compile-inductor", "2.6.0", "2.10.0"),
        ("compile_obj_as_hop_input", "compile-inductor", "2.5.1", "2.6.0"),
        ("compile_obj_as_hop_input", "compile-inductor", "2.9.1", "2.10.0"),
        ("compile_obj_graph_breaks", "compile-inductor", "2.5.1", "2.6.0"),
    ),
    DriftClass.OUTCOME: (
        ("safe_to_trace_with_real", "compile-aot-eager", "2.4.1", "2.5.1"),
        ("safe_to_trace_with_real", "compile-dynamic", "2.4.1", "2.5.1"),
        ("aot_export_tensor_queue_operators", "compile-inductor", "2.5.1", "2.7.1"),
        ("aot_export_tensor_queue_operators", "export", "2.4.1", "2.5.1"),
        ("attribute", "export-strict", "2.6.0", "2.8.0"),
        ("compile_body_aliasing_contents", "export-strict", "2.7.1", "2.12.1"),
        ("compile_error_on_input_aliasing_contents", "export-reloaded", "2.4.1", "2.5.1"),
        ("compile_error_on_non_fakified_method", "export-strict", "2.9.1", "2.10.0"),
        ("compile_error_on_script_obj_missing_attr", "export-strict", "2.4.1", "2.10.0"),
        ("compile_error_on_script_obj_setattr", "aot-inference", "2.4.1", "2.10.0"),
        ("compile_global_obj", "export-strict", "2.7.1", "2.12.1"),
    ),
}


@cache
def resolve(case: str, path: str, version: str) -> Record:
    """Find the record that a version's golden holds, in whichever overlay it lies."""
    golden = Goldens(SNAPSHOTS, ()).resolve(f"{PACK}/{case}", path, Version(version))
    assert golden is not None, (case, path, version)
    return golden.record
