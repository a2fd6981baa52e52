"""Hold what a record says beside a graph against the live graph: effects, constants, provenance, symbols."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch.fx import GraphModule, Node
from torch.utils import _pytree as pytree

from graph_goldens.capture.replay.case_objects import Objects
from graph_goldens.capture.replay.random_values import _read_items
from graph_goldens.capture.replay.value_words import TensorWords, read_value
from graph_goldens.capture.tracing.inputs import WRAPPER_MODULE
from graph_goldens.graphs.effect_lines import NodeEffects, read_effects
from tests.capture.tracing.live_run import LiveRun, NotRunnableError, Seen, leave_tracing

_SEEDED = ("prims.inductor_random.default", "prims.inductor_randint.default")
"""What draws by a seed that it takes; only what stands for it in eager asks the generator of the process.

torch/_inductor/inductor_prims.py, `random` and `randint`.
"""
_VERBS = ("writes", "shares", "acts", "sets")


def find_false_effects(
    graph_module: GraphModule, text: str, given: tuple[Mapping[str, Any], Objects], counts: Counter[str]
) -> Iterator[str]:
    """Run a graph on real tensors, count what was seen, and yield what its effects say otherwise."""
    claimed = read_effects(text)
    run = LiveRun(graph_module, *given)
    try:
        run.run()
        counts["graphs run"] += 1
    except NotRunnableError as error:
        counts[f"not run: {error}"] += 1
    targets = {node.name: str(node.target) for node in graph_module.graph.nodes}
    for name, seen in run.seen.items():
        counts["nodes run"] += 1
        said = claimed.get(name, NodeEffects())
        seen.draws = seen.draws and targets[name] not in _SEEDED
        if targets[name].endswith("with_effects"):  # the token that it gives back is called the one it took
            said = replace(said, shares=())
        if said.acts:  # what an object holds is the object's: an order is judged by what acts on it
            counts["shares by way of an object"] += len(seen.shares - set(said.shares))
            seen.shares &= set(said.shares)
        if targets[name].endswith("cond"):  # one branch of two was run, and what either shares is said
            counts["shares of a branch that was not run"] += len(set(said.shares) - seen.shares)
            said = replace(said, shares=tuple(each for each in said.shares if each in seen.shares))
        yield from _compare_node(name, said, seen, counts)


def _compare_node(name: str, claimed: NodeEffects, seen: Seen, counts: Counter[str]) -> Iterator[str]:
    if claimed.unknown:
        counts["nodes called unknown"] += 1
        return
    for verb in _VERBS:
        said = set(getattr(claimed, verb))
        found = {_name_whole(each, said) for each in getattr(seen, verb)}
        counts[f"{verb} seen"] += len(found)
        yield from (f"%{name} {verb} {each}, unsaid" for each in sorted(found - said))
        for each in sorted(said - found):
            counts[f"{verb} said, not seen"] += 1
            if verb == "shares":
                yield f"%{name} {verb} {each}, said and not so"
    counts["draws seen"] += seen.draws
    if seen.draws and not claimed.draws:
        yield f"%{name} draws, unsaid"
    counts["draws said, not seen"] += bool(claimed.draws and not seen.draws)


def _name_whole(owner: str, said: Collection[str]) -> str:
    """An item of an input that is several is the input's, where a record tells it so."""
    whole = owner.partition("[")[0]
    return whole if whole in said else owner


def find_false_constants(
    graph_module: GraphModule, text: str, constants: Mapping[str, Any], counts: Counter[str]
) -> Iterator[str]:
    """Yield the constants that a record tells otherwise than the live tensors are, or not at all."""
    told = dict(line.removeprefix("self.").split(" : ", 1) for line in text.splitlines())
    live = {**dict(_list_held(graph_module)), **constants}
    for name, tensor in live.items():
        if not isinstance(tensor, torch.Tensor):
            continue
        if name not in told:
            yield f"self.{name} is not told"
        elif type(tensor) is torch.Tensor and tensor.layout is torch.strided and not tensor.is_quantized:
            with leave_tracing():
                yield from _compare_constant(name, told[name], tensor, counts)


def _list_held(graph_module: GraphModule) -> Iterator[tuple[str, Any]]:
    for node in graph_module.graph.nodes:
        if node.op == "get_attr":
            value: Any = graph_module
            for part in str(node.target).split("."):
                value = getattr(value, part)
            yield str(node.target), value


