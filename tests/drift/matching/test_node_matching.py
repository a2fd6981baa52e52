from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.compare import compare
from graph_goldens.drift.matching.node_matching import match_nodes
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import TENSOR, chain, graph, record
from tests.drift.building import given as inputs
from tests.drift.labelled.tables import call

TARGETS = ["aten.add.Tensor", "aten.sub.Tensor", "aten.sin.default", "aten.alias.default", "aten.add_.Tensor"]


def pairs(old: Table, new: Table, **values: str) -> dict[str, str]:
    return match_nodes(old, new, (values, values))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Give a graph of a few inputs and operators that take any of what stands before them."""
    nodes = list(inputs(*(f"x{number}" for number in range(draw(st.integers(1, 3))))))
    for number in range(draw(st.integers(0, 8))):
        before = st.sampled_from([f"%{node.name}" for node in nodes])
        args = draw(st.lists(before | st.sampled_from([1, 2]), min_size=1, max_size=2))
        nodes.append(call(f"n{number}", draw(st.sampled_from(TARGETS)), *args))
    returned = draw(st.lists(st.sampled_from([f"%{node.name}" for node in nodes]), max_size=3))
    return graph(*nodes, returns=tuple(returned))


@given(tables(), tables())
def test_every_pair_is_of_a_node_of_each_graph_and_none_is_in_two(old: Table, new: Table) -> None:
    found = pairs(old, new)
    assert found.keys() <= old.by_name.keys()
    assert set(found.values()) <= new.by_name.keys()
    assert len(set(found.values())) == len(found)
    assert all(old.by_name[left].op == new.by_name[right].op for left, right in found.items())


@given(tables())
def test_a_graph_s_nodes_are_themselves(table: Table) -> None:
    assert pairs(table, table) == {node.name: node.name for node in table.nodes}


@given(tables(), tables())
def test_a_drift_is_of_one_class_in_either_direction(old: Table, new: Table) -> None:
    forth, back = compare(record(old), record(new)), compare(record(new), record(old))
    assert (forth and forth.kind) is (back and back.kind)
    assert (forth is None) == (old == new)


def test_one_of_many_alike_is_the_same_one_in_either_direction() -> None:
    alike = [call(f"n{number}", "aten.add.Tensor", "%x") for number in range(7)]
    both = call("n7", "aten.add.Tensor", "%x", "%x")
    old = graph(
        *inputs("x"),
        call("n0", "aten.sub.Tensor", "%x"),
        call("n1", "aten.add.Tensor", "%x"),
        returns=("%x", "%x", "%x"),
    )
    new = graph(*inputs("x"), *alike, both, returns=("%x", "%x", "%n6"))
    forth, back = compare(record(old), record(new)), compare(record(new), record(old))
    assert forth is not None
    assert back is not None
    assert forth.kind is back.kind
    assert pairs(old, new) == {left: right for right, left in pairs(new, old).items()}


def test_names_say_nothing() -> None:
    old = graph(*inputs("x"), call("a", "aten.sin.default", "%x"), call("b", "aten.cos.default", "%a"))
    new = graph(*inputs("x"), call("b", "aten.sin.default", "%x"), call("a", "aten.cos.default", "%b"))
    assert pairs(old, new) == {"x": "x", "a": "b", "b": "a", "output": "output"}


def test_a_node_that_moved_is_still_itself() -> None:
    sin, cos = call("s", "aten.sin.default", "%x"), call("c", "aten.cos.default", "%x")
    old, new = (graph(*inputs("x"), *nodes, returns=("%s", "%c")) for nodes in ((sin, cos), (cos, sin)))
    assert all(left == right for left, right in pairs(old, new).items())


def test_nodes_that_look_alike_are_told_apart_by_what_uses_them() -> None:
    twins = call("a", "aten.sin.default", "%x"), call("b", "aten.sin.default", "%x")
    used = call("c", "aten.cos.default", "%a"), call("d", "aten.tan.default", "%b")
    old = graph(*inputs("x"), *twins, *used, returns=("%c", "%d"))
    new = graph(*inputs("x"), *reversed(twins), *reversed(used), returns=("%c", "%d"))
    assert pairs(old, new)["a"] == "a"


def test_a_node_missing_among_many_alike_shifts_no_other() -> None:
    def table(*numbers: int) -> Table:
        nodes = [call(f"a{number}", "aten.sin.default", "%x") for number in numbers]
        users = [call(f"b{number}", f"aten.op{number}.default", f"%a{number}") for number in numbers]
        return graph(*inputs("x"), *nodes, *users)

    found = pairs(table(*range(9)), table(*range(4), *range(5, 9)))
    assert all(left == right for left, right in found.items())
    assert found.keys().isdisjoint({"a4", "b4"})


def test_numbers_that_all_grew_by_one_are_other_numbers_and_no_other_nodes() -> None:
    def table(start: int) -> Table:
        one, two = (
            call("one", "aten.add.Tensor", "%x", start),
            call("two", "aten.add.Tensor", "%x", start + 1),
        )
        return graph(*inputs("x"), one, two, call("m", "aten.mul.Tensor", "%one", "%two"), returns=("%m",))

    assert all(left == right for left, right in pairs(table(1), table(2)).items())


def test_operands_that_were_exchanged_are_themselves() -> None:
    def table(*operands: str) -> Table:
        sines = call("a", "aten.sin.default", "%x"), call("b", "aten.sin.default", "%y")
        return graph(*inputs("x", "y"), *sines, call("s", "aten.sub.Tensor", *operands), returns=("%s",))

    assert pairs(table("%a", "%b"), table("%b", "%a"))["a"] == "a"


def test_inputs_are_known_by_their_names_where_these_say_something() -> None:
    def table(*names: str) -> Table:
        return graph(*inputs(*names), call("n", "aten.sub.Tensor", "%weight", "%bias"), returns=("%n",))

    assert pairs(table("weight", "bias"), table("bias", "weight"))["weight"] == "weight"


def test_numbered_inputs_are_known_by_how_they_are_used() -> None:
    old = graph(*inputs("arg0_1", "arg1_1"), call("n", "aten.sin.default", "%arg1_1"), returns=("%n",))
    new = graph(*inputs("arg0_1"), call("n", "aten.sin.default", "%arg0_1"), returns=("%n",))
    assert pairs(old, new) == {"arg1_1": "arg0_1", "n": "n", "output": "output"}


def test_inputs_of_other_kinds_are_never_the_same() -> None:
    old, new = graph(*inputs("arg0_1")), graph(*inputs("arg0_1"), *inputs("arg1_1"))
    kinds = {"arg0_1": TENSOR}, {"arg0_1": "Sym(s0)", "arg1_1": TENSOR}
    assert match_nodes(old, new, kinds)["arg0_1"] == "arg1_1"


def test_inputs_that_are_left_are_matched_by_their_places() -> None:
    old, new = (graph(*inputs(*names), call("n", target, f"%{names[0]}")) for names, target in (
        (("query", "key"), "aten.sin.default"), (("q", "k"), "aten.cos.default")))  # fmt: skip
    assert pairs(old, new) == {"query": "q", "key": "k", "output": "output"}


def test_an_empty_graph_has_no_pairs() -> None:
    assert pairs(Table(()), chain("aten.sin.default")) == {}
    assert pairs(Table(()), Table(())) == {}


def test_a_node_keeps_its_operation() -> None:
    old = graph(*inputs("x"), call("sin", "sin", "%x"), returns=("%sin",))
    new = graph(*inputs("x"), Node("sin", "call_method", "sin", old.by_name["sin"].args), returns=("%sin",))
    assert "sin" not in pairs(old, new)


def test_a_number_by_itself_names_no_input() -> None:
    old = graph(*inputs("arg0_1", "arg1_1"), call("n", "aten.sin.default", "%arg0_1"))
    new = graph(*inputs("arg1_1", "arg2_1"), call("n", "aten.cos.default", "%arg1_1"))
    assert pairs(old, new) == {"arg0_1": "arg1_1", "arg1_1": "arg2_1", "output": "output"}
