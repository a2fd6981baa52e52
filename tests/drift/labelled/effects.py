"""Pairs in which something crosses a side effect: no such order is cosmetic."""

from graph_goldens.drift.classes import DriftClass
from tests.drift.labelled.changes import numbered
from tests.drift.labelled.pair import (
    ATTRIBUTE,
    AUTOCAST,
    FLAT,
    LINEAR,
    OPEN,
    SQUARE,
    TENSOR,
    TOKENS,
    VIEWS,
    Pair,
    prepared,
)
from tests.drift.labelled.records import combine, edit, rename
from tests.drift.labelled.tables import call, chain, insert, move, swap

OPERATORS = DriftClass.OPERATORS
ADDED_INPLACE = prepared(
    VIEWS,
    edit(
        chain(
            insert("x_1", call("add_", "aten.add_.Tensor", "%x_1", 1)),
            insert("add_", call("sin", "aten.sin.default", "%x_1")),
        ),
        {"add_": FLAT, "sin": FLAT},
    ),
)
RANDOM = prepared(
    ATTRIBUTE,
    edit(
        insert(
            "x",
            call("neg", "aten.neg.default", "%x"),
            call("rand_like", "aten.rand_like.default", "%x", pin_memory="False"),
            call("bernoulli", "aten.bernoulli.p", "%x", 0.5),
        ),
        dict.fromkeys(("neg", "rand_like", "bernoulli"), TENSOR),
    ),
)
REDUCED = prepared(
    ATTRIBUTE,
    edit(
        insert(
            "x",
            call("all_reduce", "_c10d_functional.all_reduce.default", "%x", "sum", "0"),
            call("all_reduce_1", "_c10d_functional.all_reduce.default", "%x", "max", "0"),
            call("wait_tensor", "_c10d_functional.wait_tensor.default", "%all_reduce"),
            call("wait_tensor_1", "_c10d_functional.wait_tensor.default", "%all_reduce_1"),
        ),
        dict.fromkeys(("all_reduce", "all_reduce_1", "wait_tensor", "wait_tensor_1"), TENSOR),
    ),
)
ORDINARY = prepared(
    TOKENS,
    edit(insert("x", call("sin", "aten.sin.default", "%x")), {"sin": SQUARE}, graphs={"program"}),
)

PAIRS = (
    Pair("two pushes swapped", AUTOCAST, edit(move("queue_push", "queue_push_1")), OPERATORS, OPEN),
    Pair("a push after the pop", AUTOCAST, edit(move("queue_push_1", "queue_pop")), OPERATORS, OPEN),
    Pair(
        "two calls of a script object swapped",
        VIEWS,
        edit(swap("call_torchbind", "call_torchbind_1")),
        OPERATORS,
        OPEN,
    ),
    Pair("the size asked before the push", VIEWS, edit(move("call_torchbind_2", "permute")), OPERATORS, OPEN),
    Pair("a node moved across calls of a script object", LINEAR, edit(move("linear", "x")), OPERATORS, OPEN),
    Pair(
        "a node moved across an effect token",
        ORDINARY,
        edit(move("sin", "getitem_8"), graphs={"program"}),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "a read moved before an in-place operator", ADDED_INPLACE, edit(swap("add_", "sin")), OPERATORS, OPEN
    ),
    Pair(
        "two random numbers drawn in another order",
        RANDOM,
        edit(swap("rand_like", "bernoulli")),
        OPERATORS,
        OPEN,
    ),
    Pair("a node moved across a random number", RANDOM, edit(swap("neg", "rand_like")), OPERATORS, OPEN),
    Pair("two collectives swapped", REDUCED, edit(swap("all_reduce", "all_reduce_1")), OPERATORS, OPEN),
    Pair("a node moved out of autocast, before it", AUTOCAST, edit(move("cos", "l_tq_")), OPERATORS, OPEN),
    Pair(
        "a node moved out of autocast, after it",
        AUTOCAST,
        edit(chain(move("queue_push_2", "_exit_autocast"), move("sin", "_exit_autocast"))),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "autocast left before the last operation",
        AUTOCAST,
        edit(move("_exit_autocast", "queue_pop")),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "a result taken into autocast", AUTOCAST, edit(move("_enter_autocast", "queue_pop")), OPERATORS, OPEN
    ),
    Pair(
        "a node moved across a push, and all renamed",
        AUTOCAST,
        combine(edit(move("cos_1", "_enter_autocast")), rename(numbered)),
        OPERATORS,
        OPEN,
    ),
)
