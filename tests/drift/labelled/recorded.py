"""Pairs whose constants, origins of nodes, symbols or words of errors differ, as records tell them."""

from collections.abc import Mapping
from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.records import Artifact, Json, Record
from tests.drift.labelled.changes import numbered
from tests.drift.labelled.pair import ATTRIBUTE, BUFFER, FAILED, VIEWS, Pair, prepared
from tests.drift.labelled.records import Mutation, combine, rename, with_artifacts, with_facts

VALUES = DriftClass.VALUES
PROVENANCE = DriftClass.PROVENANCE
OPERATORS = DriftClass.OPERATORS
INTERFACE = DriftClass.INTERFACE
WORDING = DriftClass.WORDING
OUTCOME = DriftClass.OUTCOME
SPELLING = DriftClass.SPELLING


def saying(**texts: str) -> Mutation:
    """Add texts of the first graph by their kinds."""

    def mutation(record: Record) -> Record:
        graph = next(each.name for each in record.artifacts if each.name.endswith(".graph")).rpartition(".")[
            0
        ]
        added = [Artifact(f"{graph}.{kind}", text) for kind, text in texts.items()]
        return with_artifacts(record, [*record.artifacts, *added])

    return mutation


def retold(kind: str, old: str, new: str) -> Mutation:
    """Replace a text within the artifacts of a kind."""

    def mutation(record: Record) -> Record:
        found = [each for each in record.artifacts if each.name.endswith(f".{kind}") and old in each.text]
        assert found, old
        return with_artifacts(
            record,
            [
                Artifact(each.name, each.text.replace(old, new)) if each in found else each
                for each in record.artifacts
            ],
        )

    return mutation


CONSTANTS = prepared(
    BUFFER,
    saying(
        constants=(
            "self.scale : float32[] stride () cpu = 2.0\n"
            "self.table : int64[2, 40] stride (40, 1) cpu digest 5f70bf18a0860070\n"
            "self.weight : parameter float32[4, 3] stride (3, 1) cpu\n"
            "self.queue : script object __torch__.torch.classes._TorchScriptTesting._TensorQueue"
        )
    ),
)
OF_CONSTANTS = (
    Pair("a constant of another value", CONSTANTS, retold("constants", "= 2.0", "= 2.5"), VALUES),
    Pair("a constant of another digest", CONSTANTS, retold("constants", "5f70bf18", "5f70bf19"), VALUES),
    Pair("a constant of another dtype", CONSTANTS, retold("constants", "float32[] ", "float64[] "), VALUES),
    Pair("a constant of another shape", CONSTANTS, retold("constants", "[2, 40]", "[40, 2]"), VALUES),
    Pair(
        "a constant became a parameter",
        CONSTANTS,
        retold("constants", "table : ", "table : parameter "),
        VALUES,
    ),
    Pair("an object of another class", CONSTANTS, retold("constants", "_TensorQueue", "_Stack"), VALUES),
    Pair(
        "a constant more",
        CONSTANTS,
        retold("constants", "self.scale", "self.bias : float32[] stride () cpu = 1.0\nself.scale"),
        VALUES,
    ),
    Pair(
        "a constant less",
        CONSTANTS,
        retold("constants", "self.weight : parameter float32[4, 3] stride (3, 1) cpu\n", ""),
        VALUES,
    ),
    Pair(
        "constants are recorded now",
        BUFFER,
        saying(constants="self.scale : float32[] stride () cpu = 2.0"),
        SPELLING,
    ),
)

