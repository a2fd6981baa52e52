"""Effect tokens: what orders operators with effects shows otherwise in every tracing path.

torch/_higher_order_ops/effects.py wraps an operator in `with_effects`, which takes a token and returns one.
Export makes the tokens inputs and outputs of a graph and names them in its signature; Inductor's path makes
them by `prims._make_token` and ends them by `prims._sink_tokens`.
"""

from collections import Counter
from collections.abc import Sequence

from graph_goldens.drift.drift import Edit
from graph_goldens.drift.matching.operators import is_projection, name_run_operator, shorten
from graph_goldens.graphs.node_table import Node

TOKENS_COME = "effect tokens come"
TOKENS_GO = "effect tokens go"
SINK_COMES = "effects at the end are kept"
SINK_GOES = "effects at the end are dropped"

_WRAPPER = "with_effects"
_MACHINERY = ("_make_token", "_sink_tokens")
_SINK = "_sink_tokens"
_SIGNS = ("an effect token", "input_tokens", "output_tokens", "_sink_tokens", "_make_token")


def find_token_change(removed: Sequence[Node], added: Sequence[Node]) -> str:
    """Say that the same operators run with effect tokens now, or no longer; empty where more changed.

    Where tokens end alone came or went, with whatever led to it, so did the last effects of the graph.
    """
    if not (removed and added):
        sinks = any(shorten(node.target).endswith(_SINK) for node in (*removed, *added))
        return "" if not sinks else SINK_COMES if added else SINK_GOES
    wrapped = [any(_is_wrapper(node) for node in nodes) for nodes in (removed, added)]
    if wrapped[0] == wrapped[1]:
        return ""
    left, right = (Counter(_list_run(nodes)) for nodes in (removed, added))
    return "" if left != right else TOKENS_COME if wrapped[1] else TOKENS_GO


def _is_wrapper(node: Node) -> bool:
    return shorten(node.target).endswith(_WRAPPER)


def _list_run(nodes: Sequence[Node]) -> list[str]:
    """List what the nodes run in the end, without what only hands tokens on."""
    return [
        name_run_operator(node)
        for node in nodes
        if not is_projection(node) and not shorten(node.target).endswith(_MACHINERY)
    ]


def is_about_tokens(edit: Edit) -> bool:
    """Whether an edit tells of nothing but tokens."""
    return any(sign in edit.pattern for sign in _SIGNS) and _WRAPPER not in edit.pattern
