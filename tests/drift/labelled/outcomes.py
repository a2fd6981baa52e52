"""Pairs whose number of graphs, behaviour or outcome differ."""

from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.records import Artifact, Json, Outcome, Record
from tests.drift.labelled.changes import names, numbered
from tests.drift.labelled.pair import ATTRIBUTE, AUTOCAST, BREAKS, FAILED, UNAVAILABLE, VIEWS, Pair
from tests.drift.labelled.records import Mutation, combine, edit, rename, with_artifacts, with_facts
from tests.drift.labelled.tables import returning

CAPTURE = DriftClass.CAPTURE
BEHAVIOUR = DriftClass.BEHAVIOUR
OUTCOME = DriftClass.OUTCOME
INTERFACE = DriftClass.INTERFACE


def outcome(new: Outcome, reason: str = "") -> Mutation:
    """End otherwise, and without graphs."""

    def mutation(record: Record) -> Record:
        facts = {
            "graphs": 0,
            **{name: record.facts[name] for name in ("after_tracing",) if name in record.facts},
        }
        return replace(record, outcome=new, reason=reason, artifacts=(), facts=facts)

    return mutation


def captured(record: Record) -> Record:
    """End with the graphs of a case that had none."""
    return replace(record, outcome=Outcome.GRAPHS, reason="", facts=VIEWS.facts, artifacts=VIEWS.artifacts)


def reason(text: str) -> Mutation:
    return lambda record: replace(record, reason=text)


def facts(**new: Json) -> Mutation:
    return lambda record: with_facts(record, **new)


def without_fact(name: str) -> Mutation:
    return lambda record: replace(
        record, facts={key: value for key, value in record.facts.items() if key != name}
    )


def of_graph(artifact: Artifact, graph: str) -> bool:
    return artifact.name.split(".")[0] == graph


def graph_added(record: Record) -> Record:
    """Break once more: a fifth graph, as the fourth."""
    added = [
        Artifact(artifact.name.replace("graph_3", "graph_4"), artifact.text)
        for artifact in record.artifacts
        if of_graph(artifact, "graph_3")
    ]
    changed = with_facts(record, graphs=5, frames=[5], graph_breaks={REASON: 4})
    return with_artifacts(changed, [*record.artifacts, *added])


def graph_removed(record: Record) -> Record:
    kept = [artifact for artifact in record.artifacts if not of_graph(artifact, "graph_3")]
    return with_artifacts(with_facts(record, graphs=3, frames=[3], graph_breaks={REASON: 2}), kept)


def graphs_alone_removed(record: Record) -> Record:
    return with_artifacts(
        record, [artifact for artifact in record.artifacts if not of_graph(artifact, "graph_2")]
    )


def calls(**counts: Json) -> Json:
    return {"fake_calls": {"add_tensor": 2, **counts}}


REASON = "'skip function graph_break in file decorators.py'"
assert BREAKS.facts["graph_breaks"] == {REASON: 3}

OF_CAPTURE = (
    Pair("a graph added", BREAKS, graph_added, CAPTURE),
    Pair("a graph removed", BREAKS, graph_removed, CAPTURE),
    Pair("a graph removed without a word in the facts", BREAKS, graphs_alone_removed, CAPTURE),
    Pair("a graph break more, of the same kind", BREAKS, facts(graph_breaks={REASON: 4}), CAPTURE),
    Pair("a graph break of another kind", BREAKS, facts(graph_breaks={"call_function print": 3}), CAPTURE),
    Pair("no graph breaks", BREAKS, without_fact("graph_breaks"), CAPTURE),
    Pair("a frame more", AUTOCAST, facts(frames=[2]), CAPTURE),
    Pair("compiled again at the second call", AUTOCAST, facts(frames=[1, 2]), CAPTURE),
    Pair("recompilations counted", AUTOCAST, facts(recompilations=1), CAPTURE),
    Pair("another number of graphs in the facts", ATTRIBUTE, facts(graphs=3), CAPTURE),
    Pair(
        "a graph added and the others renamed",
        BREAKS,
        combine(rename(numbered), graph_added),
        CAPTURE,
    ),
    Pair(
        "an output added and a frame more",
        AUTOCAST,
        combine(edit(returning("%call_torchbind", "%add_1", "%sin")), facts(frames=[2])),
        CAPTURE,
        alone=INTERFACE,
    ),
)

