"""Signatures changed along with their graph."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.graphs.node_arguments import Ref
from graph_goldens.graphs.node_table import Table

_SPEC = re.compile(r"(input|output) ((?:\w+ )+?)(\w+)((?: of .*|, not persistent)?)")


@dataclass(frozen=True)
class _Spec:
    """A line of a signature: its side, its kind and what follows the name."""

    side: str
    kind: str
    rest: str


def changed_signature(text: str, new: Table) -> str:
    """Give an exported program's signature for the new table; AOTAutograd's stays."""
    lines = text.split("\n")
    specs = [_SPEC.fullmatch(line) for line in lines]
    rest = [line for line, spec in zip(lines, specs, strict=True) if spec is None]
    if len(rest) == len(lines):
        return text
    inputs = {spec[3]: _Spec(*spec.group(1, 2, 4)) for spec in specs if spec and spec[1] == "input"}
    outputs = {spec[3]: _Spec(*spec.group(1, 2, 4)) for spec in specs if spec and spec[1] == "output"}
    first = next(iter(outputs.values())) if outputs else None
    keeps_token = first is not None and first.kind == "token " and bool(returned_names(new))
    kept = {returned_names(new)[0]: first} if keeps_token and first else {}
    return "\n".join(
        [
            *_spec_lines("input", [node.name for node in new.placeholders], inputs),
            *_spec_lines("output", returned_names(new), outputs | kept),
            *rest,
        ]
    )


def _spec_lines(side: str, names: Sequence[str], specs: Mapping[str, _Spec]) -> list[str]:
    new = _Spec(side, f"user {side} ", "")
    return [f"{side} {specs.get(name, new).kind}{name}{specs.get(name, new).rest}" for name in names]


def returned_names(table: Table) -> list[str]:
    return [item.name if isinstance(item, Ref) else "None" for item in table.list_returned()]


def renamed_signature(text: str, names: Mapping[str, str]) -> str:
    lines = []
    for line in text.split("\n"):
        if spec := _SPEC.fullmatch(line):
            line = f"{spec[1]} {spec[2]}{names.get(spec[3], spec[3])}{spec[4]}"
        else:
            line = re.sub(r"'(\w+)'", lambda match: f"'{names.get(match[1], match[1])}'", line)
        lines.append(line)
    return "\n".join(lines)
