"""Pairs whose operators have other arguments, or are other operators."""

from graph_goldens.drift.classes import DriftClass
from tests.drift.labelled.changes import method, numbered, through
from tests.drift.labelled.pair import (
    ATTRIBUTE,
    AUTOCAST,
    BODIES,
    FLAT,
    LINEAR,
    LITERALS,
    METADATA,
    OPEN,
    TENSOR,
    TOKENS,
    VECTOR,
    VIEWS,
    WRAPPED,
    Pair,
    prepared,
)
from tests.drift.labelled.records import combine, edit, rename
from tests.drift.labelled.tables import argue, become, call, chain, insert, retarget, returning

OPERATORS = DriftClass.OPERATORS
TO_DOUBLE = prepared(
    ATTRIBUTE,
    edit(
        through("add", call("_to_copy", "aten._to_copy.default", "%add", dtype="torch.float64")),
        {"_to_copy": TENSOR.replace("32", "64")},
    ),
)

NUMBERS = prepared(
    VIEWS,
    edit(
        insert(
            "x_1",
            call("one", "aten.add.Tensor", "%x_1", 1),
            call("two", "aten.add.Tensor", "%x_1", 2),
            call("product", "aten.mul.Tensor", "%one", "%two"),
        ),
        dict.fromkeys(("one", "two", "product"), FLAT),
    ),
)
SPLIT = prepared(
    VIEWS,
    edit(
        insert(
            "x_1",
            call("split", "aten.split.Tensor", "%x_1", 1),
            call("first", "operator.getitem", "%split", 0),
            call("second", "operator.getitem", "%split", 1),
            call("difference", "aten.sub.Tensor", "%first", "%second"),
        ),
        {"split": f"({FLAT}, {FLAT}, {FLAT})", **dict.fromkeys(("first", "second", "difference"), FLAT)},
    ),
)
ONE_HIGHER = chain(argue("one", "%x_1", 2), argue("two", "%x_1", 3))

ARGUMENTS = (
    Pair("two numbers, each one higher", NUMBERS, edit(ONE_HIGHER), OPERATORS, LITERALS),
    Pair(
        "two numbers, each one higher, of results that are returned",
        prepared(NUMBERS, edit(returning("%sub", "%add", "%tq_1", "%one", "%two"))),
        edit(ONE_HIGHER),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "two indices of results, each one higher",
        SPLIT,
        edit(chain(argue("first", "%split", 1), argue("second", "%split", 2))),
        OPERATORS,
        LITERALS,
    ),
    Pair("a number changed", VIEWS, edit(argue("sub", "%view", 3)), OPERATORS, LITERALS),
    Pair("a whole number became a float", VIEWS, edit(argue("sub", "%view", 2.0)), OPERATORS, LITERALS),
    Pair(
        "a number of a Python operator changed",
        AUTOCAST,
        edit(argue("add", "%cos_1", 2)),
        OPERATORS,
        LITERALS,
    ),
    Pair("a list of sizes changed", VIEWS, edit(argue("view", "%x_1", [6])), OPERATORS, LITERALS),
    Pair("dimensions permuted otherwise", VIEWS, edit(argue("permute", "%x_1", [0, 1])), OPERATORS, LITERALS),
    Pair(
        "a flag of autocast changed",
        AUTOCAST,
        edit(argue("_enter_autocast", "cpu", None, "False", None)),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "a dtype of autocast's operator changed",
        BODIES,
        edit(argue("wrap_with_autocast", "cpu", "torch.float16", "True", "False", "%submod_3", "%x", "%tq")),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "a dtype in a keyword changed, and the values with it",
        TO_DOUBLE,
        edit(argue("_to_copy", "%add", dtype="torch.float16"), {"_to_copy": TENSOR.replace("32", "16")}),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "a number in a body changed",
        BODIES,
        edit(argue("add", "%cos_1", 2), graphs={"program.submod_1", "module.submod_1"}),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "an index of a result changed",
        TOKENS,
        edit(argue("getitem_7", "%with_effects_3", 0)),
        OPERATORS,
        LITERALS,
    ),
    Pair(
        "another method called",
        LINEAR,
        edit(argue("call_torchbind_3", "%tq", "clone_queue")),
        OPERATORS,
        OPEN,
    ),
    Pair(
        "another operator with effects",
        METADATA,
        edit(argue("with_effects_2", "%getitem_2", "_TorchScriptTesting.queue_size.default", "%arg1_1")),
        OPERATORS,
        OPEN,
    ),
    Pair("a keyword added", VIEWS, edit(argue("sub", "%view", 2, alpha=2)), OPERATORS, OPEN),
    Pair("an argument is another node", TOKENS, edit(argue("add_3", "%add_2", "%add_1")), OPERATORS),
    Pair(
        "an argument is another node of the same operator", AUTOCAST, edit(argue("add", "%cos", 1)), OPERATORS
    ),
    Pair(
        "an argument is another node, and all are renamed",
        TOKENS,
        combine(edit(argue("add_3", "%add_2", "%add_1")), rename(numbered)),
        OPERATORS,
    ),
    Pair("a literal became a node", LINEAR, edit(argue("add_2", "%call_torchbind_3", "%x")), OPERATORS),
    Pair(
        "two arguments of sub swapped",
        prepared(LINEAR, edit(retarget("add_3", "torch.ops.aten.sub.Tensor"))),
        edit(argue("add_3", "%x", "%add_2")),
        OPERATORS,
    ),
    Pair("two arguments of add swapped", TOKENS, edit(argue("add_1", "%addmm", "%add")), OPERATORS),
    Pair(
        "two arguments of a method's call swapped",
        WRAPPED,
        edit(argue("wrap", "%wrap_body_0", "%l_x_", "%l_tq_")),
        OPERATORS,
    ),
)