COME = prepared(
    ATTRIBUTE,
    saying(
        provenance=(
            '%call_torchbind: module "" cases.attribute.Model\n'
            '%add: module "" cases.attribute.Model > layer torch.nn.Linear; source add add; '
            'torch_fn add_1 method_descriptor.add; custom {"stage": 1}; recompute MUST_SAVE'
        )
    ),
)
OF_ORIGIN = (
    Pair("a node from another module", COME, retold("provenance", "layer ", "linear "), PROVENANCE),
    Pair(
        "modules of another class",
        COME,
        retold("provenance", "cases.attribute.Model", "cases.Model"),
        PROVENANCE,
    ),
    Pair("a node of another source", COME, retold("provenance", "source add add; ", ""), PROVENANCE),
    Pair(
        "another function",
        COME,
        retold("provenance", "method_descriptor.add", "method_descriptor.radd"),
        PROVENANCE,
    ),
    Pair(
        "another origin, and all renamed",
        COME,
        combine(retold("provenance", "layer ", "linear "), rename(numbered)),
        PROVENANCE,
    ),
    Pair("all renamed where origins are recorded", COME, rename(numbered), DriftClass.RENAMED),
    Pair("an annotation lost", COME, retold("provenance", 'custom {"stage": 1}; ', ""), OPERATORS),
    Pair("another annotation", COME, retold("provenance", '"stage": 1', '"stage": 2'), OPERATORS),
    Pair("another recompute tag", COME, retold("provenance", "MUST_SAVE", "PREFER_RECOMPUTE"), OPERATORS),
    Pair("origins are recorded now", ATTRIBUTE, saying(provenance="%add: source add add"), SPELLING),
)


def bound(**symbols: str) -> Mutation:
    return lambda record: with_facts(record, symbols={"traced": dict[str, Json](symbols)})


SYMBOLIC = prepared(VIEWS, bound(s0="%x_1.size()[0], L['x'].size()[0]", s1="%x_1.size()[1]"))
OF_SYMBOLS = (
    Pair(
        "a symbol bound to another size",
        SYMBOLIC,
        bound(s0="%x_1.size()[1], L['x'].size()[0]", s1="%x_1.size()[1]"),
        INTERFACE,
    ),
    Pair(
        "a symbol of another source",
        SYMBOLIC,
        bound(s0="%x_1.size()[0], L['y'].size()[0]", s1="%x_1.size()[1]"),
        INTERFACE,
    ),
    Pair("what symbols are bound to is recorded now", VIEWS, bound(s0="%x_1.size()[0]"), SPELLING),
)


def failing(reason: str, fact: Mapping[str, Json] | None = None) -> Record:
    facts = {**FAILED.facts, **({"error": dict(fact)} if fact else {})}
    return replace(FAILED, reason=reason, facts=facts)


def reason(old: str, new: str) -> Mutation:
    def mutation(record: Record) -> Record:
        assert old in record.reason
        return replace(record, reason=record.reason.replace(old, new))

    return mutation


BROKE = failing(
    "Unsupported: Attempted to call function marked as skipped\n  Explanation: Dynamo happpens to skip it",
    {"type": "torch._dynamo.exc.Unsupported", "kind": "Attempted to call function marked as skipped"},
)
KERNEL = failing("NotImplementedError: There were no tensor arguments to `lib::push` but no fallback")
OF_WORDING = (
    Pair(
        "another explanation of one kind",
        BROKE,
        reason("Dynamo happpens to skip it", "Dynamo happens to leave this alone"),
        WORDING,
    ),
    Pair("a spelling mended", BROKE, reason("happpens", "happens"), WORDING),
    Pair("a word more in an error", FAILED, reason("is not safe", "is not a safe thing"), WORDING),
    Pair("a message with a prefix", KERNEL, reason("There were", "While tracing: there were"), WORDING),
    Pair("an error about another operator", KERNEL, reason("lib::push", "lib::pop"), OUTCOME),
    Pair("an error that denies the reverse", FAILED, reason("is not safe", "is safe"), OUTCOME),
    Pair("an error about another method", FAILED, reason("__setattr__", "__getattr__"), OUTCOME),
    Pair(
        "an error of another type in the same words",
        FAILED,
        reason("InternalTorchDynamoError", "RuntimeError"),
        OUTCOME,
    ),
    Pair(
        "an error of another kind of break",
        BROKE,
        lambda record: failing(
            record.reason.replace("function marked", "method marked"),
            {"type": "torch._dynamo.exc.Unsupported", "kind": "Attempted to call method marked as skipped"},
        ),
        OUTCOME,
    ),
    Pair(
        "another number in an error",
        failing("RuntimeError: expected size 4 of the batch but found 5 here"),
        reason("size 4", "size 6"),
        OUTCOME,
    ),
)

PAIRS = (*OF_CONSTANTS, *OF_ORIGIN, *OF_SYMBOLS, *OF_WORDING)
