"""Write pairs of programs as a pack of cases: two cases a pair."""

from pathlib import Path

from tests.drift.captured.program_pairs import ProgramPair

HEAD = """import torch
from torch.export import Dim

from graph_goldens import Case, case
"""
# What `self` has, in pairs whose programs are modules.
_MODULES = {
    "BUFFERS": [
        "self.register_buffer('a', torch.ones(3))",
        "self.register_buffer('b', torch.full((3,), 2.0))",
    ],
    "MODULES": ["self.one = torch.nn.ReLU()", "self.other = torch.nn.ReLU()"],
}


def name_case(number: int, side: int) -> str:
    return f"pair_{number}_{'ab'[side]}"


def write_pack(folder: Path, pairs: tuple[ProgramPair, ...]) -> Path:
    """Write the module of each pair, and return the folder of packs."""
    pack = folder / "packs" / "pairs"
    pack.mkdir(parents=True)
    for number, pair in enumerate(pairs):
        (pack / f"pair_{number}.py").write_text(_write_module(number, pair))
    return pack.parent


def _write_module(number: int, pair: ProgramPair) -> str:
    setting = "" if pair.before in _MODULES else f"{pair.before}\n"
    sides = [_write_side(number, pair, side) for side in (0, 1)]
    return "\n".join([HEAD, setting, *sides])


def _write_side(number: int, pair: ProgramPair, side: int) -> str:
    body = (pair.old, pair.new)[side]
    if pair.before in _MODULES:
        held = "\n        ".join(_MODULES[pair.before])
        program = (
            f"class Program{side}(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            f"        {held}\n\n    def forward(self, {pair.inputs}):\n        {body}\n"
        )
        made = f"Program{side}()"
    else:
        program, made = f"def program_{side}({pair.inputs}):\n    {body}\n", f"program_{side}"
    given = f"args={pair.args[side]}, dynamic_shapes={pair.shapes[side]}, paths={sorted(pair.kinds)!r}"
    return f"{program}\n@case\ndef {name_case(number, side)}():\n    return Case({made}, {given})\n"
