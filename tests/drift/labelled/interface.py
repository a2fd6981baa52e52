"""Pairs whose inputs, outputs, signatures or guards differ."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.graphs.node_table import Node
from graph_goldens.records import Json, Record
from tests.drift.labelled.changes import alias, numbered, retext
from tests.drift.labelled.pair import (
    ASSERTED,
    ATTRIBUTE,
    AUTOCAST,
    BODIES,
    BUFFER,
    LINEAR,
    OPEN,
    TENSOR,
    TOKENS,
    VIEWS,
    Pair,
)
from tests.drift.labelled.records import Mutation, combine, edit, rename, with_artifacts, with_facts
from tests.drift.labelled.tables import (
    argue,
    chain,
    give_default,
    insert,
    insert_first,
    remove,
    returning,
    swap,
)

INTERFACE = DriftClass.INTERFACE
GUARDS = DriftClass.GUARDS


def guards_dropped(record: Record) -> Record:
    return with_artifacts(
        record, [artifact for artifact in record.artifacts if not artifact.name.endswith(".guards")]
    )


def guarded(text: str) -> Mutation:
    return retext("graph_0.guards", r"\Z", f"\n{text}")


def signed(pattern: str, by: str) -> Mutation:
    return retext("program.signature", pattern, by)


def facts(**new: Json) -> Mutation:
    return lambda record: with_facts(record, **new)


PAIRS = (
    Pair("an output added", VIEWS, edit(returning("%sub", "%add", "%tq_1", "%view")), INTERFACE),
    Pair("an output added in both graphs", ATTRIBUTE, edit(returning("%add", "%call_torchbind")), INTERFACE),
    Pair("an output removed", VIEWS, edit(returning("%sub", "%tq_1")), INTERFACE),
    Pair("outputs in another order", VIEWS, edit(returning("%add", "%sub", "%tq_1")), INTERFACE),
    Pair(
        "outputs in another order in both graphs",
        LINEAR,
        edit(returning("%add_1", "%add_3", "%tq")),
        INTERFACE,
    ),
    Pair("an output given twice", ATTRIBUTE, edit(returning("%add", "%add")), INTERFACE),
    Pair("an output is another node", LINEAR, edit(returning("%add_3", "%add", "%tq")), INTERFACE),
    Pair("an output became None", VIEWS, edit(returning("%sub", None, "%tq_1")), INTERFACE),
    Pair("inputs in another order", VIEWS, edit(swap("tq_1", "x_1")), INTERFACE),
    Pair("inputs in another order in both graphs", LINEAR, edit(swap("tq", "x")), INTERFACE),
    Pair(
        "inputs in another order, and renamed",
        VIEWS,
        combine(edit(swap("tq_1", "x_1")), rename(numbered)),
        INTERFACE,
    ),
    Pair(
        "an input added that nothing uses",
        VIEWS,
        edit(insert("x_1", Node("y_1", "placeholder", "y_1")), {"y_1": TENSOR}),
        INTERFACE,
    ),
    Pair(
        "an input added before all others",
        TOKENS,
        edit(insert_first(Node("token_1", "placeholder", "token_1")), {"token_1": TENSOR}),
        INTERFACE,
    ),
    Pair(
        "an input added and used",
        VIEWS,
        edit(
            chain(insert("x_1", Node("y_1", "placeholder", "y_1")), argue("sub", "%view", "%y_1")),
            {"y_1": TENSOR},
        ),
        INTERFACE,
    ),
    Pair("an input removed", BUFFER, edit(remove("safe_obj")), INTERFACE),
    Pair("an input with a default", VIEWS, edit(give_default("x_1", "None")), INTERFACE),
    Pair(
        "an output of a body added",
        BODIES,
        edit(returning("%sin"), graphs={"program.submod_1", "module.submod_1"}),
        INTERFACE,
        OPEN,
    ),
    Pair(
        "a mutation in the signature",
        LINEAR,
        signed("output user output add_3", "output buffer mutation add_3 of count"),
        INTERFACE,
    ),
    Pair(
        "a mutation added to the signature",
        BUFFER,
        signed("^output user", "output buffer mutation sin of lifted_tensor_0\noutput user"),
        INTERFACE,
    ),
    Pair("another target of a parameter", LINEAR, signed("of linear.bias", "of fc.bias"), INTERFACE),
    Pair(
        "a buffer no longer persistent",
        BUFFER,
        signed("of lifted_tensor_0$", "of lifted_tensor_0, not persistent"),
        INTERFACE,
    ),
    Pair(
        "a parameter became an input",
        LINEAR,
        signed("input parameter p_linear_bias of linear.bias", "input user input p_linear_bias"),
        INTERFACE,
    ),
    Pair(
        "another range of a symbol",
        ASSERTED,
        signed(r"range u0 in \[0, int_oo\]", "range u0 in [2, 8]"),
        INTERFACE,
    ),
    Pair("a range of a symbol removed", ASSERTED, signed(r"\nrange u1 .*", ""), INTERFACE),
    Pair("a guard added", AUTOCAST, guarded("TYPE_MATCH L['tq']"), GUARDS),
    Pair("a guard removed", AUTOCAST, retext("graph_0.guards", r"^TENSOR_MATCH .*\n", ""), GUARDS),
    Pair(
        "a guard of another kind",
        AUTOCAST,
        retext("graph_0.guards", "^TENSOR_MATCH", "TYPE_MATCH"),
        GUARDS,
    ),
    Pair("no guards at all", AUTOCAST, guards_dropped, GUARDS),
    Pair(
        "an input of another kind",
        ATTRIBUTE,
        facts(inputs={"module": ["number"], "program": ["script object", "number"]}),
        INTERFACE,
    ),
    Pair(
        "a literal changed and an output added",
        VIEWS,
        edit(chain(argue("sub", "%view", 3), returning("%sub", "%add", "%tq_1", "%view"))),
        INTERFACE,
    ),
    Pair(
        "an alias inserted and a guard added",
        AUTOCAST,
        combine(edit(alias("sin", target="torch.alias"), {"alias": TENSOR}), guarded("TYPE_MATCH L['tq']")),
        DriftClass.OPERATORS,
        OPEN,
    ),
)
