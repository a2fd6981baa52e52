"""Pairs that are the same graph: spelling, other names, another order that nothing forbids."""

from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.graphs.node_table import Node
from graph_goldens.records import Record
from tests.drift.labelled.changes import names, numbered, retext, shifted, symbols
from tests.drift.labelled.pair import (
    ASSERTED,
    ATTRIBUTE,
    AUTOCAST,
    BODIES,
    BREAKS,
    BUFFER,
    FAILED,
    INDUCTOR,
    LINEAR,
    METADATA,
    SQUARE,
    TOKENS,
    VECTOR,
    VIEWS,
    Pair,
    prepared,
)
from tests.drift.labelled.records import combine, edit, rename, with_artifacts, with_text
from tests.drift.labelled.tables import call, insert, move, swap


def without_suffix_of_default(node: Node) -> str:
    """The rule of 2.6 and of 2.7 for names of overloads: `_assert_scalar_default_1`, `_assert_scalar_1`."""
    return node.name.replace("_default", "")


def other_message(record: Record) -> Record:
    """Messages of assertions name a node: a renamed one is renamed there too."""
    for artifact in record.artifacts:
        record = with_text(record, artifact.name, artifact.text.replace("node 'ge'", "node 'ge_2'"))
    return record


def values_before_graph(record: Record) -> Record:
    code, graph, values, *rest = record.artifacts
    return with_artifacts(record, [code, values, graph, *rest])


# Two results of one input, neither of which the other needs.
TWO = prepared(
    LINEAR,
    edit(
        insert("x", call("neg", "aten.neg.default", "%x"), call("relu", "aten.relu.default", "%x")),
        {"neg": SQUARE, "relu": SQUARE},
    ),
)

SAME = (
    Pair("nothing at all", ATTRIBUTE, combine(), None),
    Pair("nothing at all in an error", FAILED, combine(), None),
    Pair("another digest of the source", ATTRIBUTE, lambda record: replace(record, source="other"), None),
    Pair("names changed and changed back", VIEWS, combine(names(view="v"), names(v="view")), None),
)

SPELLING = (
    Pair("blank lines in code", ATTRIBUTE, retext("program.code", "^", "\n"), DriftClass.SPELLING),
    Pair(
        "spaces at the ends of lines in code",
        ATTRIBUTE,
        retext("program.code", "$", "  "),
        DriftClass.SPELLING,
    ),
    Pair(
        "spaces at the end of a graph", ATTRIBUTE, retext("program.graph", r"\Z", "\n"), DriftClass.SPELLING
    ),
    Pair(
        "spaces at the ends of lines in a graph", VIEWS, retext("traced.graph", "$", " "), DriftClass.SPELLING
    ),
    Pair(
        "an operator spelled as its function in code",
        AUTOCAST,
        retext("graph_0.code", r"(\w+) \+ 1$", r"operator.add(\1, 1)"),
        DriftClass.SPELLING,
    ),
    Pair("artifacts in another order", ATTRIBUTE, values_before_graph, DriftClass.SPELLING),
    Pair(
        "another version of the rules",
        ATTRIBUTE,
        lambda record: replace(record, rules=record.rules + 1),
        DriftClass.SPELLING,
    ),
)

