"""Pairs of small programs, and the class of what differs between their graphs, as a reader says it.

Each was told from the two programs: what moved across what, what is another value, another name, another
place. Where a tracing path shows that otherwise, the row says so: AOTAutograd returns what was written and
numbers its inputs, which are told apart by their uses. The programs are captured by the harness as it is, so
that all that a record holds of them (effects, constants, symbols, provenance) changed as it does in truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass

FX, EXPORT, AOT, DYNAMO = "make-fx-fake", "export", "aot-inference", "compile-eager"
TWO = "(torch.randn(2, 3), torch.randn(2, 3))"


@dataclass(frozen=True)
class ProgramPair:
    """Two programs that say the same but for one thing.

    Attributes:
        name: what is done, in words.
        old: the body of the one program, a function of `x` and `y`, or of what `inputs` names.
        new: the body of the other.
        kinds: the class of the drift by tracing path; None where nothing drifts.
        inputs: the parameters.
        args: the inputs of both, or of each, in Python.
        shapes: their dynamic shapes, of both or of each, in Python.
        before: code that stands before the functions.
    """

    name: str
    old: str
    new: str
    kinds: Mapping[str, DriftClass | None]
    inputs: str = "x, y"
    args: tuple[str, str] = (TWO, TWO)
    shapes: tuple[str, str] = ("None", "None")
    before: str = ""


def by(kind: DriftClass | None, *paths: str) -> dict[str, DriftClass | None]:
    return dict.fromkeys(paths, kind)


REORDERED, OPERATORS, VALUES = DriftClass.REORDERED, DriftClass.OPERATORS, DriftClass.VALUES
PROVENANCE, INTERFACE, RENAMED = DriftClass.PROVENANCE, DriftClass.INTERFACE, DriftClass.RENAMED


def swapped(
    name: str, first: str, second: str, rest: str, kinds: Mapping[str, DriftClass | None], start: str = ""
) -> ProgramPair:
    """A pair in which two statements stand in another order."""
    head = f"{start}; " if start else ""
    return ProgramPair(name, f"{head}{first}; {second}; {rest}", f"{head}{second}; {first}; {rest}", kinds)


FREE = (
    swapped(
        "two reads", "a = x.sin()", "b = x.cos()", "return a + b", by(REORDERED, FX, EXPORT, AOT, DYNAMO)
    ),
    swapped("writes of two storages", "x.add_(1)", "y.mul_(2)", "return x + y", by(REORDERED, FX, EXPORT)),
    swapped(
        "a read and another storage's write",
        "a = x.sin()",
        "y.add_(1)",
        "return a + y",
        by(REORDERED, FX, EXPORT),
    ),
    swapped(
        "a view and a write of what it shares",
        "v = x.view(6)",
        "x.add_(1)",
        "return v.sin()",
        # what in-place operators return stands for `x` behind them where operators are traced
        {**by(OPERATORS, FX, EXPORT), **by(REORDERED, DYNAMO)},
    ),
    swapped(
        "a draw and a read",
        "a = torch.rand_like(x)",
        "b = x.sin()",
        "return a + b",
        by(REORDERED, FX, EXPORT, AOT, DYNAMO),
    ),
    swapped(
        "a draw and a write",
        "a = torch.rand_like(y)",
        "x.add_(1)",
        "return a + x",
        by(REORDERED, FX, EXPORT),
    ),
    swapped(
        "items of a tuple",
        "a = s[0].sin()",
        "b = s[1].cos()",
        "return a + b",
        by(REORDERED, FX, EXPORT, AOT, DYNAMO),
        start="s = x.split(1)",
    ),
)

FORBIDDEN = (
    swapped(
        "a read and a write of one storage",
        "a = x.sin()",
        "x.add_(1)",
        "return a",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
    ),
    swapped(
        "two draws",
        "a = torch.rand_like(x)",
        "b = torch.randn_like(x)",
        "return a - b",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
    ),
    swapped(
        "two writes of one storage",
        "x.add_(1)",
        "x.mul_(2)",
        "return x.sum()",
        by(OPERATORS, FX, EXPORT, DYNAMO),
    ),
    swapped(
        "a read through a view and a write",
        "a = v.sin()",
        "x.add_(1)",
        "return a",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
        start="v = x[0]",
    ),
    swapped(
        "a write through a view and one of the whole",
        "v.add_(1)",
        "x.mul_(2)",
        "return x",
        by(OPERATORS, FX, EXPORT, DYNAMO),
        start="v = x[0]",
    ),
    swapped(
        "a read of an item and its write",
        "a = s[0].sin()",
        "s[0].add_(1)",
        "return a",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
        start="s = (x + 1).split(1)",
    ),
    ProgramPair(
        "an operand is what was written and not what was there",
        "a = x.clone(); a.add_(1); return a * x",
        "a = x.clone(); a.add_(1); return a * a",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
    ),
    ProgramPair(
        "written in place and not",
        "x.add_(1); return x.sin()",
        "x = x.add(1); return x.sin()",
        {**by(OPERATORS, FX, EXPORT, DYNAMO), **by(INTERFACE, AOT)},
    ),
)

OTHER_OPERATORS = (
    ProgramPair(
        "another operator", "return x.sin()", "return x.cos()", by(OPERATORS, FX, EXPORT, AOT, DYNAMO)
    ),
    ProgramPair("another literal", "return x + 2", "return x + 3", by(OPERATORS, FX, EXPORT, AOT, DYNAMO)),
    ProgramPair(
        "operands exchanged",
        "return x - y",
        "return y - x",
        {**by(OPERATORS, FX, EXPORT), **by(INTERFACE, AOT, DYNAMO)},
    ),
    ProgramPair(
        "an operator more", "return x.sin()", "return x.sin().neg()", by(OPERATORS, FX, EXPORT, AOT, DYNAMO)
    ),
    ProgramPair(
        "another probability of a dropout",
        "return torch.nn.functional.dropout(x, 0.5)",
        "return torch.nn.functional.dropout(x, 0.25)",
        by(OPERATORS, FX, EXPORT, AOT, DYNAMO),
    ),
    ProgramPair(
        "another body of a branch",
        "return torch.cond(x.sum() > 0, lambda a: a.sin(), lambda a: a.cos(), (x,))",
        "return torch.cond(x.sum() > 0, lambda a: a.sin(), lambda a: a.tan(), (x,))",
        by(OPERATORS, FX, EXPORT, DYNAMO),
    ),
    ProgramPair(
        "bodies exchanged",
        "return torch.cond(x.sum() > 0, lambda a: a.sin(), lambda a: a.cos(), (x,))",
        "return torch.cond(x.sum() > 0, lambda a: a.cos(), lambda a: a.sin(), (x,))",
        by(OPERATORS, FX, EXPORT, DYNAMO),
    ),
    ProgramPair(
        "buffers exchanged",
        "return x * self.a - self.b",
        "return x * self.b - self.a",
        by(OPERATORS, EXPORT),
        before="BUFFERS",
    ),
)

OTHER_VALUES = (
    ProgramPair(
        "inputs of another dtype",
        "return x.sin()",
        "return x.sin()",
        by(VALUES, FX, EXPORT, AOT, DYNAMO),
        args=(TWO, "(torch.randn(2, 3).double(), torch.randn(2, 3))"),
    ),
    ProgramPair(
        "inputs of another shape",
        "return x.sin()",
        "return x.sin()",
        by(VALUES, FX, EXPORT, AOT, DYNAMO),
        args=(TWO, "(torch.randn(4, 3), torch.randn(2, 3))"),
    ),
    ProgramPair(
        "inputs of other strides",
        "return x.sin()",
        "return x.sin()",
        by(VALUES, FX, EXPORT, AOT, DYNAMO),
        args=(TWO, "(torch.randn(3, 2).t(), torch.randn(2, 3))"),
    ),
    ProgramPair(
        "a constant of another value",
        "return x + torch.tensor([1.0, 2.0, 3.0])",
        "return x + torch.tensor([1.0, 2.0, 4.0])",
        by(VALUES, FX, EXPORT),
    ),
    ProgramPair(
        "a large constant of other values",
        "return x.sum() + ONE",
        "return x.sum() + OTHER",
        by(VALUES, FX),
        before="ONE, OTHER = torch.linspace(0, 1, 300), torch.linspace(0, 2, 300)",
    ),
    ProgramPair(
        "two sizes that became one",
        "return x.sum(0) + y.sum(0)",
        "return x.sum(0) + y.sum(0)",
        by(VALUES, EXPORT),
        shapes=("({0: Dim('a')}, {0: Dim('b')})", "({0: Dim('a')}, {0: Dim('a')})"),
    ),
)

OF_ORIGIN = (
    ProgramPair("another function", "return x.sin()", "return torch.sin(x)", by(PROVENANCE, EXPORT)),
    ProgramPair(
        "another module",
        "return self.one(x)",
        "return self.other(x)",
        by(PROVENANCE, EXPORT),
        before="MODULES",
    ),
    ProgramPair(
        "a module and a function",
        "return self.one(x)",
        "return torch.relu(x)",
        by(PROVENANCE, EXPORT),
        before="MODULES",
    ),
    ProgramPair(
        "an origin and an operator",
        "return self.one(x).sin()",
        "return self.other(x).cos()",
        by(OPERATORS, EXPORT),
        before="MODULES",
    ),
)

OF_NAMES = (
    ProgramPair(
        "a local name",
        "a = x.sin(); return a + 1",
        "b = x.sin(); return b + 1",
        {**by(RENAMED, DYNAMO), **by(None, FX, EXPORT, AOT)},
    ),
    ProgramPair(
        "a local name and a literal",
        "a = x.sin(); return a + 1",
        "b = x.sin(); return b + 2",
        by(OPERATORS, DYNAMO),
    ),
)

OF_INTERFACE = (
    ProgramPair(
        "results in another order",
        "a = x.sin(); b = x.cos(); return a, b",
        "a = x.sin(); b = x.cos(); return b, a",
        by(INTERFACE, FX, EXPORT, AOT),
    ),
    ProgramPair(
        "a result more",
        "a = x.sin(); return (a,)",
        "a = x.sin(); return a, x + 1",
        by(INTERFACE, FX, EXPORT, AOT),
    ),
    ProgramPair(
        "another buffer is written",
        "self.a.add_(1); return x + self.a + self.b",
        "self.b.add_(1); return x + self.a + self.b",
        by(INTERFACE, "export-decomposed"),
        before="BUFFERS",
    ),
    ProgramPair(
        "which of two equal inputs is used",
        "return x.sin()",
        "return y.sin()",
        {**by(OPERATORS, EXPORT, FX), **by(INTERFACE, AOT)},
    ),
)

OF_CAPTURES = (
    ProgramPair(
        "a graph break",
        "a = x.sin(); return a.cos()",
        "a = x.sin(); torch._dynamo.graph_break(); return a.cos()",
        by(DriftClass.CAPTURE, DYNAMO),
    ),
    ProgramPair(
        "another reason of a graph break",
        "a = x.sin(); torch._dynamo.graph_break(); return a.cos()",
        "a = x.sin(); print(end=''); return a.cos()",
        by(DriftClass.CAPTURE, DYNAMO),
    ),
    ProgramPair(
        "a guard more",
        "return x.sin()",
        "return x.sin() if FLAG else x",
        by(DriftClass.GUARDS, DYNAMO),
        before="FLAG = True",
    ),
    ProgramPair(
        "another range of a size",
        "return x.sin()",
        "return x.sin()",
        by(DriftClass.GUARDS, EXPORT),
        shapes=("({0: Dim('a', max=8)}, None)", "({0: Dim('a', max=16)}, None)"),
    ),
    ProgramPair(
        "graphs became an error",
        "return x + 1",
        "return x + 1 if x.sum() > 0 else x",
        by(DriftClass.OUTCOME, EXPORT, FX),
    ),
    ProgramPair(
        "another error",
        "raise ValueError('no queue is there')",
        "raise ValueError('the device differs from that of `y`')",
        by(DriftClass.OUTCOME, EXPORT, FX),
    ),
    ProgramPair(
        "the type of an error",
        "raise ValueError('no queue is there')",
        "raise TypeError('no queue is there')",
        by(DriftClass.OUTCOME, EXPORT, FX),
    ),
    ProgramPair(
        "an error in other words",
        "raise ValueError('there is no queue for the loop of this program')",
        "raise ValueError('there is no queue in the loop of that program')",
        by(DriftClass.WORDING, EXPORT, FX),
    ),
    ProgramPair(
        "results that are eager's no longer",
        "return x + 1",
        "SEEN.append(1); return x + len(SEEN)",
        by(DriftClass.BEHAVIOUR, FX),
        before="SEEN = []",
    ),
)

PROGRAM_PAIRS = (
    *FREE,
    *FORBIDDEN,
    *OTHER_OPERATORS,
    *OTHER_VALUES,
    *OF_ORIGIN,
    *OF_NAMES,
    *OF_INTERFACE,
    *OF_CAPTURES,
)
