"""Pairs whose nodes have other values."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.records import Record
from tests.drift.labelled.changes import numbered, retext, symbols
from tests.drift.labelled.cosmetic import TWO
from tests.drift.labelled.pair import ATTRIBUTE, AUTOCAST, BODIES, TOKENS, VIEWS, Pair
from tests.drift.labelled.records import Mutation, combine, edit, rename
from tests.drift.labelled.tables import swap

VALUES = DriftClass.VALUES


def revalued(pattern: str, by: str) -> Mutation:
    """Replace what matches in all values."""

    def mutation(record: Record) -> Record:
        for artifact in record.artifacts:
            if artifact.name.endswith(".values"):
                record = retext(artifact.name, pattern, by)(record)
        return record

    return mutation


PAIRS = (
    Pair("a dtype of one node", ATTRIBUTE, revalued("%add : float32", "%add : float16"), VALUES),
    Pair("a dtype of all nodes", ATTRIBUTE, revalued("float32", "float64"), VALUES),
    Pair("a shape of one node", ATTRIBUTE, revalued(r"(%add : float32)\[2, 3\]", r"\1[3, 2]"), VALUES),
    Pair("a size became symbolic", ATTRIBUTE, revalued(r"\[2, 3\]", "[s0, 3]"), VALUES),
    Pair("two symbols became one", VIEWS, symbols(s1="s0"), VALUES),
    Pair(
        "a stride of one node",
        TOKENS,
        revalued(r"(%add_3 : .*) stride \(2, 1\)", r"\1 stride (1, 2)"),
        VALUES,
    ),
    Pair("a device of one node", ATTRIBUTE, revalued("(%add : .*) cpu", r"\1 cuda:0"), VALUES),
    Pair("a device of all nodes", AUTOCAST, revalued("cpu$", "meta"), VALUES),
    Pair(
        "a number that a call gives",
        AUTOCAST,
        revalued("%call_torchbind_2 : 0", "%call_torchbind_2 : 1"),
        VALUES,
    ),
    Pair("a dtype in a body", BODIES, revalued(r"%cos : float32\[2\]", "%cos : bfloat16[2]"), VALUES),
    Pair(
        "nodes renamed and a dtype changed",
        TOKENS,
        combine(revalued("%add_2 : float32", "%add_2 : float64"), rename(numbered)),
        VALUES,
        alone=DriftClass.RENAMED,
    ),
    Pair(
        "nodes swapped and a stride changed",
        TWO,
        combine(edit(swap("neg", "relu")), revalued(r"(%neg : .*) stride \(2, 1\)", r"\1 stride (1, 2)")),
        VALUES,
        alone=DriftClass.REORDERED,
    ),
)
