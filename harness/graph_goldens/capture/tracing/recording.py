"""What one capture has recorded so far: normalised texts, and facts."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NoReturn

from torch.fx import GraphModule

from graph_goldens.capture.normalise.rules import ANY_TEXT, normalise
from graph_goldens.capture.tracing.frame_symbols import find_bindings_of_symbols, find_graph_symbols
from graph_goldens.capture.tracing.graph_text import (
    find_bindings,
    name_input_kinds,
    name_output_kinds,
    render_graph,
)
from graph_goldens.capture.tracing.said_beside import render_beside
from graph_goldens.capture.tracing.stable_errors import HarnessError, PathError, stabilise_message
from graph_goldens.cases.path_rows import ANY_FACTS
from graph_goldens.cases.text_rules import RULE_MARK, TextKind, explain_rule, is_rule
from graph_goldens.records import Artifact, Json

TextRule = Callable[[str], str]

GRAPH_KINDS = frozenset(("code", "graph", "values", "effects", "constants", "provenance"))
"""The kinds of the texts of a graph, which no other text may have."""

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")


class Recording:
    """Where a tracing path puts what it got.

    Attributes:
        artifacts: normalised texts so far.
        facts: facts so far.
        symbols: the words so far that are symbols.
        graphs: how many graphs were recorded so far.
        fault: what the harness itself failed at so far; else empty.
        mistake: what whoever wrote the tracing path got wrong so far; else empty.
    """

    def __init__(self) -> None:
        self.artifacts: list[Artifact] = []
        self.facts: dict[str, Json] = {}
        self.symbols: set[str] = set()
        self.graphs = 0
        self.fault = ""
        self.mistake = ""

    @contextmanager
    def blame_harness(self, what: str) -> Iterator[None]:
        """Note that what fails inside is a fault of the harness, whoever catches it on the way out."""
        try:
            yield
        except PathError:
            raise
        except Exception as error:
            self.fault = self.fault or f"{what}: {stabilise_message(error)}"
            raise HarnessError(self.fault) from error

    def blame_author(self, mistake: str) -> NoReturn:
        """Note a mistake of whoever wrote the tracing path, whoever catches it on the way out.

        Raises:
            PathError: always.
        """
        self.mistake = self.mistake or mistake
        raise PathError(mistake)

    def graph(
        self,
        name: str,
        graph_module: GraphModule,
        tokens: Collection[str] = (),
        constants: Mapping[str, Any] = MappingProxyType({}),
        rules: Sequence[TextRule] = (),
    ) -> None:
        """Record a captured graph and the bodies of its higher-order operators, as text, at once.

        Args:
            name: what the graph is called in the record.
            graph_module: the graph.
            tokens: names of its inputs and outputs that are effect tokens.
            constants: what its program keeps beside it, by name.
            rules: own normalisation rules that are applied to each of its texts, in order.

        Raises:
            PathError: it is no graph, or its name is none, or is that of an earlier one.
        """
        if not isinstance(graph_module, GraphModule):
            self.blame_author(f"the graph {name!r} is of type {type(graph_module).__name__}, not GraphModule")
        if isinstance(name, str) and "." in name:
            self.blame_author(f"the graph {name!r} has a dot in its name; dots are for its bodies")
        self._demand_new(name, f"{name}.code", "graph")
        with self.blame_harness(f"rendering {name}"):
            rendered = self._render(name, graph_module, tokens, constants)
        texts = (
            [Artifact(each.name, self._apply(rules, each.text)) for each in rendered] if rules else rendered
        )
        self.artifacts.extend(texts)

    def _demand_new(self, name: str, artifact: str, what: str) -> None:
        """Refuse what cannot name a text of a record, or names one already."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.blame_author(
                f"{name!r} cannot name a {what}: a name is of letters, digits, _ and -, with dots between"
            )
        if any(each.name == artifact for each in self.artifacts):
            self.blame_author(f"it records two {what}s of one name, {name!r}")

    def _render(
        self, name: str, graph_module: GraphModule, tokens: Collection[str], constants: Mapping[str, Any]
    ) -> list[Artifact]:
        self.graphs += 1
        self._note(name, "inputs", name_input_kinds(graph_module, tokens))
        self._note(name, "outputs", name_output_kinds(graph_module, tokens))
        self._note(
            name, "unbacked", [found for node in graph_module.graph.nodes for found in find_bindings(node)]
        )
        self._note(name, "symbols", find_bindings_of_symbols(graph_module))
        self.symbols |= find_graph_symbols(graph_module)
        beside = render_beside(graph_module, self._name_inputs(), constants)
        return list(render_graph(name, graph_module, beside))

    def _name_inputs(self) -> dict[str, Any]:
        """Find the case's inputs by the names that the program has for them; none where nothing is known."""
        return {}

    def _note(self, name: str, fact: str, values: list[Json] | dict[str, Json]) -> None:
        """Record a fact of one graph: under the fact's name, by graph."""
        if values:
            of_graphs = self.facts.setdefault(fact, {})
            assert isinstance(of_graphs, dict)
            of_graphs[name] = values

    def text(
        self, name: str, text: str, kind: TextKind | None = None, *, rules: Sequence[TextRule] = ()
    ) -> None:
        """Record another text, where there is one.

        Args:
            name: what it is called in the record; what is behind its last dot is its kind, which is `text`
                where there is no dot.
            text: the text; of an empty one nothing is recorded.
            kind: an own kind, whose name is put behind a dot to that of the text.
            rules: own normalisation rules, applied in order after those of the kind and before those of all.

        Raises:
            PathError: it is no text, or its name is none, or is that of an earlier one.
        """
        if not isinstance(text, str):
            self.blame_author(f"the text {name!r} is of type {type(text).__name__}, not str")
        if kind or (isinstance(name, str) and "." not in name):
            name = f"{name}.{kind.name if kind else 'text'}"
        self._demand_new(name, name, "text")
        if name.rpartition(".")[2] in GRAPH_KINDS:
            self.blame_author(
                f"the text {name!r} is called as texts of graphs are; give it another last part"
            )
        if text:
            own = [*(kind.rules if kind else ()), *rules]
            self.artifacts.append(Artifact(name, normalise(self._apply(own, text), ANY_TEXT)))

    def _apply(self, rules: Sequence[TextRule], text: str) -> str:
        """Apply own normalisation rules whose examples hold."""
        for rule in rules:
            if not is_rule(rule):
                name = getattr(rule, "__name__", repr(rule))
                self.blame_author(
                    f'{name} is no rule: write @text_rule(example=("before", "after")) above it'
                )
            if why := explain_rule(rule):
                self.blame_author(f"the text rule {getattr(rule, RULE_MARK).name} cannot be used: {why}")
            text = rule(text)
        return text

    def fact(self, name: str, value: Json) -> None:
        """Record a fact; of several of one name the last holds.

        Raises:
            PathError: its value is no JSON, or its name is that of a fact that every path records.
        """
        if not isinstance(name, str) or name in ANY_FACTS:
            self.blame_author(f"{name!r} cannot name a fact of its own")
        if word := find_no_json(value):
            self.blame_author(f"the fact {name!r} is {word}, which is no JSON")
        self.facts[name] = value


def find_no_json(value: object) -> str:
    """Name the type of a value that is no JSON; empty where it is."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return ""