RETARGETED = (
    Pair("another overload", TOKENS, edit(retarget("add", "torch.ops.aten.add.Scalar")), OPERATORS),
    Pair(
        "another overload, and all renamed",
        TOKENS,
        combine(edit(retarget("add", "torch.ops.aten.add.Scalar")), rename(numbered)),
        OPERATORS,
    ),
    Pair(
        "the same operator in place", TOKENS, edit(retarget("add_3", "torch.ops.aten.add_.Tensor")), OPERATORS
    ),
    Pair(
        "another view",
        VIEWS,
        edit(
            become("view", call("_unsafe_view", "aten._unsafe_view.default", "%x_1", [-1])),
            {"_unsafe_view": FLAT},
        ),
        OPERATORS,
    ),
    Pair(
        "another operator",
        VIEWS,
        edit(become("sub", call("mul", "aten.mul.Tensor", "%view", 2)), {"mul": FLAT}),
        OPERATORS,
    ),
    Pair(
        "another operator under the old name",
        VIEWS,
        edit(retarget("add", "torch.ops.aten.mul.Tensor")),
        OPERATORS,
    ),
    Pair(
        "another method",
        AUTOCAST,
        edit(become("sin", method("tan", "tan", "l_x_")), {"tan": VECTOR}),
        OPERATORS,
    ),
    Pair(
        "a method became a function",
        AUTOCAST,
        edit(become("sin", call("sin", "torch.sin", "%l_x_"))),
        OPERATORS,
    ),
    Pair(
        "another operator in a body",
        WRAPPED,
        edit(become("sin", method("cos", "cos", "l_x_")), {"cos": TENSOR}, graphs={"graph_0.wrap_body_0"}),
        OPERATORS,
    ),
    Pair(
        "a transpose became a permute",
        TOKENS,
        edit(
            become("t", call("permute", "aten.permute.default", "%p_linear_weight", [1, 0])),
            {"permute": "float32[2, 2] stride (1, 2) cpu"},
            graphs={"program"},
        ),
        OPERATORS,
    ),
    Pair(
        "another parameter of the module got",
        LINEAR,
        edit(retarget("linear_bias", "linear.other"), graphs={"module"}),
        OPERATORS,
    ),
)

PAIRS = (*ARGUMENTS, *RETARGETED)
