"""Groups of drifts whose changes are equal, and groups whose changes all differ."""

from dataclasses import dataclass, replace

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Json, Outcome, Record
from tests.drift.building import attribute, given, graph, record
from tests.drift.labelled.pairs import PAIRS
from tests.drift.labelled.tables import Written, call, written

ADD, MUL, SIN, VIEW, RESHAPE = (
    "aten.add.Tensor",
    "aten.mul.Tensor",
    "aten.sin.default",
    "aten.view",
    "aten.reshape",
)
BIND, TOKENS = "torch.ops.higher_order.call_torchbind", "torch.ops.higher_order.with_effects"
FLOATS = "float32[{}] stride (1) cpu"
TOKEN = "bool[0] stride (1) cpu"


@dataclass(frozen=True)
class Group:
    """Drifts of several programs.

    Attributes:
        name: what they are, in words.
        drifts: the drifts, each of a case of its own.
    """

    name: str
    drifts: tuple[Drift, ...]


def drifted(golden: Record, new: Record) -> Drift:
    found = compare(golden, new)
    assert found is not None
    return found


def chained(*nodes: Node, inputs: tuple[str, ...] = ("x",), returns: tuple[str, ...] = ()) -> Table:
    """A graph that returns what its last node gives, or what is named."""
    return graph(*given(*inputs), *nodes, returns=tuple(f"%{name}" for name in returns or (nodes[-1].name,)))


def failed(reason: str) -> Record:
    return Record("pack/case", "export", Outcome.ERROR, reason)


def errors(*reasons: tuple[str, str]) -> tuple[Drift, ...]:
    return tuple(drifted(failed(old), failed(new)) for old, new in reasons)


def calls(*pairs: tuple[Node, Node]) -> tuple[Drift, ...]:
    """Drifts in which one node of a graph became another."""
    return tuple(drifted(record(chained(old)), record(chained(new))) for old, new in pairs)


def method(name: str, called: str) -> Node:
    return call(name, BIND, "%x", called, 1)


def shaped(old: str, new: str, name: str = "n", target: str = MUL) -> Drift:
    """A drift in which one node's shape changed."""
    table = chained(call(name, target, "%x", "%x"))
    sides = (
        record(table, values=f"%x : {FLOATS.format('s0, s1')}\n%{name} : {FLOATS.format(shape)}")
        for shape in (old, new)
    )
    return drifted(*sides)


def removed(*args: Written, before: str = "s", target: str = ADD) -> Drift:
    """A drift in which a sum went that a node before and one behind it stood around."""
    first, last = call(before, SIN, "%x"), call("last", "aten.cos.default", f"%{before}")
    summed = call("sum", target, f"%{before}", *args)
    old = chained(first, summed, replace(last, args=written(("%sum",))), inputs=("x", "y"))
    return drifted(record(old), record(chained(first, last, inputs=("x", "y"))))


def broken(reason: str) -> Drift:
    """A drift in which a graph breaks for a reason once."""
    sides: list[Record] = []
    for breaks in ({}, {reason: 1}):
        facts: dict[str, Json] = {"graph_breaks": breaks}  # type: ignore[dict-item]
        sides.append(replace(record(chained(call("n", SIN, "%x"))), facts=facts))
    return drifted(*sides)


def signed(old: str, new: str) -> Drift:
    table = chained(call("n", SIN, "%x"))
    return drifted(record(table, signature=old), record(table, signature=new))


def with_tokens(path: str) -> Drift:
    """A drift in which a call of an object's method takes an effect token, as a tracing path shows it."""
    plain = record(chained(call("c", BIND, "%tq", "push", "%x"), inputs=("tq", "x")))
    call_it = call("we", TOKENS, "%token", "torch.ops.higher_order.call_torchbind", "%tq", "push", "%x")
    item, told = call("g0", "operator.getitem", "%we", 0), call("g1", "operator.getitem", "%we", 1)
    if path == "compile-inductor":
        made = call("token", "torch.ops.prims._make_token.default")
        sunk = call("sink", "torch.ops.prims._sink_tokens.default", ["%g0"])
        table = chained(made, call_it, item, told, sunk, inputs=("tq", "x"), returns=("g1",))
    else:
        table = chained(call_it, item, told, inputs=("token", "tq", "x"), returns=("g0", "g1"))
    values = [f"%{node.name} : {FLOATS.format(2)}" for node in table.nodes if node.op != "output"]
    known = [TOKEN.join((f"%{name} : ", "")) for name in ("token", "g0")]
    tokens = [line for line in values if line.split(" ")[0] not in ("%token", "%g0")]
    return drifted(plain, record(table, values="\n".join([*known, *tokens])))


