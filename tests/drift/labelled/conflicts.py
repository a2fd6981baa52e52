"""Pairs of goldens whose effects are recorded: an order is judged by what nodes touch, not by their names."""

from collections.abc import Mapping

from graph_goldens.drift.classes import DriftClass
from graph_goldens.records import Artifact, Record
from tests.drift.labelled.changes import numbered
from tests.drift.labelled.pair import ATTRIBUTE, LINEAR, SQUARE, TENSOR, Pair, prepared
from tests.drift.labelled.records import Mutation, combine, edit, rename, tables, with_artifacts
from tests.drift.labelled.tables import Change, call, chain, insert, move, swap

REORDERED = DriftClass.REORDERED
OPERATORS = DriftClass.OPERATORS

RULES_WITH_EFFECTS = 2


def telling(effects: Mapping[str, str]) -> Mutation:
    """Record effects: in each graph those of the nodes that it has."""

    def mutation(record: Record) -> Record:
        artifacts: list[Artifact] = []
        for artifact in record.artifacts:
            artifacts.append(artifact)
            graph, _, kind = artifact.name.rpartition(".")
            names = tables(record)[graph].by_name if kind == "graph" else {}
            lines = [f"%{name}: {words}" for name, words in effects.items() if name in names]
            if lines:
                artifacts.append(Artifact(f"{graph}.effects", "\n".join(lines)))
        return with_artifacts(record, artifacts)

    return mutation


def base(
    change: Change, effects: Mapping[str, str], value: str = TENSOR, record: Record = ATTRIBUTE
) -> Record:
    """Prepare a golden whose graphs hold more nodes, all of them of one value, with effects recorded."""
    names = [node.name for table in tables(edit(change)(record)).values() for node in table.nodes]
    old = {node.name for table in tables(record).values() for node in table.nodes}
    values = {name: value for name in names if name not in old}
    return prepared(record, combine(edit(change, values), telling(effects)))


