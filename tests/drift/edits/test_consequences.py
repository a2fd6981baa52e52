"""What only follows from another edit is attributed to it; what it explains in part stands for itself."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.consequences import attribute_edits, name_nodes
from graph_goldens.drift.edits.effect_tokens import TOKENS_COME

GRAPH = "g.graph"


def edit(pattern: str, nodes: str = "", needs: str = "", where: str = GRAPH) -> Edit:
    """An edit of nodes of the record's graph that others need."""
    own, used = name_nodes("+", nodes.split()), name_nodes("+", needs.split())
    return Edit(DriftClass.OPERATORS, where, pattern, pattern=pattern, nodes=own, needs=used)


def causes(*edits: Edit) -> list[str]:
    return [each.cause for each in attribute_edits(edits)]


def test_an_edit_follows_from_what_tells_of_all_that_it_needs() -> None:
    cause = edit("+ mul", "a b")
    assert causes(cause, edit("+ input", "y", "a b")) == ["", cause.trace]


def test_an_edit_that_another_explains_in_part_stands_for_itself() -> None:
    assert causes(edit("+ mul", "a"), edit("+ input", "y", "a s")) == ["", ""]


def test_what_follows_from_what_follows_belongs_to_the_first() -> None:
    cause = edit("+ mul", "a")
    found = causes(edit("+ output", "", "b"), edit("+ getitem", "b", "a"), cause)
    assert found == [cause.trace, cause.trace, ""]


def test_nodes_of_another_graph_explain_nothing() -> None:
    assert causes(edit("+ mul", "a"), edit("+ input", "y", "a", where="h.graph")) == ["", ""]


def test_edits_that_need_each_other_come_to_an_end() -> None:
    one, other = edit("one", "a", "b"), edit("other", "b", "a")
    assert all(causes(one, other)) or not any(causes(one, other))


def test_tokens_follow_from_the_operators_that_take_them_and_from_nothing_else() -> None:
    come = edit(TOKENS_COME, "we")
    assert causes(come, edit("+ input an effect token"), edit("+ input a tensor")) == ["", come.trace, ""]
    assert causes(edit("+ input an effect token")) == [""]


def test_facts_follow_from_the_graph_that_came() -> None:
    came = Edit(DriftClass.CAPTURE, "graph_1", "+ graph graph_1", pattern="+ graph")
    fact = Edit(DriftClass.INTERFACE, "facts.inputs", "inputs.graph_1", pattern="inputs")
    other = Edit(DriftClass.BEHAVIOUR, "facts.same_as_eager", "false", pattern="false")
    assert causes(came, fact, other) == ["", came.trace, ""]
