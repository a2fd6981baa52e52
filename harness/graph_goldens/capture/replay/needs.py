"""What two graphs are given: equal values where they take the same thing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch

from graph_goldens.capture.replay.case_objects import BuildObjects, build_none, choose_object, read_class
from graph_goldens.capture.replay.numbers import SharedSymbols
from graph_goldens.capture.replay.random_values import Draw, make_value
from graph_goldens.capture.replay.recorded_graph import Need, NotRunError, RecordedGraph
from graph_goldens.capture.replay.shared_storage import find_groups

OTHER_INPUTS = "takes other inputs"


class NeedPair(NamedTuple):
    """What the older and the newer graph need in the same place; None where one needs nothing there."""

    old: Need | None
    new: Need | None


@dataclass(frozen=True)
class Given:
    """What one graph is given for one run.

    Attributes:
        inputs: its inputs, in order.
        attributes: the tensors that it holds, by dotted name.
        groups: the inputs that share storage, by name.
    """

    inputs: Sequence[Any]
    attributes: Mapping[str, Any]
    groups: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class NeedTable:
    """What two graphs need, in pairs.

    Attributes:
        inputs: inputs of both, effect tokens left out.
        attributes: tensors that either holds.
    """

    old: RecordedGraph
    new: RecordedGraph
    inputs: Sequence[NeedPair]
    attributes: Sequence[NeedPair]

    def make(self, draw: Draw, build_objects: BuildObjects = build_none) -> tuple[Given, Given]:
        """Make the values of one run.

        Args:
            draw: how random values are drawn.
            build_objects: builds the script objects that there are, anew for each graph.

        Raises:
            NotRunError: one of them cannot be made, or the two would be of other shapes.
        """
        symbols = SharedSymbols((self.old.bounds, self.new.bounds))
        pairs = [*self.inputs, *self.attributes]
        for old, new in pairs:
            if old and new:
                symbols.join(old.words, new.words)
        numbers = symbols.choose(draw.least, draw.step)
        chosen = self._choose_objects(build_objects)
        made = [
            chosen[place] if place in chosen else _make_pair(pair, numbers, draw, place)
            for place, pair in enumerate(pairs)
        ]
        values: list[dict[tuple[str, bool], Any]] = [{}, {}]
        for pair, both in zip(pairs, made, strict=True):
            for side, need in enumerate(pair):
                if need:
                    values[side][need.name, need.held] = both[side]
        return _give(self.old, values[0]), _give(self.new, values[1])

    def _choose_objects(self, build_objects: BuildObjects) -> dict[int, tuple[Any, Any]]:
        """Choose script objects, like ones for both graphs, by the places of what needs them."""
        classes = list(self._list_classes())
        if not classes:
            return {}
        built, seen = (build_objects(), build_objects()), Counter[str]()
        chosen: dict[int, tuple[Any, Any]] = {}
        for place, name in classes:
            old, new = (choose_object(name, seen[name], objects) for objects in built)
            chosen[place] = old, new
            seen[name] += 1
        return chosen

    def _list_classes(self) -> Iterator[tuple[int, str]]:
        """List the classes of the script objects that the graphs need, by place."""
        for place, (old, new) in enumerate([*self.inputs, *self.attributes]):
            names = [name for need in (old, new) if need and (name := read_class(need))]
            if len(set(names)) > 1:
                raise NotRunError(OTHER_INPUTS, f"takes a {names[1]}, and took a {names[0]}")
            yield from ((place, name) for name in names[:1])


def pair_needs(old: RecordedGraph, new: RecordedGraph) -> NeedTable:
    """Pair what two graphs need.

    Raises:
        NotRunError: they do not take as many inputs, or other inputs of them share storage.
    """
    inputs = _pair_inputs(old.inputs, new.inputs)
    if _find_shared_places(inputs, 0) != _find_shared_places(inputs, 1):
        raise NotRunError(OTHER_INPUTS, "other inputs share storage")
    return NeedTable(old, new, inputs, _pair_attributes(old.attributes, new.attributes))


def _find_shared_places(pairs: Iterable[NeedPair], side: int) -> list[list[int]]:
    """Find which inputs of one side share storage, by their places."""
    needs = [need for pair in pairs if (need := pair[side])]
    places = {need.name: place for place, need in enumerate(needs)}
    return [[places[name] for name in group] for group in find_groups(needs)]


def _pair_inputs(old: Iterable[Need], new: Iterable[Need]) -> list[NeedPair]:
    olds, news = ([need for need in needs if not need.token] for needs in (old, new))
    if len(olds) != len(news):
        raise NotRunError(OTHER_INPUTS, f"takes {len(news)} inputs, and took {len(olds)}")
    by_name = {need.name: need for need in olds}
    if by_name.keys() == {need.name for need in news}:
        return [_share_items(by_name[need.name], need) for need in news]
    return [_share_items(*pair) for pair in zip(olds, news, strict=True)]


def _pair_attributes(old: Sequence[Need], new: Sequence[Need]) -> list[NeedPair]:
    """Pair by name, and what is left by order among what is said of in the same words."""
    names = {need.name for need in old} & {need.name for need in new}
    by_name = {need.name: need for need in old}
    pairs = [_share_items(by_name[need.name], need) for need in new if need.name in names]
    left = [need for need in old if need.name not in names]
    for need in new:
        if need.name in names:
            continue
        like = next((other for other in left if other.words == need.words), None)
        if like is None:
            pairs.append(NeedPair(None, need))
        else:
            left.remove(like)
            pairs.append(_share_items(like, need))
    return [*pairs, *(NeedPair(need, None) for need in left)]


def _share_items(old: Need, new: Need) -> NeedPair:
    """Take a constant's value from the record that has it."""
    if old.words == new.words and (old.items is None) != (new.items is None):
        items = new.items if old.items is None else old.items
        return NeedPair(replace(old, items=items), replace(new, items=items))
    return NeedPair(old, new)


def _make_pair(
    pair: NeedPair, numbers: tuple[Mapping[str, int], Mapping[str, int]], draw: Draw, place: int
) -> tuple[Any, Any]:
    old, new = (
        make_value(need, known, draw, place) if need else None
        for need, known in zip(pair, numbers, strict=True)
    )
    if pair.old is None or pair.new is None:
        return old, new
    if isinstance(old, torch.Tensor) and isinstance(new, torch.Tensor) and pair.old.items == pair.new.items:
        return _lay_out_like(new, old, pair.new.name), new
    if not isinstance(old, torch.Tensor) and not isinstance(new, torch.Tensor) and old != new:
        raise NotRunError(OTHER_INPUTS, f"takes {new} for {pair.new.name}, and took {old}")
    return old, new


def _lay_out_like(value: torch.Tensor, other: torch.Tensor, name: str) -> torch.Tensor:
    """Copy a value into the strides of another that has its dtype and shape."""
    if value.dtype != other.dtype or value.shape != other.shape:
        was, now = (f"{each.dtype}{list(each.shape)}".removeprefix("torch.") for each in (other, value))
        raise NotRunError(OTHER_INPUTS, f"takes {now} for {name}, and took {was}")
    if value.stride() == other.stride():
        return other
    return torch.empty_strided(value.shape, other.stride(), dtype=value.dtype).copy_(value)


def _give(graph: RecordedGraph, values: Mapping[tuple[str, bool], Any]) -> Given:
    inputs = [torch.tensor([]) if need.token else values[need.name, False] for need in graph.inputs]
    attributes = {need.name: values[need.name, True] for need in graph.attributes}
    return Given(inputs, attributes, find_groups(graph.inputs))
