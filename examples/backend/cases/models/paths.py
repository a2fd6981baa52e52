import re

from small_backend.fusion import fuse

from graph_goldens import TextKind, Tracing, text_rule, tracing_path


@text_rule(example=("linear_relu_default_12: backend", "linear_relu_default: backend"))
def drop_counters(text: str) -> str:
    """How many nodes of a name came before says nothing about who runs them."""
    return re.sub(r"_default_\d+:", "_default:", text)


PARTITIONS = TextKind("partitions", rules=[drop_counters])


@tracing_path(after="export")
def fused(tracing: Tracing) -> None:
    """The exported module after the fusion pass, and who runs what."""
    module = tracing.export().module()
    tracing.graph("before", module)
    done = fuse(module)
    tracing.graph("fused", done.graph_module)
    tracing.text("fused", "\n".join(done.partitions), PARTITIONS)
    tracing.fact("fused", done.fused)
    tracing.fact("unknown", done.unknown)
    tracing.same_as_eager(done.graph_module)