OF_BEHAVIOUR = (
    Pair(
        "results are no longer eager's", ATTRIBUTE, facts(same_as_eager="result 0: other values"), BEHAVIOUR
    ),
    Pair(
        "running raises", ATTRIBUTE, facts(same_as_eager="running raises RuntimeError: no kernel"), BEHAVIOUR
    ),
    Pair(
        "retracing gives other results",
        ATTRIBUTE,
        facts(retraced_same_as_eager="result 0: other values"),
        BEHAVIOUR,
    ),
    Pair("agreement is no longer told", ATTRIBUTE, without_fact("same_as_eager"), BEHAVIOUR),
    Pair("judged otherwise", ATTRIBUTE, facts(judged_by="not compared"), BEHAVIOUR),
    Pair("a fake method ran twice as often", ATTRIBUTE, facts(after_tracing=calls(add_tensor=4)), BEHAVIOUR),
    Pair(
        "a queue of another size after tracing",
        AUTOCAST,
        facts(after_tracing={"fake_calls": {"pop": 3, "push": 3}, "queue_size": 1}),
        BEHAVIOUR,
    ),
    Pair("a new fact", ATTRIBUTE, facts(queue_size=0), BEHAVIOUR),
    Pair("a fact's type", ATTRIBUTE, facts(same_as_eager=1), BEHAVIOUR),
    Pair(
        "a real object seen while tracing",
        VIEWS,
        facts(script_inputs_while_tracing=["ScriptObject"]),
        BEHAVIOUR,
    ),
    Pair(
        "a fake method ran in an error",
        FAILED,
        facts(after_tracing={"fake_calls": {"push": 9}, "queue_size": 0}),
        BEHAVIOUR,
    ),
    Pair(
        "nodes renamed and results no longer eager's",
        ATTRIBUTE,
        combine(names(add="plus"), facts(same_as_eager="result 0: other values")),
        BEHAVIOUR,
        alone=DriftClass.RENAMED,
    ),
    Pair(
        "a graph removed and results no longer eager's",
        BREAKS,
        combine(graph_removed, facts(same_as_eager="result 0: other values")),
        BEHAVIOUR,
    ),
)

OF_OUTCOME = (
    Pair("graphs became an error", ATTRIBUTE, outcome(Outcome.ERROR, "RuntimeError: no kernel"), OUTCOME),
    Pair("graphs became a crash", ATTRIBUTE, outcome(Outcome.CRASH, "SIGSEGV"), OUTCOME),
    Pair("graphs became a time-out", ATTRIBUTE, outcome(Outcome.TIMEOUT), OUTCOME),
    Pair(
        "graphs became unavailable",
        ATTRIBUTE,
        outcome(Outcome.UNAVAILABLE, "the case needs PyTorch >=3"),
        OUTCOME,
    ),
    Pair("an error became graphs", FAILED, captured, OUTCOME),
    Pair("unavailable became graphs", UNAVAILABLE, captured, OUTCOME),
    Pair(
        "unavailable became an error", UNAVAILABLE, outcome(Outcome.ERROR, "RuntimeError: no kernel"), OUTCOME
    ),
    Pair(
        "an error of another kind",
        FAILED,
        reason(FAILED.reason.replace("InternalTorchDynamoError", "Unsupported")),
        OUTCOME,
    ),
    Pair(
        "an error with another message",
        FAILED,
        reason("InternalTorchDynamoError: setattr on a script object"),
        OUTCOME,
    ),
    Pair("an error without a message", FAILED, reason("InternalTorchDynamoError"), OUTCOME),
    Pair("an error became a time-out", FAILED, outcome(Outcome.TIMEOUT), OUTCOME),
    Pair("an error became a crash", FAILED, outcome(Outcome.CRASH, "SIGABRT"), OUTCOME),
    Pair(
        "another signal",
        outcome(Outcome.CRASH, "SIGSEGV")(FAILED),
        outcome(Outcome.CRASH, "SIGABRT"),
        OUTCOME,
    ),
    Pair("another reason why unavailable", UNAVAILABLE, reason("the case needs PyTorch >=3"), OUTCOME),
    Pair(
        "an error of another kind after other calls",
        FAILED,
        combine(reason("TypeError: no"), facts(after_tracing={"queue_size": 5})),
        OUTCOME,
    ),
)

PAIRS = (*OF_CAPTURE, *OF_BEHAVIOUR, *OF_OUTCOME)
