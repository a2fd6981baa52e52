"""A labelled pair: a golden, how it is changed, and the class that the design gives the change."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail
from graph_goldens.records import Record
from tests.drift.labelled.records import Mutation, golden

# What is finer than `operators` is left open where the design's words fit more than one answer, or none.
OPEN = frozenset([None, *Detail])
PLAIN: frozenset[Detail | None] = frozenset([None])


def only(detail: Detail) -> frozenset[Detail | None]:
    return frozenset([detail])


ALIASES = only(Detail.ALIASES)
ASSERTIONS = only(Detail.ASSERTIONS)
DECOMPOSITION = only(Detail.DECOMPOSITION)
LITERALS = only(Detail.LITERALS)


@dataclass(frozen=True)
class Pair:
    """A golden and its mutation.

    Attributes:
        name: what was done, as the test's name.
        golden: the golden's record.
        mutation: what makes the other record of it.
        kind: the class of the drift; None where there is none.
        details: what the drift may say that is finer than its class.
        alone: the class where nothing but graph strings changed; the same where nothing is said.
    """

    name: str
    golden: Record
    mutation: Mutation
    kind: DriftClass | None
    details: frozenset[Detail | None] = PLAIN
    alone: DriftClass | None = None

    @property
    def record(self) -> Record:
        return self.mutation(self.golden)


ATTRIBUTE = golden("2.4.1", "attribute", "export")
VIEWS = golden("2.4.1", "compile_body_aliasing_contents", "make-fx-symbolic")
TOKENS = golden("2.10.0", "non_strict_export_methods", "export-functional")
LINEAR = golden("2.12.1", "non_strict_export_methods", "export-strict")
ASSERTED = golden("2.6.0", "custom_obj_unbacked_symint", "export")
METADATA = golden("2.13.0", "compile_obj_torchbind_op_with_autocast", "aot-inference")
AUTOCAST = golden("2.10.0", "compile_obj_torchbind_op_with_autocast", "compile-eager")
INDUCTOR = golden("2.13.0", "compile_obj_torchbind_op_with_autocast", "compile-inductor")
BODIES = golden("2.9.1", "compile_obj_torchbind_op_with_autocast", "export")
WRAPPED = golden("2.9.1", "compile_obj_as_hop_input", "compile-eager")
BREAKS = golden("2.4.1", "compile_obj_graph_breaks", "compile-eager")
BUFFER = golden("2.4.1", "safe_to_trace_with_real", "export-retraced")
FAILED = golden("2.4.1", "compile_error_on_script_obj_setattr", "compile-eager")
UNAVAILABLE = golden("2.4.1", "compile_error_on_script_obj_setattr", "aot-joint")

TENSOR = "float32[2, 3] stride (3, 1) cpu"
SQUARE = "float32[2, 2] stride (2, 1) cpu"
VECTOR = "float32[2] stride (1) cpu"
FLAT = "float32[s0*s1] stride (1) cpu"
PERMUTED = "float32[s1, s0] stride (1, s1) cpu"


def prepared(record: Record, mutation: Mutation) -> Record:
    """Give a golden with what no golden of the repository holds."""
    return mutation(record)


def same_value(*names: str, value: str = TENSOR) -> Mapping[str, str]:
    return dict.fromkeys(names, value)