def came(*names: str) -> Drift:
    """A drift in which graphs came, and facts tell of them."""
    one, more = chained(call("n", SIN, "%x")), chained(call("m", MUL, "%x", "%x"))
    sides: list[Record] = []
    for tables in ({"graph_0": one}, {"graph_0": one, **dict.fromkeys(names, more)}):
        facts: dict[str, Json] = {
            "graphs": len(tables),
            "frames": [len(tables)],
            "inputs": {name: ["tensor"] for name in tables},
            "outputs": {name: ["tensor"] for name in tables},
        }
        sides.append(replace(record(tables), facts=facts))
    return drifted(*sides)


def added(*, by_input: bool) -> Drift:
    """A drift in which a product came, of an input that came with it or of one that was there."""
    first = call("s", SIN, "%x")
    product = call("p", MUL, "%s", "%y" if by_input else "%x")
    new = chained(first, product, inputs=("x", "y") if by_input else ("x",))
    return drifted(record(chained(first)), record(new))


def unused(*, besides: bool) -> Drift:
    """A drift in which an input went that nothing used, alone or besides another operator."""
    old, new = (chained(call("v", target, "%x", [2])) for target in (VIEW, RESHAPE if besides else VIEW))
    with_input = graph(
        *given("x", "y"), *(node for node in old.nodes if node.op == "call_function"), returns=("%v",)
    )
    return drifted(record(with_input), record(new))


def buffered(name: str) -> Drift:
    """A drift in which another attribute is fetched."""
    old, new = (
        graph(*given("x"), attribute("b", own), call("n", ADD, "%x", "%b"), returns=("%n",))
        for own in ("kept", name)
    )
    return drifted(record(old), record(new))


def stated(name: str, old: Json, new: Json) -> Drift:
    """A drift in which a fact changed."""
    golden = record(chained(call("n", SIN, "%x")))
    return drifted(*(replace(golden, facts={name: value}) for value in (old, new)))


def ended(*before: str) -> Drift:
    """A drift in which the effects at the end of a graph of Inductor's are kept, and what leads to them."""
    old = chained(call("n", SIN, "%x"))
    token = call("token", "torch.ops.prims._make_token.default")
    work = [call(f"w{at}", target, "%x") for at, target in enumerate(before)]
    pushed = f"%w{len(work) - 1}" if work else "%x"
    push = call("we", TOKENS, "%token", "torch.ops.higher_order.call_torchbind", "%tq", "push", pushed)
    item, sink = call("g0", "operator.getitem", "%we", 0), call("z", "torch.ops.prims._sink_tokens", ["%g0"])
    new = chained(old.nodes[1], token, *work, push, item, sink, inputs=("x", "tq"), returns=("n",))
    return drifted(record(chained(old.nodes[1], inputs=("x", "tq"))), record(new))


def unbound(*, fact: bool) -> Drift:
    """A drift in which a symbol is bound to nothing any more, as values and, in one, a fact tell."""
    table = chained(call("n", SIN, "%x"))
    sides: list[Record] = []
    for binds, bound in (("u0 = value.size()[0]", "%n.size()[0]"), ("", "")):
        values = f"%x : {FLOATS.format('3')}\n%n : {FLOATS.format('u0')}{f' binds {binds}' if binds else ''}"
        facts: dict[str, Json] = {"symbols": {"g": {"u0": bound}}}
        if fact:
            facts["unbacked"] = {"g": [binds] if binds else []}
        sides.append(replace(record(table, values=values), facts=facts))
    return drifted(*sides)


