"""One graph as a record has it: its texts, what it takes, and what is known of each thing that it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from graph_goldens.capture.replay.value_words import (
    ConstantWords,
    UnknownWords,
    ValueWords,
    read_constants,
    read_ranges,
    read_sources,
    read_values,
)
from graph_goldens.graphs.effect_lines import EffectsError, NodeEffects, read_effects
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_table import Table
from graph_goldens.records import Record

_CODE = ".code"
_NO_TABLE = Table(())


class NotRunError(Exception):
    """A graph cannot be run, or running it would show nothing.

    Attributes:
        reason: why, short enough to be counted by.
        sentence: why, in full.
    """

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(sentence or reason)
        self.reason = reason
        self.sentence = sentence or reason


@dataclass(frozen=True)
class Need:
    """What a graph must be given: an input, or a tensor that it holds.

    Attributes:
        name: the input's or the attribute's name.
        words: what the record says of its value.
        items: its value as Python text, where that is recorded.
        token: whether it is an effect token.
        held: whether the graph's module holds it.
        shares: the input whose storage it shares, as the effects say; none where empty.
    """

    name: str
    words: ValueWords
    items: str | None = None
    token: bool = False
    held: bool = False
    shares: str = ""


@dataclass(frozen=True)
class RecordedGraph:
    """A graph of a record.

    Attributes:
        record: the record.
        name: the graph's name in it, such as `program` or `program.true_graph_0`.
    """

    record: Record
    name: str

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The graph's own texts, by kind."""
        return {
            artifact.name.rpartition(".")[2]: artifact.text
            for artifact in self.record.artifacts
            if artifact.name.rpartition(".")[0] == self.name
        }

    @property
    def code(self) -> str:
        """What runs."""
        return self.texts["code"]

    @cached_property
    def table(self) -> Table:
        """Its nodes; none where its graph string cannot be read."""
        try:
            return read_graph(self.texts.get("graph", ""))
        except GraphError:
            return _NO_TABLE

    @cached_property
    def bodies(self) -> Mapping[str, "RecordedGraph"]:
        """The graphs that it holds, and that those hold, by their dotted names below it."""
        start = f"{self.name}."
        found = (name.removesuffix(_CODE) for name in _list_code(self.record) if name.startswith(start))
        return {name.removeprefix(start): RecordedGraph(self.record, name) for name in found}

    @property
    def draws(self) -> bool:
        """Whether it, or a graph that it holds, draws random numbers, as its effects say."""
        return any(each._draws for each in (self, *self.bodies.values()))

    @property
    def _draws(self) -> bool:
        return any(effects.draws for effects in self._effects.values())

    @cached_property
    def _effects(self) -> Mapping[str, NodeEffects]:
        """What its nodes do besides giving values; nothing where that cannot be read."""
        try:
            return read_effects(self.texts.get("effects", ""))
        except EffectsError:
            return {}

    @cached_property
    def bounds(self) -> Mapping[str, tuple[int, int | None]]:
        """The ranges of its symbols, as its record's signatures say."""
        found: dict[str, tuple[int, int | None]] = {}
        for artifact in self.record.artifacts:
            if artifact.name.endswith((".signature", ".ranges")):
                found.update(read_ranges(artifact.text))
        return found

    @cached_property
    def inputs(self) -> tuple[Need, ...]:
        """Its inputs, in order."""
        return tuple(self._need_input(node.name, place) for place, node in enumerate(self.table.placeholders))

    def _need_input(self, name: str, place: int) -> Need:
        words = self._values.get(name, UnknownWords("no value is recorded"))
        source = read_sources(self.texts.get("signature", "")).get(name, "")
        constant = self._constants.get(source)
        return Need(
            name,
            words,
            constant.items if constant else None,
            token=self._is_token("inputs", place),
            shares=self._find_shared(name),
        )

    def _find_shared(self, name: str) -> str:
        """Find the input that first held an input's storage."""
        shares = self._effects[name].shares if name in self._effects else ()
        return next((owner[1:] for owner in shares if owner.startswith("%")), "")

    @cached_property
    def attributes(self) -> tuple[Need, ...]:
        """The tensors that it, and graphs that it holds, take from their modules, by dotted name."""
        return tuple(
            need
            for prefix, graph in (("", self), *((f"{name}.", body) for name, body in self.bodies.items()))
            for need in graph._list_held(prefix)
        )

    def _list_held(self, prefix: str) -> Iterator[Need]:
        taken: dict[str, ValueWords] = {}
        for node in self.table.nodes:
            if node.op == "get_attr" and node.target not in self.bodies:
                taken.setdefault(
                    node.target, self._values.get(node.name, UnknownWords("nothing is recorded"))
                )
            elif node.op == "call_module" and node.target not in self.bodies:
                raise NotRunError("calls a module", f"calls the module self.{node.target}")
        for target, words in taken.items():
            constant = self._constants.get(target, ConstantWords(words))
            yield Need(f"{prefix}{target}", constant.words, constant.items, held=True)

    def is_output_token(self, place: int) -> bool:
        """Tell whether an output is an effect token."""
        return self._is_token("outputs", place)

    def _is_token(self, side: str, place: int) -> bool:
        kinds = self.record.facts.get(side)
        own = kinds.get(self.name) if isinstance(kinds, dict) else None
        return isinstance(own, list) and place < len(own) and own[place] == "token"

    @cached_property
    def _values(self) -> Mapping[str, ValueWords]:
        return read_values(self.texts.get("values", ""))

    @cached_property
    def _constants(self) -> Mapping[str, ConstantWords]:
        return read_constants(self.texts.get("constants", ""))


def list_graphs(record: Record) -> list[str]:
    """List the graphs of a record that no other graph holds."""
    names = [name.removesuffix(_CODE) for name in _list_code(record)]
    return [name for name in names if not any(name.startswith(f"{other}.") for other in names)]


def list_differing_graphs(old: Record, new: Record) -> list[str]:
    """List the outermost graphs that both records have and of which, or of a body, a text differs."""
    before = set(list_graphs(old))
    texts = [{artifact.name: artifact.text for artifact in record.artifacts} for record in (old, new)]
    changed = {name for name in texts[0].keys() | texts[1].keys() if texts[0].get(name) != texts[1].get(name)}
    return [
        name
        for name in list_graphs(new)
        if name in before and any(other.startswith(f"{name}.") for other in changed)
    ]


def _list_code(record: Record) -> Iterator[str]:
    return (artifact.name for artifact in record.artifacts if artifact.name.endswith(_CODE))
