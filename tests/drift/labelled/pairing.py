"""Pairs in which bodies, inputs' names or a graph's texts are exchanged, renamed or spelt otherwise."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail
from graph_goldens.graphs.node_table import Table
from graph_goldens.records import Record
from tests.drift.building import attribute, chain, given, graph, record
from tests.drift.building import code as spell_code
from tests.drift.labelled.pair import DECOMPOSITION, OPEN, PLAIN, Pair
from tests.drift.labelled.tables import call

RENAMED = DriftClass.RENAMED
OPERATORS = DriftClass.OPERATORS
INTERFACE = DriftClass.INTERFACE

SIN, COS = chain("aten.sin.default"), chain("aten.cos.default")
RANDOM = graph(*given("x"), call("r", "aten.rand_like.default", "%x"), returns=("%r",))


def branched(first: str, second: str, **bodies: Table) -> Record:
    """Build a record of a graph that runs one of two bodies."""
    top = graph(
        *given("p", "x"),
        attribute(first, first),
        attribute(second, second),
        call("c", "higher_order.cond", "%p", f"%{first}", f"%{second}", ["%x"]),
        returns=("%c",),
    )
    return record({"g": top, **{f"g.{name}": body for name, body in bodies.items()}})


def pair(
    name: str, old: Record, new: Record, kind: DriftClass, details: frozenset[Detail | None] = OPEN
) -> Pair:
    return Pair(name, old, lambda _: new, kind, details)


TRUE_FALSE = branched("t", "f", t=SIN, f=COS)
OF_BODIES = (
    pair("bodies under other names", TRUE_FALSE, branched("a", "b", a=SIN, b=COS), RENAMED),
    Pair(
        "bodies under each other's names",
        TRUE_FALSE,
        lambda _: branched("f", "t", f=SIN, t=COS),
        RENAMED,
        alone=OPERATORS,
    ),
    pair("bodies exchanged", TRUE_FALSE, branched("t", "f", t=COS, f=SIN), OPERATORS),
    pair("bodies exchanged under other names", TRUE_FALSE, branched("a", "b", a=COS, b=SIN), OPERATORS),
    pair("another body", TRUE_FALSE, branched("t", "f", t=RANDOM, f=COS), OPERATORS),
    pair("another body under another name", TRUE_FALSE, branched("a", "b", a=RANDOM, b=COS), OPERATORS),
    pair("one body for both", TRUE_FALSE, branched("t", "f", t=SIN, f=SIN), OPERATORS),
)


def called(*inputs: str, order: tuple[int, int] = (0, 1)) -> Record:
    names = list(inputs)
    sub = call("d", "aten.sub.Tensor", f"%{names[order[0]]}", f"%{names[order[1]]}")
    return record(graph(*given(*inputs), sub, returns=("%d",)))


GIVEN = called("a", "b")
OF_NAMES = (
    pair("inputs exchanged by name", GIVEN, called("b", "a"), INTERFACE),
    pair("an input under a name that another had", GIVEN, called("b", "c"), INTERFACE),
    pair("inputs under names of their own", GIVEN, called("u", "v"), RENAMED),
    pair("numbered inputs counted further", called("arg0_1", "arg1_1"), called("arg1_1", "arg2_1"), RENAMED),
    pair("operands exchanged", GIVEN, called("a", "b", order=(1, 0)), OPERATORS),
)


def multiplied(number: str, printed: str, target: str = "aten.mul.Tensor") -> Record:
    table = graph(*given("x"), call("m", target, "%x", number), returns=("%m",))
    return record(table, code=spell_code(table).replace(number, printed))


OF_SPELLING = (
    pair(
        "a complex number printed by its parts",
        multiplied("1j", "1j"),
        multiplied("1j", "complex(0.0, 1.0)"),
        DriftClass.SPELLING,
    ),
    pair(
        "a complex number of two parts",
        multiplied("(1+2j)", "(1+2j)"),
        multiplied("(1+2j)", "complex(1.0, 2.0)"),
        DriftClass.SPELLING,
    ),
    pair(
        "another complex number in code",
        multiplied("1j", "1j"),
        multiplied("1j", "complex(0.0, 2.0)"),
        OPERATORS,
    ),
)


def summed(equation: str) -> Record:
    return record(graph(*given("x"), call("e", "aten.einsum.default", equation, ["%x"]), returns=("%e",)))


OF_TEXTS = (
    pair("a text that looks like a symbol", summed("s1"), summed("s2"), OPERATORS),
    pair("a text that looks like an unbacked symbol", summed("u8"), summed("u4"), OPERATORS),
)


def replaced(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Record, Record]:
    return record(chain("aten.relu.default", *old, "aten.exp.default")), record(
        chain("aten.relu.default", *new, "aten.exp.default")
    )


OF_DETAILS = (
    pair(
        "an activation taken apart",
        *replaced(("aten.silu.default",), ("aten.sigmoid.default", "aten.neg.default")),
        OPERATORS,
        DECOMPOSITION,
    ),
    pair(
        "another computation of more nodes",
        *replaced(("aten.sin.default",), ("aten.cos.default", "aten.neg.default")),
        OPERATORS,
        PLAIN,
    ),
    pair(
        "a comparison became another computation of more nodes",
        *replaced(("aten.eq.Scalar",), ("aten.ge.Scalar", "aten.bitwise_not.default")),
        OPERATORS,
        PLAIN,
    ),
    pair(
        "a chain of one operator became one of another",
        *replaced(("aten.sin.default",) * 126, ("aten.cos.default",) * 126),
        OPERATORS,
        PLAIN,
    ),
)

PAIRS = (*OF_BODIES, *OF_NAMES, *OF_SPELLING, *OF_TEXTS, *OF_DETAILS)
