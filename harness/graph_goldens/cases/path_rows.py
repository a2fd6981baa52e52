"""The tracing paths: all that is said of each in one row, which needs no PyTorch to be read."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FACTS_PATH = "facts"
"""What stands for the tracing path in the one record of a case that has no program."""


class WarmUp(enum.IntEnum):
    """When a tracing path is warmed up, cheap ones first.

    What is warmed up at one stage is captured before the next begins, so the state that each capture starts
    from does not depend on what else is captured. A stage is warmed up only where a path of its own or of a
    later one is asked for: Inductor takes as long to import as all before it to warm up.
    """

    QUICK = 0
    SLOW = 1
    INDUCTOR = 2


@dataclass(frozen=True)
class PathRow:
    """What is said of a tracing path.

    Attributes:
        name: what people and goldens call it.
        function: the module below `graph_goldens.capture.tracing`, and the function in it that traces.
        stage: when it is warmed up.
        seconds: the median wall time of its captures of the torchbind pack, on two cores; shards are planned
            by it as long as nothing was measured.
        facts: what it may record beside the facts that any path may.
        backward: whether it runs a backward; those are not traced to warm up, since that starts threads
            of autograd, on builds for CUDA at least, which do not survive a fork.
    """

    name: str
    function: str
    stage: WarmUp
    seconds: float
    facts: frozenset[str]
    backward: bool = False


ANY_FACTS = frozenset(("graphs", "inputs", "outputs", "unbacked", "symbols", "error", "after_tracing"))
"""The facts that any path may record."""

_RUN = frozenset(("same_as_eager", "judged_by", "after_running"))
_MAKE_FX = _RUN | {"script_inputs_while_tracing"}
_EXPORT = _RUN | {"exported", "module", "same_with_reversed_kwargs", "functional_by"}
_RETRACE = _EXPORT | {"retraced_same_as_eager", "after_retracing"}
_COMPILE = frozenset(
    ("same_as_eager", "judged_by", "frames", "restarts", "graph_breaks", "skipped_frames", "backward")
)
_QUICK, _SLOW, _INDUCTOR = WarmUp

PATH_ROWS: Mapping[str, PathRow] = MappingProxyType(
    {
        row.name: row
        for row in (
            PathRow("symbolic-trace", "fx_paths:symbolic_trace", _QUICK, 0.023, _RUN),
            PathRow("make-fx-real", "fx_paths:make_fx_real", _QUICK, 0.039, _MAKE_FX),
            PathRow("make-fx-fake", "fx_paths:make_fx_fake", _QUICK, 0.045, _MAKE_FX),
            PathRow("make-fx-symbolic", "fx_paths:make_fx_symbolic", _QUICK, 0.067, _MAKE_FX),
            PathRow("make-fx-pre-dispatch", "fx_paths:make_fx_pre_dispatch", _QUICK, 0.042, _MAKE_FX),
            PathRow("export", "export_paths:export", _QUICK, 0.105, _RETRACE),
            PathRow("export-strict", "export_paths:export_strict", _SLOW, 0.128, _RETRACE),
            PathRow("export-pre-dispatch", "export_paths:export_pre_dispatch", _QUICK, 0.109, _RETRACE),
            PathRow("export-functional", "export_paths:export_functional", _SLOW, 0.175, _RETRACE),
            PathRow("export-decomposed", "export_paths:export_decomposed", _SLOW, 0.317, _RUN),
            PathRow("export-retraced", "export_paths:export_retraced", _SLOW, 0.109, _EXPORT),
            PathRow("export-reloaded", "export_paths:export_reloaded", _SLOW, 0.089, _EXPORT),
            PathRow("aot-inference", "aot_paths:aot_inference", _SLOW, 0.095, _RUN),
            PathRow("aot-joint", "aot_paths:aot_joint", _SLOW, 0.082, _RUN, backward=True),
            PathRow("compile-eager", "compile_paths:compile_eager", _SLOW, 0.105, _COMPILE),
            PathRow("compile-dynamic", "compile_paths:compile_dynamic", _SLOW, 0.125, _COMPILE),
            PathRow("compile-aot-eager", "compile_paths:compile_aot_eager", _SLOW, 0.163, _COMPILE),
            PathRow("compile-inductor", "inductor_path:compile_inductor", _INDUCTOR, 0.184, _COMPILE),
        )
    }
)


def find_stage(path: str) -> WarmUp:
    """Find the stage of a path, that of a case without a program included, which needs no warm-up."""
    return PATH_ROWS[path].stage if path in PATH_ROWS else WarmUp.QUICK