RENAMED = (
    Pair("one node renamed", VIEWS, names(view="view_default"), DriftClass.RENAMED),
    Pair("one node renamed in both graphs", ATTRIBUTE, names(add="add_tensor"), DriftClass.RENAMED),
    Pair(
        "one node renamed in one of two graphs",
        ATTRIBUTE,
        rename(lambda node: node.name.replace("add", "plus"), {"module"}),
        DriftClass.RENAMED,
    ),
    Pair("a placeholder renamed", ATTRIBUTE, names(x="inp"), DriftClass.RENAMED),
    Pair("a placeholder of Dynamo renamed", AUTOCAST, names(l_x_="l_inp_"), DriftClass.RENAMED),
    Pair(
        "a parameter's placeholder renamed", LINEAR, names(p_linear_weight="p_l__s___w"), DriftClass.RENAMED
    ),
    Pair("a token renamed", TOKENS, names(token="arg0_1"), DriftClass.RENAMED),
    Pair("all nodes renamed", TOKENS, rename(numbered), DriftClass.RENAMED),
    Pair("all nodes renamed in a graph with aot's signature", METADATA, rename(numbered), DriftClass.RENAMED),
    Pair("all nodes renamed in a graph and its bodies", BODIES, rename(numbered), DriftClass.RENAMED),
    Pair(
        "all nodes renamed in a body alone",
        BODIES,
        rename(numbered, {"program.submod_1"}),
        DriftClass.RENAMED,
    ),
    Pair(
        "all nodes renamed in the last of four graphs",
        BREAKS,
        rename(numbered, {"graph_3"}),
        DriftClass.RENAMED,
    ),
    Pair("all suffixes one higher", TOKENS, rename(shifted), DriftClass.RENAMED),
    Pair("all suffixes one higher in Inductor's graph", INDUCTOR, rename(shifted), DriftClass.RENAMED),
    Pair("two nodes with each other's names", AUTOCAST, names(sin="cos", cos="sin"), DriftClass.RENAMED),
    Pair(
        "three nodes with each other's names",
        TOKENS,
        names(add="add_1", add_1="add_2", add_2="add"),
        DriftClass.RENAMED,
    ),
    Pair(
        "names of overloads without default", ASSERTED, rename(without_suffix_of_default), DriftClass.RENAMED
    ),
    Pair(
        "a node renamed that an assertion's message names",
        ASSERTED,
        combine(names(ge="ge_2"), other_message),
        DriftClass.RENAMED,
        alone=DriftClass.RENAMED,
    ),
    Pair("symbols with other numbers", VIEWS, symbols(s0="s3", s1="s7"), DriftClass.RENAMED),
    Pair("symbols with each other's numbers", VIEWS, symbols(s0="s1", s1="s0"), DriftClass.RENAMED),
    Pair("unbacked symbols with other numbers", ASSERTED, symbols(u0="u2", u1="u3"), DriftClass.RENAMED),
    Pair("symbols and nodes renamed", VIEWS, combine(symbols(s0="s5"), rename(numbered)), DriftClass.RENAMED),
)

REORDERED = (
    Pair("two views of one input swapped", VIEWS, edit(swap("view", "permute")), DriftClass.REORDERED),
    Pair("two independent nodes swapped", TWO, edit(swap("neg", "relu")), DriftClass.REORDERED),
    Pair(
        "two parameters got in another order",
        LINEAR,
        edit(swap("linear_weight", "linear_bias"), graphs={"module"}),
        DriftClass.REORDERED,
    ),
    Pair(
        "a buffer got after the inputs",
        BUFFER,
        edit(move("lifted_tensor_0", "safe_obj"), graphs={"module"}),
        DriftClass.REORDERED,
    ),
    Pair(
        "two results taken in another order",
        METADATA,
        edit(swap("getitem_8", "getitem_9")),
        DriftClass.REORDERED,
    ),
    Pair(
        "two sizes of one tensor taken in another order",
        ASSERTED,
        edit(swap("sym_size_int", "sym_size_int_1")),
        DriftClass.REORDERED,
    ),
    Pair(
        "two nodes swapped and all renamed",
        TWO,
        combine(edit(swap("neg", "relu")), rename(numbered)),
        DriftClass.REORDERED,
    ),
    Pair(
        "two views swapped, each with the other's name",
        VIEWS,
        combine(edit(swap("view", "permute")), names(view="permute", permute="view")),
        DriftClass.REORDERED,
    ),
    Pair(
        "two nodes swapped in a body alone",
        prepared(
            BODIES,
            edit(insert("arg0_1", call("neg", "aten.neg.default", "%arg1_1")), {"neg": VECTOR}),
        ),
        edit(swap("neg", "cos")),
        DriftClass.REORDERED,
    ),
)

PAIRS = (*SAME, *SPELLING, *RENAMED, *REORDERED)
