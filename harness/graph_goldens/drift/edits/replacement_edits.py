"""What was removed, added or replaced in a graph, in words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail, Edit
from graph_goldens.drift.edits.consequences import name_nodes
from graph_goldens.drift.edits.effect_tokens import find_token_change
from graph_goldens.drift.edits.operator_levels import list_shown_otherwise
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.operators import (
    generalise_target,
    is_alias,
    is_assertion,
    is_elementary,
    is_projection,
    name_run_operator,
    shorten_target,
    stops_gradients,
)
from graph_goldens.drift.matching.unmatched_regions import Region
from graph_goldens.drift.text.wording import LONGEST
from graph_goldens.graphs.node_arguments import Group, Literal, print_argument
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.words import join_some, shorten_text

_NEUTRAL = ("0", "0.0", "1", "1.0")
# Of these a number is an operand. Of others, as `unsqueeze(x, 0)`, it is a dimension, an index or a start.
_COUNTS = re.compile(r"(?:[\w.]+\.)?i?(?:add|sub|mul|div|truediv|true_divide|pow)_?(?:\.\w+)?")
_DOES_NOTHING = {
    0.0: (("a sum", ("aten.add.", "aten.sub.")),),
    1.0: (("a product", ("aten.mul.", "aten.div.")),),
}


def find_region_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find one edit for what was removed, added or replaced in the same way, however often."""
    alike: dict[tuple[str, str, Detail | None], list[Region]] = {}
    replaced = _name_replaced(alignment.regions)
    taken: dict[str, set[str]] = {}
    for region in alignment.regions:
        if _follows(region, replaced):
            for node in (*region.removed, *region.added):
                for source in node.inputs:
                    taken.setdefault(source, set()).update(_list_nodes(region))
            continue
        key = (
            _find_region_kind(region),
            _spell_region_pattern(region),
            _find_region_detail(alignment, region),
        )
        alike.setdefault(key, []).append(region)
    for (_, pattern, detail), regions in alike.items():
        more = f", and {len(regions) - 1} more like it" if len(regions) > 1 else ""
        words = f"{_spell_region(alignment, regions[0])}{more}"
        nodes = frozenset(node for region in regions for node in _list_nodes(region))
        items = frozenset(item for node in nodes for item in taken.get(node[1:], ()))
        needs = frozenset(node for region in regions for node in _list_needed(alignment, region))
        edit = Edit(DriftClass.OPERATORS, where, words, detail, pattern, nodes | items, needs)
        yield replace(edit, parts=_list_parts(edit))


def _list_parts(edit: Edit) -> tuple[str, ...]:
    """List the names by which other tracing paths show the change."""
    return tuple(replace(edit, pattern=each).trace for each in list_shown_otherwise(edit.pattern))


def _list_nodes(region: Region) -> frozenset[str]:
    return name_nodes("-", (node.name for node in region.removed)) | name_nodes(
        "+", (node.name for node in region.added)
    )


def _list_needed(alignment: Alignment, region: Region) -> frozenset[str]:
    """List the users of what only fetches an attribute or takes an item: it comes and goes with them."""
    needed: set[str] = set()
    for sign, nodes, table in (("-", region.removed, alignment.old), ("+", region.added, alignment.new)):
        for node in nodes:
            if node.op != "get_attr" and not is_projection(node):
                return frozenset()
            own = table.users.get(node.name, ()) if node.op == "get_attr" else node.inputs
            needed |= name_nodes(sign, own)
    return frozenset(needed)


def _name_replaced(regions: Sequence[Region]) -> frozenset[str]:
    """Name the operators that one other took the place of, in either graph."""
    return frozenset(
        node.name
        for region in regions
        if len(region.removed) == len(region.added) == 1 and not is_projection(region.removed[0])
        for node in (*region.removed, *region.added)
    )


def _follows(region: Region, replaced: frozenset[str]) -> bool:
    """Whether a region only takes items out of what a replaced operator returns."""
    nodes = (*region.removed, *region.added)
    return all(is_projection(node) and replaced.issuperset(node.inputs) for node in nodes)


def _find_region_kind(region: Region) -> str:
    """Find what regions told together share: what they call, or that they wrap what they call."""
    wrapped = {name_run_operator(node) for node in (*region.removed, *region.added)}
    return "" if len(wrapped) == 1 and region.removed and region.added else _spell_region_calls(region)


def _spell_region_calls(region: Region) -> str:
    """Say which calls replaced which."""
    removed, added = _name_told(region.removed), _name_told(region.added)
    if removed == added:  # what is printed shortly alike is told in full
        removed, added = ([node.target for node in nodes] for nodes in (region.removed, region.added))
    return f"{spell_list(removed)} → {spell_list(added)}"


