"""Pairs in which nodes were added or removed."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node
from tests.drift.labelled.changes import alias, method, numbered, through
from tests.drift.labelled.pair import (
    ALIASES,
    ASSERTED,
    ASSERTIONS,
    ATTRIBUTE,
    AUTOCAST,
    FLAT,
    INDUCTOR,
    LINEAR,
    METADATA,
    OPEN,
    PLAIN,
    SQUARE,
    TENSOR,
    TOKENS,
    VECTOR,
    VIEWS,
    Pair,
    prepared,
)
from tests.drift.labelled.records import combine, edit, rename
from tests.drift.labelled.tables import call, chain, insert, redirect, remove

OPERATORS = DriftClass.OPERATORS
MESSAGE = "Runtime assertion failed for expression u0 <= 8 on node 'le'"
CPU = {"dtype": "torch.float32", "device": "cpu", "layout": "torch.strided"}

ALIASED = prepared(ATTRIBUTE, edit(alias("call_torchbind"), {"alias": TENSOR}))
DETACHED = prepared(ATTRIBUTE, edit(alias("add", "detach", "aten.detach.default"), {"detach": TENSOR}))

PAIRS = (
    Pair(
        "an alias inserted", ATTRIBUTE, edit(alias("call_torchbind"), {"alias": TENSOR}), OPERATORS, ALIASES
    ),
    Pair(
        "an alias inserted before the output",
        ATTRIBUTE,
        edit(alias("add"), {"alias": TENSOR}),
        OPERATORS,
        ALIASES,
    ),
    Pair("an alias of an input inserted", VIEWS, edit(alias("x_1"), {"alias": FLAT}), OPERATORS, ALIASES),
    Pair(
        "a detach inserted",
        ATTRIBUTE,
        edit(alias("add", "detach", "aten.detach.default"), {"detach": TENSOR}),
        OPERATORS,
        PLAIN,
    ),
    Pair(
        "a method detach inserted",
        AUTOCAST,
        edit(through("cos", method("detach", "detach", "cos")), {"detach": VECTOR}),
        OPERATORS,
        PLAIN,
    ),
    Pair(
        "an alias that nothing uses",
        VIEWS,
        edit(insert("view", call("alias", "aten.alias.default", "%view")), {"alias": FLAT}),
        OPERATORS,
        ALIASES,
    ),
    Pair(
        "two aliases inserted, one after the other",
        ATTRIBUTE,
        edit(chain(alias("add"), alias("alias", "alias_1")), {"alias": TENSOR, "alias_1": TENSOR}),
        OPERATORS,
        ALIASES,
    ),
    Pair(
        "an alias inserted and all renamed",
        TOKENS,
        combine(edit(alias("add_2"), {"alias": SQUARE}), rename(numbered)),
        OPERATORS,
        ALIASES,
    ),
    Pair(
        "an alias removed",
        ALIASED,
        edit(chain(redirect("alias", "call_torchbind"), remove("alias"))),
        OPERATORS,
        ALIASES,
    ),
    Pair(
        "a detach removed",
        DETACHED,
        edit(chain(redirect("detach", "add"), remove("detach"))),
        OPERATORS,
        PLAIN,
    ),
    Pair(
        "an assertion of a size inserted",
        ASSERTED,
        edit(
            insert(
                "_assert_scalar_default",
                call("le", "operator.le", "%sym_size_int", 8),
                call("_assert_scalar_default_2", "aten._assert_scalar.default", "%le", MESSAGE),
            ),
            {"le": "Sym(u0 <= 8)"},
        ),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "an assertion and the size that it needs inserted",
        VIEWS,
        edit(
            insert(
                "x_1",
                call("sym_size_int", "aten.sym_size.int", "%x_1", 0),
                call("ge", "operator.ge", "%sym_size_int", 2),
                call("_assert_scalar", "aten._assert_scalar.default", "%ge", MESSAGE),
            ),
            {"sym_size_int": "Sym(s0)", "ge": "Sym(s0 >= 2)"},
        ),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "assertions of metadata inserted",
        TOKENS,
        edit(
            insert(
                "addmm",
                call(
                    "_assert_tensor_metadata_default",
                    "aten._assert_tensor_metadata.default",
                    "%addmm",
                    None,
                    None,
                    "torch.float32",
                    **CPU,
                ),
            )
        ),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "an assertion of metadata removed",
        METADATA,
        edit(remove("_assert_tensor_metadata")),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "all assertions of metadata removed",
        METADATA,
        edit(remove("_assert_tensor_metadata", "_assert_tensor_metadata_1", "_assert_tensor_metadata_2")),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "a constraint of a size inserted",
        prepared(ASSERTED, edit(remove("sym_constrain_range_for_size_default"))),
        edit(
            insert(
                "sym_size_int_1",
                call(
                    "sym_constrain_range_for_size_default",
                    "aten.sym_constrain_range_for_size.default",
                    "%sym_size_int",
                ),
            )
        ),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "constraints of sizes removed",
        ASSERTED,
        edit(remove("sym_constrain_range_for_size_default", "sym_constrain_range_for_size_default_1")),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "an assertion removed with its comparison",
        ASSERTED,
        edit(remove("_assert_scalar_default", "ge")),
        OPERATORS,
        ASSERTIONS,
    ),
    Pair(
        "a call of the guards inserted",
        ATTRIBUTE,
        edit(
            insert("x", Node("_guards_fn", "call_module", "_guards_fn", Group("(", (Ref("x"),)))),
            graphs={"module"},
        ),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "an operator inserted",
        ATTRIBUTE,
        edit(through("add", call("neg", "aten.neg.default", "%add")), {"neg": TENSOR}),
        OPERATORS,
    ),
    Pair(
        "a copy inserted",
        ATTRIBUTE,
        edit(through("add", call("clone", "aten.clone.default", "%add")), {"clone": TENSOR}),
        OPERATORS,
    ),
    Pair(
        "a get_attr inserted that nothing uses",
        ATTRIBUTE,
        edit(insert("attr", Node("attr_1", "get_attr", "attr_1"))),
        OPERATORS,
    ),
    Pair(
        "a node dropped from the middle",
        TOKENS,
        edit(chain(redirect("add_2", "getitem_7"), remove("add_2")), graphs={"program"}),
        OPERATORS,
    ),
    Pair(
        "the last node dropped",
        ATTRIBUTE,
        edit(chain(redirect("add", "call_torchbind"), remove("add"))),
        OPERATORS,
    ),
    Pair("a node dropped that nothing uses", LINEAR, edit(remove("call_torchbind_4")), OPERATORS),
    Pair(
        "a node dropped and all renamed",
        TOKENS,
        combine(
            edit(chain(redirect("add_2", "getitem_7"), remove("add_2")), graphs={"program"}), rename(numbered)
        ),
        OPERATORS,
    ),
    Pair(
        "a node computed twice",
        VIEWS,
        edit(through("view", call("view_1", "aten.view.default", "%x_1", [-1]), ("sub",)), {"view_1": FLAT}),
        OPERATORS,
    ),
    Pair(
        "a node computed once instead of twice",
        METADATA,
        edit(chain(redirect("cos_1", "cos"), remove("cos_1"))),
        OPERATORS,
    ),
    Pair(
        "an effect dropped, its token passed by",
        INDUCTOR,
        edit(chain(redirect("getitem_12", "getitem_10"), remove("with_effects_6", "getitem_12"))),
        OPERATORS,
    ),
)
