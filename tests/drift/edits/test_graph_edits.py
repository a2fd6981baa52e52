"""The edits of one graph, each in words; the graph strings alone."""

from dataclasses import replace

import pytest

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Detail
from graph_goldens.graphs.node_arguments import Literal
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import attribute, chain, drifted, given, graph, method, record
from tests.drift.labelled.tables import call

X = given("x", "y")


def changes(old: Table, new: Table) -> list[str]:
    return drifted(record(old, alone=True), record(new, alone=True))


def detail(old: Table, new: Table) -> Detail | None:
    drift = compare(record(old, alone=True), record(new, alone=True))
    assert drift is not None
    return drift.detail


def one(node: Node) -> Table:
    return graph(*X, node, returns=("%n",))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (call("n", "aten.sin.default"), call("n", "aten.cos.default"), "aten.sin → aten.cos at `%n`"),
        (call("n", "aten.add"), call("n", "aten.add.Tensor"), "aten.add → aten.add.Tensor at `%n`"),
        (call("n", "aten.add.default", "%x"), call("n", "aten.add", "%x"),
         "torch.ops.aten.add.default → torch.ops.aten.add at `%n`"),
        (attribute("n", "a"), attribute("n", "b"), "get_attr a → get_attr b at `%n`"),
        (method("n", "view", "%x"), call("n", "view", "%x"), ".view → view at `%n`"),
        (Node("n", "call_module", "a"), Node("n", "call_module", "b"), "a → b at `%n`"),
        (call("n", "f", "%x", 1), call("n", "f", "%x", 2), "f: argument 1 `1` → `2` at `%n`"),
        (call("n", "f", "%x", [1, [2]]), call("n", "f", "%x", [1, [3]]), "f: argument 1 `2` → `3` at `%n`"),
        (call("n", "f", "%x"), call("n", "f", "%y"), "f: argument 0 `%x` → `%y` at `%n`"),
        (call("n", "f", "%x", dim=1), call("n", "f", "%x", dim=2), "f: dim `1` → `2` at `%n`"),
        (call("n", "f", "%x", dim=1), call("n", "f", "%x"), "f: dim `1` → nothing at `%n`"),
        (call("n", "f", "%x", 1), call("n", "f", "%x"), "f: argument 1 `1` → nothing at `%n`"),
        (call("n", "f", "%x", [1]), call("n", "f", "%x", [1, 2]), "f: argument 1 `[1]` → `[1, 2]` at `%n`"),
        (call("n", "f", "%x", (1,)), call("n", "f", "%x", [1]), "f: argument 1 `(1,)` → `[1]` at `%n`"),
        (replace(call("n", "f"), args=Literal("(odd")), replace(call("n", "f"), args=Literal("(other")),
         "f: arguments `(odd` → `(other` at `%n`"),
        (replace(call("n", "f"), kwargs=Literal("{odd")), replace(call("n", "f"), kwargs=Literal("{other")),
         "f: keyword arguments `{odd` → `{other` at `%n`"),
    ],
)  # fmt: skip
def test_a_call_that_changed_is_told_by_what_of_it_changed(old: Node, new: Node, sentence: str) -> None:
    assert changes(one(old), one(new))[0] == f"operators: {sentence}"


def test_a_keyword_that_became_positional_is_told_on_both_sides() -> None:
    old, new = one(call("n", "f", "%x", keepdim="True")), one(call("n", "f", "%x", "True"))
    assert sorted(changes(old, new)) == [
        "operators: f: argument 1 nothing → `True` at `%n`",
        "operators: f: keepdim `True` → nothing at `%n`",
    ]


def test_a_long_argument_is_cut() -> None:
    old, new = (one(call("n", "f", "%x", str(digit) * 200)) for digit in (1, 2))
    (sentence,) = changes(old, new)
    assert len(sentence) < 300


def test_another_node_of_the_same_name_is_called_another_one() -> None:
    def table(*targets: str) -> Table:
        return graph(
            attribute("p", targets[0]),
            attribute("q", targets[1]),
            call("n", "f", "%p", "%q"),
            returns=("%n",),
        )

    assert (
        changes(table("a", "b"), table("b", "a"))[0] == "operators: f: argument 0 `%p` → another `%p` at `%n`"
    )


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        (["aten.alias.default", "aten.lift_fresh.default"], Detail.ALIASES),
        (["aten.exp.default"], None),
        (["aten.alias.default", "aten.exp.default"], None),
    ],
)
def test_only_aliases_are_aliases_only(added: list[str], expected: Detail | None) -> None:
    assert detail(chain("aten.sin.default"), chain("aten.sin.default", *added)) is expected


def test_checks_and_what_they_alone_compute_are_assertions_only() -> None:
    base = [*X, call("n", "aten.sin.default", "%x")]
    check = [call("s", "aten.sym_size.int", "%x", 0), call("g", "operator.ge", "%s", 2)]
    assertion = call("a", "aten._assert_scalar.default", "%g", "message")
    old, new = graph(*base, returns=("%n",)), graph(*base, *check, assertion, returns=("%n",))
    assert detail(old, new) is Detail.ASSERTIONS
    assert detail(new, old) is Detail.ASSERTIONS
    assert detail(old, graph(*base, *check, assertion, returns=("%n", "%g"))) is not Detail.ASSERTIONS