def _spell_region(alignment: Alignment, region: Region) -> str:
    removed, added = _name_told(region.removed), _name_told(region.added)
    if region.removed and region.added:
        at = f" at `%{region.removed[-1].name}`" if len(region.removed) == 1 else ""
        return f"{_spell_region_calls(region)}{at}"
    sign, nodes, table = ("+", added, alignment.new) if added else ("-", removed, alignment.old)
    first = (region.added or region.removed)[0]
    after = next((name for name in first.inputs if name in table.by_name), "")
    place = f" after `%{after}`" if after else ""
    told = region.added or region.removed
    called = f"{nodes[0]}{_spell_literals(told[0])}" if len(told) == 1 else spell_list(nodes)
    return f"{sign} {called}{place}"


def _spell_literals(node: Node) -> str:
    """Say what a node is called with, where numbers decide what it does: `(%x, 0)`."""
    if node.op != "call_function" or not _list_neutral(node):
        return ""
    return shorten_text(print_argument(node.args, "%"), LONGEST)


def _list_neutral(node: Node) -> list[str]:
    """List the literals by which a node that counts may do nothing: `x + 0`, `x * 1`."""
    items = node.args.items if isinstance(node.args, Group) and _COUNTS.fullmatch(node.target) else ()
    return [item.text for item in items if isinstance(item, Literal) and item.text in _NEUTRAL]


def _name_told(nodes: Sequence[Node]) -> list[str]:
    """Name what the nodes call; items taken out of what one of them returns are left out."""
    return [shorten_target(node) for node in _list_told(nodes)]


def _list_told(nodes: Sequence[Node]) -> Sequence[Node]:
    names = {node.name for node in nodes}
    return [node for node in nodes if not (is_projection(node) and set(node.inputs) & names)] or nodes


def spell_list(targets: Iterable[str]) -> str:
    """Name what nodes call, each once with how often."""
    counts = Counter(targets)
    words = [f"{number}× {target}" if number > 1 else target for target, number in counts.items()]
    return join_some(words, most=4)


def _spell_region_pattern(region: Region) -> str:
    if tokens := find_token_change(region.removed, region.added):
        return tokens
    alone = not (region.removed and region.added)
    removed, added = (
        sorted(set(_generalise_targets(nodes, alone))) for nodes in (region.removed, region.added)
    )
    if removed == added:  # then what they run in turn, or which custom one it is, differs
        removed, added = (sorted(map(shorten_target, nodes)) for nodes in (region.removed, region.added))
    if removed == added:
        removed, added = (sorted(node.target for node in nodes) for nodes in (region.removed, region.added))
    return f"{', '.join(removed)} → {', '.join(added)}"


def _generalise_targets(nodes: Sequence[Node], alone: bool) -> Iterator[str]:
    """Name what the nodes call, without what differs from program to program.

    Where one node alone came or went, a number by which it does nothing says why: `x + 0`.
    """
    names = {node.name for node in nodes}
    for node in nodes:
        if not (is_projection(node) and set(node.inputs) & names):
            neutral = _list_neutral(node) if alone and len(nodes) == 1 else []
            yield _name_neutral(node, neutral[0]) if neutral else generalise_target(node)


def _name_neutral(node: Node, number: str) -> str:
    """Name what a node calls that changes nothing; sums and differences, products and quotients are alike.

    torch/_inductor/fx_passes/post_grad.py, `register_noop_decomp`, takes them out by one rule each.
    """
    target = generalise_target(node)
    alike = (words for words, packets in _DOES_NOTHING[float(number)] if target.startswith(packets))
    return f"{next(alike, target)} by {number}"


def _find_region_detail(alignment: Alignment, region: Region) -> Detail | None:
    nodes = (*region.removed, *region.added)
    if all(is_alias(node) and (alignment.after_autograd or not stops_gradients(node)) for node in nodes):
        return Detail.ALIASES
    if _holds_only_checks(region.removed, alignment.old) and _holds_only_checks(region.added, alignment.new):
        return Detail.ASSERTIONS
    return Detail.DECOMPOSITION if _is_decomposition(alignment, region) else None


def _is_decomposition(alignment: Alignment, region: Region) -> bool:
    """Whether one operator took the place of several, or several of one, on the same operands.

    What PyTorch has no decomposition of (`sin`, `add`) became another computation.
    """
    removed, added = _list_told(region.removed), _list_told(region.added)
    if not removed or not added or len(region.removed) == len(region.added):
        return False
    single = removed if len(removed) == 1 else added
    if len(single) > 1 or (len(removed) == len(added) == 1) or is_elementary(single[0]):
        return False
    before, after = _list_operands(region.removed), _list_operands(region.added)
    return {alignment.pairs.get(name, name) for name in before} == after


def _list_operands(nodes: Sequence[Node]) -> set[str]:
    own = {node.name for node in nodes}
    return {name for node in nodes for name in node.inputs} - own


def _holds_only_checks(nodes: Sequence[Node], table: Table) -> bool:
    """Whether nodes only check something, or compute what such nodes check."""
    checks: set[str] = set()
    for node in reversed(nodes):
        users = table.users.get(node.name, ())
        if is_assertion(node) or (users and checks.issuperset(users)):
            checks.add(node.name)
    return len(checks) == len(nodes)
