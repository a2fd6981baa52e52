"""Which edits only follow from others: what comes and goes with the nodes that another edit tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.effect_tokens import TOKENS_COME, TOKENS_GO, is_about_tokens

_OF_GRAPHS = ("facts.graphs", "facts.inputs", "facts.outputs", "facts.frames")

_OF_BINDINGS = ("facts.symbols", "facts.unbacked")


def name_nodes(sign: str, names: Iterable[str]) -> frozenset[str]:
    """Name nodes of the golden's graph (`-`) or of the record's (`+`), as edits name them."""
    return frozenset(f"{sign}{name}" for name in names)


def attribute_edits(edits: Sequence[Edit]) -> list[Edit]:
    """Say of each edit from which other one it only follows, if from any.

    An input follows from what was added to use it, an output from what was added to give it, an attribute
    that is fetched or an item that is taken from the operator that it is for; nodes that came or went
    from the operator's graph that they moved into or out of; what is told of a graph's inputs from the
    graph that came; and every trace of effect tokens from the operators that now take them. What is told
    of a symbol's binding in facts and in values is one thing, told in several places. An edit that
    another one explains only in part stands for itself.
    """
    tokens = next((edit.trace for edit in edits if edit.pattern in (TOKENS_COME, TOKENS_GO)), "")
    counted = next((edit.trace for edit in edits if _is_count(edit)), "")
    bound = next((edit.trace for edit in sorted(edits, key=_rank_binding) if _tells_binding(edit)), "")
    owners = _find_owners(edits)
    causes = [_find_cause(edit, owners, tokens, counted, bound) for edit in edits]
    roots = _follow_causes({edit.trace: cause for edit, cause in zip(edits, causes, strict=True) if cause})
    return [
        replace(edit, cause=roots.get(cause, cause)) if cause else edit
        for edit, cause in zip(edits, causes, strict=True)
    ]


def _is_count(edit: Edit) -> bool:
    return edit.kind is DriftClass.CAPTURE and edit.pattern in ("+ graph", "- graph")


def _tells_binding(edit: Edit) -> bool:
    """Whether an edit tells what a symbol is bound to: a fact of the record, or of a node's value."""
    return edit.where in _OF_BINDINGS or edit.pattern.startswith("binds ")


def _rank_binding(edit: Edit) -> int:
    """Rank the places that tell of one binding by how well they say it."""
    return _OF_BINDINGS.index(edit.where) if edit.where in _OF_BINDINGS else len(_OF_BINDINGS)


def _find_owners(edits: Sequence[Edit]) -> Mapping[tuple[str, str], Edit]:
    """Find which edit tells of a node: by the graph's artifact and the node."""
    return {(edit.where, node): edit for edit in reversed(edits) for node in edit.nodes}


def _find_cause(
    edit: Edit, owners: Mapping[tuple[str, str], Edit], tokens: str, counted: str, bound: str
) -> str:
    if tokens and edit.trace != tokens and is_about_tokens(edit):
        return tokens
    if counted and edit.where in _OF_GRAPHS:
        return counted
    if _tells_binding(edit):
        return bound if edit.trace != bound else ""
    found = [owners.get((edit.where, node)) for node in edit.needs or edit.nodes]
    others = [each.trace for each in found if each and each.trace != edit.trace]
    return min(others) if found and len(others) == len(found) else ""


def _follow_causes(causes: Mapping[str, str]) -> Mapping[str, str]:
    """Find for each cause that itself follows from another one the first of them."""
    found: dict[str, str] = {}
    for cause in set(causes.values()):
        seen, root = {cause}, cause
        while (above := causes.get(root)) and above not in seen:
            seen.add(above)
            root = above
        found[cause] = root
    return found