def enclosed(*targets: str, besides: bool = False) -> Drift:
    """A drift in which operators moved into the graph of another one; besides, one that did not went."""
    inner, last = f"%w{len(targets) - 1}", "aten.exp.default"
    work = [call(f"w{at}", target, f"%w{at - 1}" if at else "%x") for at, target in enumerate(targets)]
    lost = [call("lost", "aten.tanh.default", "%x")] if besides else []
    old = chained(*lost, *work, call("n", last, inner))
    wrap = "torch.ops.higher_order.wrap_with_set_grad_enabled"
    run, item = call("c", wrap, False, "%body", "%x"), call("g", "operator.getitem", "%c", 0)
    new = chained(attribute("body", "body"), run, item, call("n", last, "%g"))
    body = chained(*work)
    return drifted(record({"g": old}), record({"g": new, "g.body": body}))


def recomputed(*, by_input: bool) -> Drift:
    """A drift in which a product came, instead of an input of its own or before what was there."""
    used = call("n", "aten.sub.Tensor", "%s", "%x")
    new = chained(call("s", MUL, "%x", "%x"), used)
    if by_input:
        return drifted(record(chained(used, inputs=("s", "x"))), record(new))
    return drifted(
        record(chained(call("b", SIN, "%x"))),
        record(chained(call("s", MUL, "%x", "%x"), call("b", SIN, "%s"))),
    )


def fixed(what: str) -> Drift:
    """A drift in which the sizes of an input, or of what a method returns, became numbers."""
    called = method("c", "pop")
    nodes = (called, call("n", SIN, "%c")) if what == "c" else (call("n", SIN, "%x"),)
    table = chained(*nodes)
    sides = (record(table, values=f"%{what} : {FLOATS.format(shape)}") for shape in ("s0, s1", "2, 3"))
    return drifted(*sides)


def labelled(name: str) -> Drift:
    """A drift of the labelled pairs."""
    (pair,) = [each for each in PAIRS if each.name == name]
    return drifted(pair.golden, pair.record)


DIFFERENT = (
    Group(
        "what an order crossed",
        tuple(
            map(
                labelled,
                (
                    "a read moved before an in-place operator",
                    "two random numbers drawn in another order",
                    "two collectives swapped",
                    "a push after the pop",
                    "autocast left before the last operation",
                    "a read moved after a write, effects recorded",
                    "writes of one storage swapped, effects recorded",
                    "a read through a view moved after a write, effects recorded",
                    "two draws swapped, effects recorded",
                    "a node moved out of a mode, effects recorded",
                ),
            )
        ),
    ),
    Group(
        "another method",
        calls(*((method("n", a), method("n", b)) for a, b in (("push", "pop"), ("pop", "size")))),
    ),
    Group(
        "another packet of one library",
        calls(
            *(
                (call("n", "torch.ops.my.op.default", "%x"), call("n", f"torch.ops.my.{b}.default", "%x"))
                for b in "ab"
            )
        ),
    ),
    Group(
        "another buffer is written",
        tuple(signed("output n mutates buffer a", f"output n mutates buffer {b}") for b in "bc"),
    ),
    Group("sizes", tuple(shaped("s0, s1", new) for new in ("s0, s0", "s1, s0", "5, s1", "s0, s1, 1"))),
    Group(
        "a sum of nothing, a product of one, and a sum",
        (removed(0), removed(1, target=MUL), removed("%y"), removed(1)),
    ),
    Group(
        "results that are wrong in another way",
        tuple(
            stated("same_as_eager", True, f"result 0: {why}") for why in ("other values", "another storage")
        ),
    ),
    Group(
        "a graph breaks for another reason", (broken("Dynamic shape operator"), broken("Call to a builtin"))
    ),
    Group(
        "the type of an error alone",
        errors(
            *(
                (f"{a}: no such thing is there", f"{b}: no such thing is there")
                for a, b in (("A", "B"), ("A", "C"), ("B", "A"))
            )
        ),
    ),
    Group(
        "another error",
        errors(
            ("ValueError: too many", "ValueError: wrong device"),
            ("ValueError: too many", "ValueError: wrong dtype"),
        ),
    ),
    Group(
        "an input that nothing used, and another operator",
        (unused(besides=False), *calls((call("v", VIEW, "%x", [2]), call("v", RESHAPE, "%x", [2])))),
    ),
    Group(
        "another type of two errors",
        errors(*((f"A: {said}", f"B: {said}") for said in ("no method there", "it aliases"))),
    ),
    Group(
        "another literal",
        calls(
            (call("n", ADD, "%x", 4), call("n", ADD, "%x", 2)),
            (call("n", ADD, "%x", 4), call("n", ADD, "%x", 3)),
        ),
    ),
    Group("tokens and a graph that came", (with_tokens("export"), came("graph_1"))),
    Group(
        "tokens come and go",
        (with_tokens("export"), drifted(with_tokens("export").record, with_tokens("export").golden)),
    ),
    Group("another attribute", (buffered("one"), buffered("other"))),
)

