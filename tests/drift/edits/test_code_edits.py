"""What the code says beyond the graph string; each pair has one graph, unless it says otherwise."""

import pytest

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Detail
from graph_goldens.drift.edits.generated_code import read_code
from graph_goldens.graphs.node_table import Table
from graph_goldens.records import Record
from tests.drift.building import attribute, chain, code, drifted, given, graph, record, with_texts
from tests.drift.labelled.tables import call

TABLE = graph(
    *given("x", "y"),
    attribute("w", "w"),
    call("a", "operator.sub", "%x", "%y"),
    call("b", "lib.op", "%a", 1, "push", flag="True", dim=2),
    call("m", "aten.add_.Tensor", "%a", 1),
    returns=("%a", "%b"),
)
GOLDEN = record(TABLE)
CODE = code(TABLE)


def changes(*swaps: tuple[str, str]) -> list[str]:
    text = CODE
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return drifted(GOLDEN, with_texts(GOLDEN, code=text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("operator.sub(x, y)", "operator.sub(y, x)"),
        ("operator.sub(x, y)", "x + y"),
        ("lib.op(a, 1,", "lib.op(a, '1',"),
        ("lib.op(a, 1, push", "lib.op(a, push, 1"),
        ("self.w", "self.v"),
        ("return (a, b)", "return (b, a)"),
        ("flag = True", "flag = False"),
        ("    m = torch.ops.aten.add_.Tensor(a, 1)\n", ""),
    ],
)
def test_what_the_code_does_otherwise_is_a_change_of_operators(old: str, new: str) -> None:
    (sentence,) = changes((old, new))
    assert sentence.startswith("operators: the code says ")


def test_lines_in_another_order_than_the_graph_s_are_a_change_of_operators() -> None:
    first, second = CODE.split("\n")[3:5]
    assert changes((f"{first}\n{second}", f"{second}\n{first}")) == [
        "operators: the code's lines stand in another order, the graph's nodes do not"
    ]


def test_a_text_and_a_number_that_changed_places_are_other_literals() -> None:
    golden, new = (with_texts(GOLDEN, code=CODE.replace("1, push", words)) for words in ("'1', 1", "1, '1'"))
    drift = compare(golden, new)
    assert drift is not None
    assert drift.detail is Detail.LITERALS


@pytest.mark.parametrize(
    ("swap", "sentence"),
    [
        (("(a, 1)", "(a,  1)"), "spelling: only white space differs"),
        (("\n    return", "\n\n    return"), "spelling: only white space differs"),
        (("operator.sub(x, y)", "x - y"), "spelling: g.code: the text differs, what it says does not"),
        (
            ("flag = True, dim = 2", "dim = 2, flag = True"),
            "spelling: g.code: the text differs, what it says does not",
        ),
    ],
)
def test_what_is_only_printed_otherwise_is_spelling(swap: tuple[str, str], sentence: str) -> None:
    assert changes(swap) == [sentence]


def test_an_item_is_the_same_however_it_is_taken() -> None:
    taken = "def forward(self, x):\n    a = operator.getitem(x, 0)\n    return a"
    assert read_code(taken) == read_code(taken.replace("operator.getitem(x, 0)", "x[0]"))


def test_local_names_are_spelling() -> None:
    text = CODE.replace(" b = ", " c = ").replace("(a, b)", "(a, c)")
    assert drifted(GOLDEN, with_texts(GOLDEN, code=text)) == [
        "spelling: g.code: the text differs, what it says does not"
    ]


def test_types_of_inputs_are_the_interface_and_how_they_are_printed_is_not() -> None:
    typed = "self, x : typing_Tuple[int, int], y"
    old = with_texts(GOLDEN, code=CODE.replace("self, x, y", typed))
    new = with_texts(GOLDEN, code=CODE.replace("self, x, y", typed.replace("typing_Tuple", "tuple")))
    assert drifted(old, new) == [
        "spelling: types are printed otherwise: `def forward(self, x : typing_Tuple[int, int], y):` → "
        "`def forward(self, x : tuple[int, int], y):`"
    ]
    (sentence,) = drifted(GOLDEN, new)
    assert sentence.startswith("interface: types of inputs: `def forward(self, x, y):` → ")


