"""Bring a golden's outcome to what newer rules call it, where a change of the harness itself mends it."""

import re
from dataclasses import replace

from graph_goldens.records import Artifact, Json, Outcome, Record

_NOTHING_REQUIRES_GRAD = (
    "nothing that the program is given requires grad",
    "the program has no result that requires grad, to take as a loss",
)
_METADATA = re.compile(r"result \d+: (?:requires_grad |strides |layout |.* storage shared instead of )")
_WRITTEN = re.compile(r"input \d+ after the call: |inputs: other containers after the call\Z")
_PLACEHOLDER = re.compile(r"^ *%(\w+) : \[num_users=(\d+)\] = placeholder\[", re.MULTILINE)
_AGREEMENT = ("same_as_eager", "same_with_reversed_kwargs", "retraced_same_as_eager")


def mend_joint(golden: Record, record: Record) -> Record:
    """Let aot-joint be unavailable where nothing requires grad: once every input was made to."""
    mended = (
        golden.path == "aot-joint"
        and golden.outcome in (Outcome.ERROR, Outcome.UNAVAILABLE)
        and record.outcome is Outcome.UNAVAILABLE
        and record.reason in _NOTHING_REQUIRES_GRAD
    )
    if not mended:
        return golden
    seen = {"after_tracing"} & golden.facts.keys() & record.facts.keys()  # nothing is traced any more
    facts = {**golden.facts, **{name: record.facts[name] for name in seen}}
    return replace(golden, outcome=record.outcome, reason=record.reason, facts=facts)


def say_nothing_captured(golden: Record, record: Record) -> Record:
    """Say that nothing was captured where a path recorded no graph, which once was graphs with none."""
    empty = golden.outcome is Outcome.GRAPHS and golden.facts.get("graphs") == 0 and not golden.artifacts
    if not (empty and record.outcome is Outcome.NOTHING_CAPTURED):
        return golden
    return replace(golden, outcome=record.outcome, reason=record.reason)


def count_metadata(golden: Record, record: Record) -> Record:
    """Say that a result is not eager's where its values are and its metadata or aliases are not."""
    return _differ_by(_METADATA, golden, record)


def count_written(golden: Record, record: Record) -> Record:
    """Say that a program is not eager's where its results are and what it writes into its inputs is not."""
    return _differ_by(_WRITTEN, golden, record)


def _differ_by(words: re.Pattern[str], golden: Record, record: Record) -> Record:
    found = {name: record.facts.get(name) for name in _AGREEMENT if golden.facts.get(name) is True}
    differing = {name: text for name, text in found.items() if isinstance(text, str) and words.match(text)}
    return replace(golden, facts={**golden.facts, **differing}) if differing else golden


def close_over_inputs(golden: Record, record: Record) -> Record:
    """Leave out inputs of aot paths that no node uses and that are no tensors: they are closed over."""
    texts = {artifact.name: artifact.text for artifact in golden.artifacts}
    kinds = golden.facts.get("inputs")
    if not golden.path.startswith("aot-") or not isinstance(kinds, dict):
        return golden
    for graph, of_graph in kinds.items():
        found = _PLACEHOLDER.findall(texts.get(f"{graph}.graph", ""))
        if not isinstance(of_graph, list) or len(found) != len(of_graph):
            continue
        pairs = list(zip(found, of_graph, strict=True))
        gone = [name for (name, users), kind in pairs if kind == "unknown" and users == "0"]
        if gone and _count_inputs(record, graph) == len(pairs) - len(gone):
            kept = [kind for (name, _), kind in pairs if name not in gone]
            golden = _drop_inputs(golden, graph, gone, kept)
    return golden


def _count_inputs(record: Record, graph: str) -> int:
    kinds = record.facts.get("inputs")
    of_graph = kinds.get(graph) if isinstance(kinds, dict) else None
    return len(of_graph) if isinstance(of_graph, list) else 0


def _drop_inputs(golden: Record, graph: str, gone: list[str], kept: list[Json]) -> Record:
    inputs = golden.facts["inputs"]
    assert isinstance(inputs, dict)
    artifacts = tuple(
        Artifact(each.name, _drop_names(each, graph, gone)) if each.name.startswith(f"{graph}.") else each
        for each in golden.artifacts
    )
    return replace(golden, artifacts=artifacts, facts={**golden.facts, "inputs": {**inputs, graph: kept}})


def _drop_names(artifact: Artifact, graph: str, gone: list[str]) -> str:
    """Leave names out where inputs are declared: as placeholder, as parameter, in a signature's list."""
    text = artifact.text
    for name in gone:
        match artifact.name.removeprefix(f"{graph}."):
            case "graph":
                text = re.sub(rf"(?m)^ *%{name} : \[num_users=0\] = placeholder\[.*\n", "", text)
            case "code":
                text = re.sub(rf"\A(def forward\(.*), {name}\b", r"\1", text)
            case "signature":
                text = re.sub(rf"(?:, '{name}'|'{name}', |'{name}')", "", text)
    return text


def decompose_in_public(golden: Record, record: Record) -> Record:
    """Let export-functional give graphs by the public way, as the record says, where the other broke."""
    mended = (
        golden.path == "export-functional"
        and golden.outcome is Outcome.ERROR
        and record.outcome is Outcome.GRAPHS
        and "functional_by" in record.facts
    )
    return replace(record, source=golden.source, rules=golden.rules) if mended else golden