IN_PLACE = base(
    insert(
        "x",
        call("clone", "aten.clone.default", "%x"),
        call("neg", "aten.neg.default", "%x"),
        call("sin", "aten.sin.default", "%clone"),
        call("relu_", "aten.relu_.default", "%clone"),
        call("cos", "aten.cos.default", "%clone"),
        call("exp", "aten.exp.default", "%x"),
        call("mul_", "aten.mul_.Tensor", "%clone", 2),
        call("neg_", "aten.neg_.default", "%exp"),
    ),
    {
        "relu_": "writes %clone; shares %clone",
        "mul_": "writes %clone; shares %clone",
        "neg_": "writes %exp; shares %exp",
    },
)
VIEWED = base(
    insert(
        "x",
        call("t", "aten.t.default", "%x"),
        call("sin", "aten.sin.default", "%t"),
        call("add_", "aten.add_.Tensor", "%x", 1),
        call("view", "aten.view.default", "%x", [6]),
        call("cos", "aten.cos.default", "%view"),
    ),
    {"t": "shares %x", "add_": "writes %x; shares %x", "view": "shares %x"},
)
SPLIT = base(
    insert(
        "x",
        call("topk", "aten.topk.default", "%x", 1),
        call("getitem", "operator.getitem", "%topk", 0),
        call("getitem_1", "operator.getitem", "%topk", 1),
        call("sin", "aten.sin.default", "%getitem"),
        call("add_", "aten.add_.Tensor", "%getitem_1", 1),
        call("cos", "aten.cos.default", "%getitem_1"),
    ),
    {"add_": "writes %topk[1]; shares %topk[1]"},
    value="(float32[2, 1] stride (1, 1) cpu, int64[2, 1] stride (1, 1) cpu)",
)
DRAWN = base(
    insert(
        "x",
        call("neg", "aten.neg.default", "%x"),
        call("rand_like", "aten.rand_like.default", "%x", pin_memory="False"),
        call("bernoulli", "aten.bernoulli.p", "%x", 0.5),
        call("normal", "aten.normal_functional.default", "%x"),
        call("sin", "aten.sin.default", "%rand_like"),
    ),
    {"rand_like": "draws cpu", "bernoulli": "draws cpu", "normal": "draws generator"},
)
REDUCED = base(
    insert(
        "x",
        call("neg", "aten.neg.default", "%x"),
        call("all_reduce", "_c10d_functional.all_reduce.default", "%x", "sum", "0"),
        call("all_reduce_1", "_c10d_functional.all_reduce.default", "%x", "max", "1"),
        call("all_reduce_2", "_c10d_functional.all_reduce.default", "%x", "min", "0"),
        call("wait_tensor", "_c10d_functional.wait_tensor.default", "%all_reduce"),
        call("wait_tensor_1", "_c10d_functional.wait_tensor.default", "%all_reduce_1"),
    ),
    {"all_reduce": 'uses "0"', "all_reduce_1": 'uses "1"', "all_reduce_2": 'uses "0"'},
)
MODES = base(
    insert(
        "x",
        call("neg", "aten.neg.default", "%x"),
        call("_set_grad_enabled", "torch._C._set_grad_enabled", "False"),
        call("topk", "aten.topk.default", "%x", 1),
        call("getitem", "operator.getitem", "%topk", 0),
        call("sin", "aten.sin.default", "%x"),
        call("_set_grad_enabled_1", "torch._C._set_grad_enabled", "True"),
        call("cos", "aten.cos.default", "%x"),
    ),
    {"_set_grad_enabled": "sets grad", "_set_grad_enabled_1": "sets grad"},
    value="(float32[2, 1] stride (1, 1) cpu, int64[2, 1] stride (1, 1) cpu)",
)
OBJECTS = base(
    insert(
        "x",
        call("neg", "aten.neg.default", "%x"),
        call("mylib_log", "torch.ops.mylib.log.default", "%x"),
        call("mylib_log_1", "torch.ops.mylib.log.default", "%neg"),
        call("mylib_pure", "torch.ops.mylib.pure.default", "%x"),
        call("mylib_pure_1", "torch.ops.mylib.pure.default", "%neg"),
        call("mylib_odd", "torch.ops.mylib.odd.default", "%x"),
        call("sin", "aten.sin.default", "%x"),
    ),
    {"mylib_log": "acts ordered", "mylib_log_1": "acts ordered", "mylib_odd": "unknown"},
    value=SQUARE,
    record=LINEAR,
)


def moved(name: str, golden: Record, change: Change, kind: DriftClass) -> Pair:
    return Pair(f"{name}, effects recorded", golden, edit(change), kind)


