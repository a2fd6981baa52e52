"""Pairs in which one operator became several, or several one; and bodies of higher-order operators."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.graphs.node_table import Node
from graph_goldens.records import Artifact, Record
from tests.drift.labelled.changes import numbered, through
from tests.drift.labelled.pair import (
    BODIES,
    DECOMPOSITION,
    LINEAR,
    OPEN,
    SQUARE,
    TENSOR,
    TOKENS,
    WRAPPED,
    Pair,
    prepared,
)
from tests.drift.labelled.records import combine, edit, rename, with_artifacts
from tests.drift.labelled.tables import Change, call, chain, insert, redirect, remove, retarget

OPERATORS = DriftClass.OPERATORS
SILU = prepared(
    LINEAR, edit(through("linear", call("silu", "aten.silu.default", "%linear")), {"silu": SQUARE})
)


def linear_as(*nodes: Node) -> Change:
    """Compute the linear layer by other operators, of which the last gives the result."""
    return chain(insert("linear", *nodes), redirect("linear", nodes[-1].name), remove("linear"))


def addmm(weight: str, bias: str, transpose: Node) -> tuple[Node, Node]:
    return transpose, call("addmm", "aten.addmm.default", f"%{bias}", "%x", f"%{transpose.name}")


TRANSPOSED = {
    "t": "float32[2, 2] stride (1, 2) cpu",
    "permute": "float32[2, 2] stride (1, 2) cpu",
    "addmm": SQUARE,
}
BY_T = edit(
    linear_as(*addmm("p_linear_weight", "p_linear_bias", call("t", "aten.t.default", "%p_linear_weight"))),
    TRANSPOSED,
    graphs={"program"},
)
BY_PERMUTE = edit(
    linear_as(
        *addmm(
            "p_linear_weight",
            "p_linear_bias",
            call("permute", "aten.permute.default", "%p_linear_weight", [1, 0]),
        )
    ),
    TRANSPOSED,
    graphs={"program"},
)
IN_THE_MODULE = edit(
    linear_as(*addmm("linear_weight", "linear_bias", call("t", "aten.t.default", "%linear_weight"))),
    TRANSPOSED,
    graphs={"module"},
)

DECOMPOSED = (
    Pair("linear decomposed into t and addmm", LINEAR, BY_T, OPERATORS, DECOMPOSITION),
    Pair("linear decomposed into permute and addmm", LINEAR, BY_PERMUTE, OPERATORS, DECOMPOSITION),
    Pair("linear decomposed in both graphs", LINEAR, combine(BY_T, IN_THE_MODULE), OPERATORS, DECOMPOSITION),
    Pair(
        "linear decomposed and all renamed", LINEAR, combine(BY_T, rename(numbered)), OPERATORS, DECOMPOSITION
    ),
    Pair(
        "silu decomposed into sigmoid and mul",
        SILU,
        edit(
            chain(
                insert(
                    "linear",
                    call("sigmoid", "aten.sigmoid.default", "%linear"),
                    call("mul", "aten.mul.Tensor", "%linear", "%sigmoid"),
                ),
                redirect("silu", "mul"),
                remove("silu"),
            ),
            {"sigmoid": SQUARE, "mul": SQUARE},
        ),
        OPERATORS,
        DECOMPOSITION,
    ),
    Pair(
        "sub decomposed into neg and add",
        prepared(LINEAR, edit(retarget("add_3", "torch.ops.aten.sub.Tensor"))),
        edit(
            chain(
                insert(
                    "add_2",
                    call("neg", "aten.neg.default", "%x"),
                    call("add_4", "aten.add.Tensor", "%add_2", "%neg"),
                ),
                redirect("add_3", "add_4"),
                remove("add_3"),
            ),
            {"neg": SQUARE, "add_4": SQUARE},
        ),
        OPERATORS,
        DECOMPOSITION,
    ),
    Pair(
        "addmm decomposed into mm and add",
        TOKENS,
        edit(
            chain(
                insert(
                    "t",
                    call("mm", "aten.mm.default", "%x", "%t"),
                    call("add_4", "aten.add.Tensor", "%mm", "%p_linear_bias"),
                ),
                redirect("addmm", "add_4"),
                remove("addmm"),
            ),
            {"mm": SQUARE, "add_4": SQUARE},
            graphs={"program"},
        ),
        OPERATORS,
        DECOMPOSITION,
    ),
    Pair(
        "t and addmm composed to linear",
        TOKENS,
        edit(
            chain(
                insert(
                    "t", call("linear", "aten.linear.default", "%x", "%p_linear_weight", "%p_linear_bias")
                ),
                redirect("addmm", "linear"),
                remove("t", "addmm"),
            ),
            {"linear": SQUARE},
            graphs={"program"},
        ),
        OPERATORS,
        DECOMPOSITION,
    ),
)


def wrapped_sin(record: Record) -> Record:
    """Put an operation into the body of a new higher-order operator."""
    body = record.artifacts[
        [artifact.name for artifact in record.artifacts].index("graph_0.wrap_body_0.code") :
    ]
    change = chain(
        insert("wrap_body_0", Node("wrap_body_1", "get_attr", "wrap_body_1")),
        through("getitem", call("wrap_1", "higher_order.wrap", "%wrap_body_1", "%l_tq_", "%getitem")),
    )
    changed = edit(change, {"wrap_1": f"({TENSOR})"}, graphs={"graph_0"})(record)
    added = [
        Artifact(artifact.name.replace("body_0", "body_1"), artifact.text)
        for artifact in body
        if "wrap_body_0" in artifact.name
    ]
    return with_artifacts(changed, [*changed.artifacts[:-1], *added, changed.artifacts[-1]])


def body_renamed(record: Record) -> Record:
    """Give the attribute that holds a body another name, and the body with it."""
    artifacts = [
        Artifact(artifact.name.replace("submod_1", "submod_7"), artifact.text.replace("submod_1", "submod_7"))
        for artifact in record.artifacts
    ]
    return with_artifacts(record, artifacts)


OF_BODIES = (
    Pair("a higher-order operator added with its body", WRAPPED, wrapped_sin, OPERATORS, OPEN),
    Pair("the attribute of a body renamed", BODIES, body_renamed, DriftClass.RENAMED),
)

PAIRS = (*DECOMPOSED, *OF_BODIES)
