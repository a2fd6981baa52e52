"""Random small programs, each in two orders: steps that read, write, view, draw and take items of tuples.

Plain data, shared by the oracle, which runs both orders, and by nothing that classifies.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Argument: TypeAlias = "str | float | bool | list[int]"

WHOLE, HALF = "whole", "half"  # the two shapes: [4, 4] and [2, 4]
SIZES = {WHOLE: [4, 4], HALF: [2, 4]}
INPUTS = ("x", "y")

_PURE = ("aten.sin.default", "aten.cos.default", "aten.neg.default", "aten.clone.default")
_BINARY = ("aten.add.Tensor", "aten.sub.Tensor", "aten.mul.Tensor")
_WRITES = ("aten.relu_.default", "aten.neg_.default", "aten.sin_.default")
_WRITES_NUMBER = ("aten.add_.Tensor", "aten.mul_.Tensor")
_VIEWS = ("aten.alias.default", "aten.detach.default", "aten.flip.default")
_DRAWS = ("aten.rand_like.default", "aten.randn_like.default")
GETITEM = "operator.getitem"


@dataclass(frozen=True)
class Step:
    """One call: `%name` among the arguments is what an earlier step gave, or an input."""

    name: str
    target: str
    args: tuple[Argument, ...]

    @property
    def inputs(self) -> list[str]:
        return [each[1:] for each in self.args if isinstance(each, str)]


@dataclass(frozen=True)
class Program:
    """Steps in their order, and which of their values are returned, in order."""

    steps: tuple[Step, ...]
    returned: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        steps = [[step.name, step.target, list(step.args)] for step in self.steps]
        return {"steps": steps, "returned": list(self.returned)}


@dataclass
class _Writer:
    """Writes a program step by step; `shapes` are those of the tensors that there are."""

    chance: random.Random
    steps: list[Step] = field(default_factory=list)
    shapes: dict[str, str] = field(default_factory=lambda: dict.fromkeys(INPUTS, WHOLE))

    def add(self, target: str, *args: Argument, shape: str | None = None) -> str:
        name = f"n{len(self.steps)}"
        self.steps.append(Step(name, target, args))
        if shape:
            self.shapes[name] = shape
        return f"%{name}"

    def choose(self, shape: str | None = None) -> tuple[str, str]:
        """Choose a tensor, and tell its shape."""
        name = self.chance.choice([each for each, own in self.shapes.items() if shape in (None, own)])
        return f"%{name}", self.shapes[name]


def _add_pure(writer: _Writer) -> None:
    value, shape = writer.choose()
    writer.add(writer.chance.choice(_PURE), value, shape=shape)


def _add_binary(writer: _Writer) -> None:
    value, shape = writer.choose()
    writer.add(writer.chance.choice(_BINARY), value, writer.choose(shape)[0], shape=shape)


def _add_write(writer: _Writer) -> None:
    value, shape = writer.choose()
    kind = writer.chance.randrange(3)
    if kind == 0:
        writer.add(writer.chance.choice(_WRITES), value, shape=shape)
    elif kind == 1:
        writer.add(writer.chance.choice(_WRITES_NUMBER), value, 1.5, shape=shape)
    else:
        writer.add("aten.copy_.default", value, writer.choose(shape)[0], shape=shape)


def _add_view(writer: _Writer) -> None:
    value, shape = writer.choose()
    target = writer.chance.choice((*_VIEWS, "aten.view.default", "aten.slice.Tensor"))
    if target == "aten.slice.Tensor" and shape == WHOLE:
        begin = writer.chance.choice((0, 1, 2))
        writer.add(target, value, 0, begin, begin + 2, shape=HALF)
    elif target == "aten.flip.default":
        writer.add(target, value, [0], shape=shape)
    else:
        writer.add(
            "aten.alias.default" if "slice" in target or "view" in target else target, value, shape=shape
        )


def _add_draw(writer: _Writer) -> None:
    value, shape = writer.choose()
    if writer.chance.random() < 0.3:
        writer.add("aten.bernoulli_.float", value, 0.5, shape=shape)
    else:
        writer.add(writer.chance.choice(_DRAWS), value, shape=shape)


def _add_tuple(writer: _Writer) -> None:
    """Add views of the halves, a sort's values, or what a dropout keeps: each an item of a tuple."""
    value, _ = writer.choose(WHOLE)
    kind = writer.chance.randrange(3)
    if kind == 0:
        several, shape = writer.add("aten.split.Tensor", value, 2), HALF
        items = [0, 1]
    elif kind == 1:
        several, shape, items = writer.add("aten.sort.default", value), WHOLE, [0]
    else:
        several, shape, items = writer.add("aten.native_dropout.default", value, 0.5, True), WHOLE, [0]
    for item in items:
        writer.add(GETITEM, several, item, shape=shape)


_KINDS = (_add_pure, _add_pure, _add_binary, _add_write, _add_write, _add_view, _add_draw, _add_tuple)


def make_program(chance: random.Random, most: int = 10) -> Program:
    """Make a program of a few steps; what nobody uses is returned, and some more."""
    writer = _Writer(chance)
    for _ in range(chance.randint(3, most)):
        chance.choice(_KINDS)(writer)
    used = {name for step in writer.steps for name in step.inputs}
    tensors = [step.name for step in writer.steps if step.name in writer.shapes]
    returned = [name for name in tensors if name not in used or chance.random() < 0.3]
    return Program(tuple(writer.steps), tuple(returned))


def reorder(program: Program, chance: random.Random) -> Program:
    """Move some steps to other places that dataflow allows, and rename all of them half of the time."""
    steps = list(program.steps)
    for _ in range(chance.randint(1, 3)):
        _move_one(steps, chance)
    moved = replace(program, steps=tuple(steps))
    return _renumber(moved) if chance.random() < 0.5 else moved


def _move_one(steps: list[Step], chance: random.Random) -> None:
    step = steps.pop(chance.randrange(len(steps)))
    first = max((at + 1 for at, each in enumerate(steps) if each.name in step.inputs), default=0)
    last = min((at for at, each in enumerate(steps) if step.name in each.inputs), default=len(steps))
    steps.insert(chance.randint(first, last), step)


def _renumber(program: Program) -> Program:
    names = {step.name: f"m{at}" for at, step in enumerate(program.steps)}
    steps = tuple(_rename(step, names) for step in program.steps)
    return Program(steps, tuple(names[each] for each in program.returned))


def _rename(step: Step, names: dict[str, str]) -> Step:
    args = tuple(f"%{names.get(a[1:], a[1:])}" if isinstance(a, str) else a for a in step.args)
    return Step(names[step.name], step.target, args)


def make_pairs(count: int, seed: int) -> Sequence[tuple[Program, Program]]:
    """Make pairs of one program in two orders."""
    chance = random.Random(seed)
    programs = (make_program(chance) for _ in range(count))
    return [(program, reorder(program, chance)) for program in programs]