FLATTENED = """def forward(self, {0}):
    x, y, = fx_pytree.tree_flatten_spec(([{0}], {{}}), self._in_spec)
    a = x - y
    return pytree.tree_unflatten((a,), self._out_spec)"""


def test_parameters_that_are_only_handed_on_may_have_other_names() -> None:
    table = graph(*given("x", "y"), call("a", "operator.sub", "%x", "%y"), returns=("%a",))
    golden = record(table, code=FLATTENED.format("arg_0, arg_1"))
    new = record(table, code=FLATTENED.format("x, y"))
    assert drifted(golden, new) == ["renamed: parameters of the code: `arg_0` → `x`, `arg_1` → `y`"]
    exchanged = with_texts(golden, code=FLATTENED.format("x, y").replace("[x, y]", "[y, x]"))
    assert drifted(golden, exchanged)[0].startswith("operators: the code says")


def test_code_follows_the_new_names_of_nodes_and_their_order() -> None:
    def table(*names: str) -> Table:
        nodes = {name: call(name, f"aten.op{at}.default", "%x") for at, name in enumerate(names)}
        return graph(*given("x"), *nodes.values(), returns=tuple(f"%{name}" for name in names))

    assert [line.split(":")[0] for line in drifted(record(table("a", "b")), record(table("b", "a")))] == [
        "renamed"
    ]
    moved = graph(*given("x"), *table("a", "b").nodes[2:0:-1], returns=("%a", "%b"))
    assert [line.split(":")[0] for line in drifted(record(table("a", "b")), record(moved))] == ["reordered"]


def test_what_is_written_in_place_is_named_behind_it() -> None:
    def written(name: str, value: str = "y") -> Record:
        target = "_operator.setitem"
        nodes = (call(name, target, "%x", 0, "%y"), call(f"{name}_1", "operator.iadd", "%x", "%y"))
        lines = (f"x[0] = {value};  {name} = x", f"x += y;  {name}_1 = x", "return x")
        text = "\n    ".join(("def forward(self, x, y):", *lines))
        return record(graph(*given("x", "y"), *nodes, returns="%x"), code=text)

    golden = written("setitem")
    assert [line.split(":")[0] for line in drifted(golden, written("setitem_7"))] == ["renamed"]
    assert drifted(golden, written("setitem", "x"))[0].startswith("operators: the code says")


def test_a_message_may_name_a_node_by_its_new_name_or_as_it_was_called_once() -> None:
    old, new = chain("aten.sin.default"), chain("aten.sin.default", start="y")
    message = "\"on node 'x'\""
    golden = record(old, code=code(old).replace("(x)", f"(x, {message})"))
    for said in (message, message.replace("x", "y")):
        record_ = record(new, code=code(new).replace("(y)", f"(y, {said})"))
        assert {line.split(":")[0] for line in drifted(golden, record_)} == {"renamed"}


def test_a_changed_graph_tells_its_code_s_change() -> None:
    old, new = chain("aten.sin.default"), chain("aten.cos.default")
    assert drifted(record(old), record(new)) == ["operators: aten.sin → aten.cos at `%n0`"]


def test_a_change_that_only_code_tells_of_is_one_whatever_names_nodes_have() -> None:
    drifts = []
    for name in ("m", "a_tensor_with_a_name_so_long_that_no_sentence_has_room_for_it"):
        table = graph(*given("x"), call(name, "aten.mul.Tensor", "%x", "1j"), returns=(f"%{name}",))
        golden = record(table)
        new = with_texts(golden, code=code(table).replace("1j", "complex(0.0, 2.0)"))
        drifts.append(compare(golden, new))
    one, other = drifts
    assert one is not None
    assert other is not None
    assert one.fingerprint == other.fingerprint