def _compare_constant(name: str, text: str, tensor: torch.Tensor, counts: Counter[str]) -> Iterator[str]:
    words, equals, items = text.partition(" = ")
    words, _, digest = words.partition(" digest ")
    read = read_value(words)
    if not isinstance(read, TensorWords) or getattr(torch, read.dtype) is not tensor.dtype:
        yield f"self.{name} is told as {words}"
    elif equals:
        counts["constants held by value"] += 1
        found = _read_items(items, tensor.dtype).reshape(tensor.shape)
        if _digest(found) != _digest(tensor):
            yield f"self.{name} is told as {items[:60]}"
    elif digest:
        counts["constants held by digest"] += 1
        if _digest(tensor)[:16] != digest:
            yield f"self.{name} has another digest"
    else:
        counts["constants without a value"] += 1


def _digest(tensor: torch.Tensor) -> str:
    flat = tensor.detach().resolve_conj().resolve_neg().contiguous().clone()
    return hashlib.sha256(bytes(flat.untyped_storage())).hexdigest()


def find_false_provenance(graph_module: GraphModule, text: str, counts: Counter[str]) -> Iterator[str]:
    """Yield the nodes whose line does not name, in order, what their metadata names, or names more."""
    lines: dict[str, str] = {}
    for line in text.splitlines():
        names, _, words = line.partition(": ")
        lines.update(dict.fromkeys(names.replace("%", "").split(", "), words))
    for node in graph_module.graph.nodes:
        words = lines.get(node.name, "")
        wanted = list(_list_origins(node))
        counts["nodes with provenance"] += bool(wanted)
        if bool(words) != bool(wanted or node.meta.get("custom") or node.meta.get("recompute")):
            yield f"%{node.name} has provenance {words or 'none'}, and metadata names {wanted}"
            continue
        place = 0
        for name in wanted:
            place = words.find(name, place)
            if place < 0:
                yield f"%{node.name} has provenance {words}, which does not name {name}"
                break


def _list_origins(node: Node) -> Iterator[str]:
    for entry in (node.meta.get("nn_module_stack") or {}).values():
        kind = entry[1]
        name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
        if not name.startswith(f"{WRAPPER_MODULE}."):
            yield name
    for entry in (node.meta.get("source_fn_stack") or ())[-32:]:
        yield str(entry[0])
    if node.meta.get("torch_fn"):
        yield str(node.meta["torch_fn"][0])


def find_false_symbols(
    graph_module: GraphModule, table: Mapping[str, Any], counts: Counter[str]
) -> Iterator[str]:
    """Yield the symbols that a graph's table lacks, and those said to stand where they do not."""
    nodes = {node.name: node for node in graph_module.graph.nodes}
    for node in nodes.values():
        for symbol in _list_symbols(_read_value(node)):
            if symbol not in table:
                yield f"{symbol} of %{node.name} is not in the table"
    for symbol, places in table.items():
        place = str(places).split(", ")[0]
        if not place.startswith("%") or ".size()[" not in place:
            continue
        counts["symbols bound to a size"] += 1
        name, _, rest = place[1:].partition(".size()[")
        found = [
            str(leaf.shape[int(rest.rstrip("]"))])
            for path, leaf in pytree.tree_flatten_with_path(_read_value(nodes[name.partition("[")[0]]))[0]
            if isinstance(leaf, torch.Tensor) and name.endswith(pytree.keystr(path))
        ]
        if symbol not in found and symbol in _list_bound(nodes[name.partition("[")[0]]):
            counts["symbols that PyTorch binds to what its value contradicts"] += 1
        elif symbol not in found:
            yield f"{symbol} is said to be {place}, which is {found}"


def _list_bound(node: Node) -> list[str]:
    """The symbols that PyTorch itself says a node binds; 2.6 leaves old ones when it decomposes."""
    return [str(symbol) for symbol in node.meta.get("unbacked_bindings") or ()]


def _read_value(node: Node) -> Any:
    return node.meta.get("val", node.meta.get("example_value"))


def _list_symbols(value: Any) -> Iterator[str]:
    for leaf in pytree.tree_leaves(value):
        strided = isinstance(leaf, torch.Tensor) and leaf.layout is torch.strided
        for number in (*leaf.shape, *leaf.stride()) if strided else (leaf,):
            if isinstance(number, torch.SymInt | torch.SymFloat | torch.SymBool):
                yield from map(str, getattr(getattr(number.node, "expr", None), "free_symbols", ()))