FREE = (
    moved("a read of another storage moved across a write", IN_PLACE, move("neg", "relu_"), REORDERED),
    moved("writes of two storages swapped", IN_PLACE, swap("mul_", "neg_"), REORDERED),
    moved("a node moved across writes of others' storages", IN_PLACE, move("exp", "clone"), REORDERED),
    moved("two reads between the same writes swapped", VIEWED, move("view", "t"), REORDERED),
    moved("a view taken before a write", VIEWED, move("view", "x"), REORDERED),
    moved("an item taken later", SPLIT, chain(move("getitem", "add_"), move("sin", "getitem")), REORDERED),
    moved("items taken in another order", SPLIT, swap("getitem", "getitem_1"), REORDERED),
    moved("a read of another item moved across a write", SPLIT, move("sin", "add_"), REORDERED),
    moved("a node moved across a draw", DRAWN, move("neg", "bernoulli"), REORDERED),
    moved("draws of two generators swapped", DRAWN, swap("bernoulli", "normal"), REORDERED),
    moved("a use of a draw moved across another draw", DRAWN, move("sin", "rand_like"), REORDERED),
    moved("collectives of two groups swapped", REDUCED, swap("all_reduce", "all_reduce_1"), REORDERED),
    moved("a wait moved across a collective", REDUCED, move("wait_tensor", "all_reduce"), REORDERED),
    moved("a node moved across a collective", REDUCED, move("neg", "all_reduce_1"), REORDERED),
    moved(
        "an item taken after the mode was set back", MODES, move("getitem", "_set_grad_enabled_1"), REORDERED
    ),
    moved("two nodes within a mode swapped", MODES, move("sin", "_set_grad_enabled"), REORDERED),
    moved(
        "operators of a project without effects swapped",
        OBJECTS,
        swap("mylib_pure", "mylib_pure_1"),
        REORDERED,
    ),
    moved("a node moved across an ordered operator", OBJECTS, move("mylib_pure", "x"), REORDERED),
)
CROSSED = (
    moved("a read moved after a write", IN_PLACE, move("sin", "relu_"), OPERATORS),
    moved("a read moved before a write", IN_PLACE, move("cos", "sin"), OPERATORS),
    moved("a read moved between two other writes", IN_PLACE, move("cos", "mul_"), OPERATORS),
    moved("writes of one storage swapped", IN_PLACE, swap("relu_", "mul_"), OPERATORS),
    moved("a read through a view moved after a write", VIEWED, move("sin", "add_"), OPERATORS),
    moved(
        "a read through a view moved before a write",
        VIEWED,
        chain(move("view", "t"), move("cos", "view")),
        OPERATORS,
    ),
    moved("a write moved to the end", VIEWED, move("add_", "cos"), OPERATORS),
    moved("a read of a written item moved before it", SPLIT, move("cos", "getitem_1"), OPERATORS),
    moved("two draws swapped", DRAWN, swap("rand_like", "bernoulli"), OPERATORS),
    moved("collectives of one group swapped", REDUCED, move("all_reduce_2", "neg"), OPERATORS),
    moved("a node moved out of a mode", MODES, move("sin", "_set_grad_enabled_1"), OPERATORS),
    moved("a node moved into a mode", MODES, move("neg", "_set_grad_enabled"), OPERATORS),
    moved("a mode set back too early", MODES, move("_set_grad_enabled_1", "_set_grad_enabled"), OPERATORS),
    moved("two ordered operators swapped", OBJECTS, swap("mylib_log", "mylib_log_1"), OPERATORS),
    moved("a node moved across an operator that nothing is known of", OBJECTS, move("sin", "neg"), OPERATORS),
)
RENAMED_TOO = tuple(
    Pair(
        f"{pair.name}, and all renamed",
        pair.golden,
        combine(pair.mutation, rename(numbered)),
        pair.kind,
    )
    for pair in (*FREE[:4], *CROSSED[:4])
)


def retold(name: str, words: str) -> Mutation:
    """Record other effects of one node."""

    def mutation(record: Record) -> Record:
        artifacts = [
            Artifact(artifact.name, _retell(artifact.text, name, words))
            if artifact.name.endswith(".effects")
            else artifact
            for artifact in record.artifacts
        ]
        return with_artifacts(record, artifacts)

    return mutation


def _retell(text: str, name: str, words: str) -> str:
    lines = [line for line in text.split("\n") if not line.startswith(f"%{name}:")]
    return "\n".join([*lines, *([f"%{name}: {words}"] if words else [])])


RETOLD = (
    Pair("an operator began to write", IN_PLACE, retold("sin", "writes %clone"), OPERATORS),
    Pair("an operator began to share", VIEWED, retold("sin", "shares %x"), OPERATORS),
    Pair("an operator draws no more", DRAWN, retold("bernoulli", ""), OPERATORS),
    Pair("an operator draws from another generator", DRAWN, retold("normal", "draws cpu"), OPERATORS),
    Pair(
        "what is not known of an operator is known now", OBJECTS, retold("mylib_odd", ""), DriftClass.SPELLING
    ),
    Pair("effects are recorded now", ATTRIBUTE, telling({"add": "draws cpu"}), DriftClass.SPELLING),
)

PAIRS = (*FREE, *CROSSED, *RENAMED_TOO, *RETOLD)
