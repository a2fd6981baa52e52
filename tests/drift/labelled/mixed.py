"""Pairs that were changed in more than one way: the worst class wins."""

from graph_goldens.drift.classes import DriftClass
from tests.drift.labelled.changes import alias, names, retext
from tests.drift.labelled.pair import (
    ATTRIBUTE,
    FLAT,
    LITERALS,
    OPEN,
    PERMUTED,
    SQUARE,
    TENSOR,
    TOKENS,
    VIEWS,
    Pair,
)
from tests.drift.labelled.records import combine, edit
from tests.drift.labelled.tables import argue, call, chain, insert, retarget, swap

OPERATORS = DriftClass.OPERATORS
CPU = {"dtype": "torch.float32", "device": "cpu", "layout": "torch.strided"}

PAIRS = (
    Pair(
        "a node renamed and a literal changed",
        VIEWS,
        combine(names(sub="minus"), edit(argue("minus", "%view", 3))),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "nodes swapped and a literal changed",
        VIEWS,
        combine(edit(swap("view", "permute")), edit(argue("sub", "%view", 3))),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "an alias inserted and a dtype changed",
        ATTRIBUTE,
        combine(
            edit(alias("add"), {"alias": TENSOR}),
            retext("program.values", "%add : float32", "%add : float16"),
        ),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "an alias and an assertion inserted",
        TOKENS,
        edit(
            chain(
                alias("add_2"),
                insert(
                    "addmm",
                    call(
                        "_assert_tensor_metadata",
                        "aten._assert_tensor_metadata.default",
                        "%addmm",
                        None,
                        None,
                        "torch.float32",
                        **CPU,
                    ),
                ),
            ),
            {"alias": SQUARE},
            graphs={"program"},
        ),
        OPERATORS,
    ),
    Pair(
        "an alias inserted and a literal changed",
        VIEWS,
        edit(chain(alias("view"), argue("add", "%permute", 3)), {"alias": FLAT}),
        OPERATORS,
    ),
    Pair(
        "an operator replaced and a literal changed",
        VIEWS,
        edit(
            chain(retarget("permute", "torch.ops.aten.transpose.int"), argue("add", "%permute", 3)),
            {"permute": PERMUTED},
        ),
        OPERATORS,
    ),
)
