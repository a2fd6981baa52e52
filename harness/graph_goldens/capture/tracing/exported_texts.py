"""What an exported program says beside its graph: its signature, the ranges of its symbols, its guards."""

import re
import sys
from typing import Any

from torch.export import ExportedProgram

from graph_goldens.capture.tracing.graph_text import describe

_NAME = re.compile(r"\w+")
_WHOLE = re.compile(r"-?\d+\Z")


def print_signature(exported: ExportedProgram) -> str:
    """Print the kind, name and target of each input and output, one a line."""
    signature = exported.graph_signature
    lines = [f"input {_print_spec(spec)}" for spec in signature.input_specs]
    lines += [f"output {_print_spec(spec)}" for spec in signature.output_specs]
    return "\n".join(lines)


def name_tokens(exported: ExportedProgram) -> list[str]:
    """Name the inputs and outputs that are effect tokens."""
    signature = exported.graph_signature
    specs = [*signature.input_specs, *signature.output_specs]
    return [spec.arg.name for spec in specs if spec.kind.name == "TOKEN"]


def print_ranges(exported: ExportedProgram) -> str:
    """List the ranges of symbols in the order in which the graph's values first name them."""
    values = " ".join(describe(node.meta["val"]) for node in exported.graph.nodes if "val" in node.meta)
    order = {name: place for place, name in reversed(list(enumerate(_NAME.findall(values))))}
    ranges = [(str(symbol), found) for symbol, found in exported.range_constraints.items()]
    ranges.sort(key=lambda pair: (order.get(pair[0], len(values)), pair[0]))
    return "\n".join(
        f"{symbol} in [{_print_bound(found.lower)}, {_print_bound(found.upper)}]" for symbol, found in ranges
    )


def _print_bound(bound: Any) -> str:
    """Spell a bound: what stands for none is `int_oo` from 2.5 on, before it the largest size less one.

    `sys.maxsize - 1` of torch/fx/experimental/symbolic_shapes.py.
    """
    text = str(bound)
    if not _WHOLE.match(text) or abs(int(text)) < sys.maxsize - 1:
        return text
    return "-int_oo" if text.startswith("-") else "int_oo"


def _print_spec(spec: Any) -> str:
    kind = spec.kind.name.lower().replace("_", " ")
    name = getattr(spec.arg, "name", None) or repr(getattr(spec.arg, "value", None))
    target = f" of {spec.target}" if spec.target else ""
    persistent = "" if getattr(spec, "persistent", None) is not False else ", not persistent"
    return f"{kind} {name}{target}{persistent}"


def print_guards(exported: ExportedProgram) -> str:
    """Print the guards that the program checks of its inputs, one a line."""
    return "\n".join(str(guard) for guard in getattr(exported, "_guards_code", None) or ())