def test_several_operators_in_the_place_of_one_are_a_decomposition() -> None:
    old, new = chain("aten.linear.default"), chain("aten.t.default", "aten.addmm.default")
    assert changes(old, new) == ["operators: aten.linear → aten.t, aten.addmm at `%n0`"]
    assert detail(old, new) is Detail.DECOMPOSITION
    assert detail(new, old) is Detail.DECOMPOSITION
    assert detail(old, chain("aten.mm.default")) is None


def test_literals_are_literals_only_and_other_nodes_are_not() -> None:
    base = one(call("n", "f", "%x", 1))
    assert detail(base, one(call("n", "f", "%x", 2))) is Detail.LITERALS
    assert detail(base, one(call("n", "f", "%y", 1))) is None


def many(*targets: str) -> Table:
    nodes = [call(f"n{at}", target, "%x") for at, target in enumerate(targets)]
    return graph(*X, *nodes, returns=tuple(f"%{node.name}" for node in nodes))


def test_replacements_that_are_alike_are_told_once_and_others_are_not_counted_with_them() -> None:
    old = many(*["aten.view.default"] * 3, "lib.a", "lib.b")
    new = many(*["aten.reshape.default"] * 3, "lib.c", "lib.d")
    assert changes(old, new) == [
        "operators: aten.view → aten.reshape at `%n0`, and 2 more like it",
        "operators: lib.a → lib.c at `%n3`",
        "operators: lib.b → lib.d at `%n4`",
    ]


def test_operators_that_are_all_wrapped_now_are_alike_whatever_they_are() -> None:
    def table(*wrapper: str) -> Table:
        calls = [("%q", "push", "%x"), ("%q", "pop"), ("%q", "size")]
        nodes = [call(f"c{at}", *wrapper, *each) for at, each in enumerate(calls)]
        return graph(*given("t", "q", "x"), *nodes)

    old = table("higher_order.call_torchbind")
    new = table("higher_order.with_effects", "%t", "call_torchbind")
    assert changes(old, new) == [
        "operators: call_torchbind(push) → with_effects(call_torchbind.push) at `%c0`, and 2 more like it"
    ]


def test_items_taken_out_of_a_replaced_operator_go_without_saying() -> None:
    def table(target: str, *places: int) -> Table:
        items = [call(f"i{at}", "operator.getitem", "%n", at) for at in places]
        return graph(*X, call("n", target, "%x"), *items, returns=("%i0",))

    assert changes(table("aten.max.dim", 0), table("aten.topk.default", 0, 1)) == [
        "operators: aten.max.dim → aten.topk at `%n`"
    ]
    assert changes(many(), graph(*X, *table("aten.max.dim", 0, 1).nodes[2:-1])) == [
        "operators: + aten.max.dim after `%x`"
    ]


def test_what_depends_on_nothing_is_placed_nowhere() -> None:
    assert changes(graph(*X), graph(*X, call("r", "aten.rand.default", [2]))) == ["operators: + aten.rand"]


def test_inputs_are_told_with_their_kind_order_type_and_default() -> None:
    old, new = graph(*given("x", "y")), graph(*given("y", "x"))
    assert changes(old, new)[0] == "interface: inputs reordered: x, y → y, x"
    assert changes(graph(*given("x")), graph(*given("x"), *given("w"))) == ["interface: + input `%w`"]
    typed, other = (graph(*given("x", annotation=kind)) for kind in ("torch.Tensor", "int"))
    assert changes(typed, other) == ["interface: type of input `%x`: torch.Tensor → int"]
    assert changes(graph(*given("x")), graph(*given("x", default="1"))) == [
        "interface: default of input `%x`: nothing → 1"
    ]
    full = drifted(record(graph(*given("x"))), record(graph()))
    assert full[0] == "interface: - input `%x`, a tensor"


def test_a_parameter_under_another_name_is_renamed() -> None:
    old, new = (graph(Node("x", "placeholder", target)) for target in ("L_x_", "L_self_x_"))
    assert changes(old, new) == ["renamed: `L_x_` → `L_self_x_`, the parameter that input `%x` is given by"]


def test_what_is_printed_otherwise_is_spelling() -> None:
    plain = call("n", "f", "%x", a=1, b=2)
    assert changes(one(plain), one(replace(plain, annotation="torch.Tensor"))) == [
        "spelling: printed type of `%n`: nothing → torch.Tensor"
    ]
    assert changes(one(plain), one(call("n", "f", "%x", b=2, a=1))) == [
        "spelling: keyword arguments of `%n` stand in another order"
    ]
    wrapped = (
        call("n", f"{path}.with_effects", "%x", "lib.op")
        for path in ("torch._higher_order_ops.effects", "torch.ops.higher_order")
    )
    assert changes(*map(one, wrapped)) == [
        "spelling: torch._higher_order_ops.effects.with_effects is printed as "
        "torch.ops.higher_order.with_effects"
    ]


def test_an_order_that_nothing_forbids_is_reordered_and_tells_the_first_place() -> None:
    nodes = [call(f"n{at}", f"aten.op{at}.default", "%x") for at in range(3)]
    old, new = graph(*X, *nodes), graph(*X, nodes[2], nodes[1], nodes[0])
    assert changes(old, new) == [
        "reordered: `%n0` stood after `%y`, stands after `%n1`, and 1 more node moved"
    ]


def test_an_order_across_a_side_effect_is_a_change_of_operators() -> None:
    sine, mutation = call("s", "aten.sin.default", "%x"), call("m", "aten.add_.Tensor", "%x", 1)
    old, new = graph(*X, sine, mutation, returns=("%s",)), graph(*X, mutation, sine, returns=("%s",))
    assert changes(old, new) == ["operators: `%s` moved across a side effect (aten.sin)"]
