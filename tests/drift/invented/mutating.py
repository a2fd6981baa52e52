"""How texts of goldens of now are changed, as they lie in the repository."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph_goldens.records import Json, Outcome, Record
from tests.drift.labelled.records import Mutation, combine, text_of, with_facts, with_text
from tests.drift.labelled.versions import resolve

VERSION = "2.15.0"
EXPORT = ("non_strict_export_methods", "export")
AOT = ("compile_body_aliasing_contents", "compile-aot-eager")
UNBACKED = ("custom_obj_unbacked_symint", "export")
WRAPPED = ("compile_obj_as_hop_input", "compile-dynamic")
LIFTED = ("safe_to_trace_with_real", "export")
AUTOCAST = ("compile_obj_torchbind_op_with_autocast", "make-fx-pre-dispatch")
INDUCTOR = ("compile_obj_torchbind_op_with_autocast", "compile-inductor")
BREAKS = ("compile_obj_graph_breaks", "compile-eager")
FAILED = ("compile_error_on_script_obj_setattr", "export")
FETCHED_TWICE = ("torchbind_alias", "make-fx-symbolic")
PARAMETERS = ("non_strict_export_methods", "aot-inference")

METADATA = ("compile_obj_torchbind_op_with_autocast", "aot-inference")

CODES, TABLES, VALUES = ".code", ".graph", ".values"


@dataclass(frozen=True)
class Invented:
    """A mutation of a golden: what was done, of which one, and what does it."""

    name: str
    of: tuple[str, str]
    mutation: Mutation

    @property
    def golden(self) -> Record:
        return resolve(*self.of, VERSION)

    @property
    def record(self) -> Record:
        changed = self.mutation(self.golden)
        assert changed != self.golden, f"{self.name} changes nothing"
        return changed


def retext(change: Callable[[str], str], *kinds: str) -> Mutation:
    """Change every text of some kinds, or every text."""

    def mutation(record: Record) -> Record:
        for artifact in record.artifacts:
            if not kinds or artifact.name.endswith(kinds):
                record = with_text(record, artifact.name, change(artifact.text))
        return record

    return mutation


def say(old: str, new: str, *kinds: str, at_most: int = -1) -> Mutation:
    """Say another text instead of one."""
    return retext(lambda text: text.replace(old, new, at_most), *kinds)


def swap(one: str, other: str, *kinds: str) -> Mutation:
    """Exchange two texts, wherever they stand as words."""
    pattern = re.compile(rf"(?<![\w.])(?:{re.escape(one)}|{re.escape(other)})(?![\w.])")
    return retext(lambda text: pattern.sub(lambda match: other if match[0] == one else one, text), *kinds)


def call(old: str, new: str, old_code: str = "", new_code: str = "") -> Mutation:
    """Call with other arguments, in the graph string and in the code."""
    return combine(say(old, new, TABLES), say(old_code or old, new_code or new, CODES))


def drop_lines(start: str, *kinds: str) -> Mutation:
    def change(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(start))

    return retext(change, *kinds)


def drop_node(name: str) -> Mutation:
    """Take out a node that nothing uses, in every text that tells of it."""
    told = (TABLES, VALUES, ".effects", ".provenance")
    return combine(
        drop_lines(f"%{name} ", *told), drop_lines(f"%{name}:", *told), drop_lines(f"{name} =", CODES)
    )


def exchange_lines(one: str, other: str) -> Mutation:
    """Let two nodes stand in each other's place, in every text that lists nodes."""

    def change(text: str) -> str:
        lines = text.split("\n")
        found = [list(_find_lines(lines, name)) for name in (one, other)]
        if len(found[0]) == len(found[1]):
            for first, second in zip(*found, strict=True):
                lines[first], lines[second] = lines[second], lines[first]
        return "\n".join(lines)

    return retext(change, TABLES, CODES, VALUES, ".effects", ".provenance")


def _find_lines(lines: list[str], name: str) -> Iterator[int]:
    pattern = re.compile(rf"\s*(?:%{name}(?: :|:)|{name} = )")
    return (at for at, line in enumerate(lines) if pattern.match(line))


def state(**facts: Json) -> Mutation:
    return lambda record: with_facts(record, **facts)


def restate(old: str, new: str) -> Mutation:
    """Say another text within the facts."""

    def mutation(record: Record) -> Record:
        told: Mapping[str, Json] = json.loads(json.dumps(dict(record.facts)).replace(old, new))
        return replace(record, facts=told)

    return mutation


def fail(change: Callable[[str], str]) -> Mutation:
    """Say why a capture failed in another way."""
    return lambda record: replace(record, reason=change(record.reason))


def reword(old: str, new: str) -> Mutation:
    return fail(lambda reason: reason.replace(old, new))


def _end(outcome: Outcome) -> Mutation:
    return lambda record: replace(record, outcome=outcome)


def add_line(line: str, kind: str) -> Mutation:
    return retext(lambda text: f"{text}\n{line}", kind)


def _respace(record: Record) -> Record:
    name = next(each.name for each in record.artifacts if each.name.endswith(CODES))
    return with_text(record, name, text_of(record, name).replace(", ", ",  ").replace("    ", "  "))


def _exchange_inputs(text: str) -> str:
    """Let a body take its second number before its first."""
    lines = text.split("\n")
    at = next((at for at, line in enumerate(lines) if line.lstrip().startswith("%s0 ")), -1)
    if at >= 0:
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return "\n".join(lines).replace(
        "s0 : torch.SymInt, s1 : torch.SymInt", "s1 : torch.SymInt, s0 : torch.SymInt"
    )


PUSHED = "queue_push.default"