EQUAL = (
    Group(
        "one operator instead of another, whatever the program",
        (
            *calls(
                (call("v", VIEW, "%x", [2]), call("v", RESHAPE, "%x", [2])),
                (call("a", VIEW, "%x", [7]), call("b", RESHAPE, "%x", [7])),
            ),
            unused(besides=True),
        ),
    ),
    Group("effect tokens in every tracing path", (with_tokens("export"), with_tokens("compile-inductor"))),
    Group(
        "a message with a new prefix",
        errors(
            *(
                (f"Internal: {said}", f"Internal: UnsafeError: {said}")
                for said in ("no method there", "it aliases", "not safe")
            )
        ),
    ),
    Group(
        "an error that a backend hands on",
        errors(
            *(
                ("RuntimeError: cannot broadcast", "IndexError: out of range"),
                (
                    "BackendCompilerFailed: backend='aot_eager' raised: RuntimeError: cannot broadcast",
                    "BackendCompilerFailed: backend='inductor' raised: IndexError: out of range",
                ),
            )
        ),
    ),
    Group("a graph came, with what facts tell of it", (came("graph_1"), came("graph_1", "graph_2"))),
    Group(
        "a size that became a number, in other sizes",
        (shaped("s0, s1", "5, s1"), shaped("s0, s1", "s0, 9", name="k")),
    ),
    Group("a sum of nothing goes, whatever stood before it", (removed(0), removed(0, before="other"))),
    Group(
        "a dimension of one goes, whichever it is",
        tuple(removed(at, target="aten.unsqueeze.default") for at in (0, 1, 2)),
    ),
    Group(
        "a slice of all goes, whichever dimension it is of",
        tuple(removed(at, 0, target="aten.slice.Tensor") for at in (0, 1, 2)),
    ),
    Group(
        "sums and differences of nothing go",
        (removed(0), removed(0, target="aten.sub.Tensor"), removed(0, target="aten.add.Scalar")),
    ),
    Group(
        "results that are wrong, whichever it is, and of the graph that was traced again too",
        (
            stated("same_as_eager", True, "result 0: other values"),
            stated("same_as_eager", True, "result 2: other values"),
            stated("retraced_same_as_eager", True, "result 1: other values"),
        ),
    ),
    Group("the last effects of a graph are kept, whatever led to them", (ended(), ended(SIN, MUL))),
    Group(
        "a symbol is bound to nothing, in as many places as tell it",
        (unbound(fact=True), unbound(fact=False)),
    ),
    Group(
        "operators that moved into a graph of their own",
        (enclosed(SIN), enclosed(SIN, "aten.cos.default", MUL)),
    ),
    Group("sizes that became numbers where they come in", (fixed("x"), fixed("c"))),
    Group(
        "a message of Dynamo's as an error, as why nothing was captured, and as a reason of a graph break",
        (
            *errors(("Unsupported: op returned an int", "Unsupported: op returned non-Tensor\n  Hint: no")),
            stated(
                "graph_breaks",
                [{"function": "f", "reason": "op returned an int"}],
                [{"function": "f", "reason": "op returned non-Tensor\n  Hint: no"}],
            ),
        ),
    ),
    Group("a product, and the input that came for it", (added(by_input=True), added(by_input=False))),
)
