"""The manual of the goldens' format: the reader that it prints reads every golden of this repository."""

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from hypothesis import given

from graph_goldens.goldens.format import Golden, render
from graph_goldens.goldens.reader import parse
from graph_goldens.graphs.contiguous_strides import drop_contiguous_strides
from graph_goldens.graphs.effect_lines import NodeEffects, read_effects, write_effects
from graph_goldens.graphs.module_chains import tell_modules_once
from graph_goldens.graphs.recorded_lines import read_provenance
from graph_goldens.graphs.respelling import spell_as_now
from graph_goldens.records import Outcome
from tests.goldens.test_format import goldens

REPOSITORY = Path(__file__).parents[1]
MANUAL = (REPOSITORY / "docs" / "golden-format.md").read_text(encoding="utf-8")


def read_by_the_manual() -> Callable[[str], dict[str, Any]]:
    (code,) = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["read_golden"]  # type: ignore[no-any-return]


READ = read_by_the_manual()


def demand_same(golden: Golden, text: str) -> None:
    read, record = READ(text), golden.record
    header = read["header"]
    assert (header["case"], header["path"], header["outcome"]) == (
        record.case,
        record.path,
        record.outcome.value,
    )
    assert header.get("source", "") == record.source
    assert header.get("because", "") == golden.because
    assert (int(header["rules"]), int(header["artifacts"])) == (record.rules, len(record.artifacts))
    assert read["reason"] == record.reason
    assert read["facts"] == record.facts
    assert read["artifacts"] == [(each.name, each.text) for each in record.artifacts]


def test_its_reader_reads_the_goldens_of_this_repository() -> None:
    files = sorted((REPOSITORY / "snapshots").rglob("*.md"))
    assert len(files) >= 900
    for file in files[::7]:
        data = file.read_bytes()
        demand_same(parse(data), data.decode())


@given(goldens)
def test_its_reader_reads_whatever_is_written(golden: Golden) -> None:
    demand_same(golden, render(golden).decode())


def test_it_names_each_outcome() -> None:
    assert [outcome.value for outcome in Outcome if f"`{outcome.value}`" not in MANUAL] == []


def read_section(title: str) -> str:
    """A section of the manual, up to the next heading."""
    return re.split(r"^##+ ", MANUAL.partition(f"### {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_its_effects_read_back_and_each_verb_has_a_row() -> None:
    section = read_section("`.effects`")
    (example,) = re.findall(r"```text\n(.*?)\n```", section, re.DOTALL)
    assert write_effects(read_effects(example)) == example
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert rows == [field.name for field in fields(NodeEffects)]


def test_the_chain_of_modules_that_it_shows_reads_back_in_full() -> None:
    example = re.findall(r"```text\n(.*?)\n```", read_section("`.provenance`"), re.DOTALL)[-1]
    assert tell_modules_once(example) == example
    told = read_provenance(example)
    assert told["add"] == told["mul"] == told["linear"]
    assert told["relu"]["module"].startswith(f"{told['sin']['module']} > act ")


def test_the_values_that_it_shows_leave_out_the_strides_that_sizes_tell() -> None:
    values = re.findall(r"^\| `(\w+\[[^`]*)` \|", read_section("`.values`"), re.MULTILINE)
    assert len(values) == 4
    assert [drop_contiguous_strides(value) for value in values] == values


def test_the_lines_of_goldens_have_the_forms_that_it_tells() -> None:
    parts = re.findall(r"^\| `(\w+) [^`]+` \|", read_section("`.provenance`"), re.MULTILINE)
    forms = {
        ".provenance": rf"%\S+(?:, %\S+)*: (?:{'|'.join(parts)}) .+",
        ".ranges": r"[a-z]+\d+(?: [-+*/] .+)? in \[\S+, \S+\]|\d+\*.+ in \[\S+, \S+\]",
        ".constants": r"self\.\S+ : (?:script object \S+|Generator|(?:parameter )?\w+\[[^\]]*\] .+)",
    }
    unlike = [
        (file.name, line)
        for file in sorted((REPOSITORY / "snapshots").rglob("*.md"))[::7]
        for name, text in READ(file.read_bytes().decode())["artifacts"]
        for end, form in forms.items()
        if name.endswith(end)
        for line in text.split("\n")
        if not re.fullmatch(form, line)
    ]
    assert unlike == []


def test_the_goldens_of_this_repository_say_nothing_twice() -> None:
    for file in sorted((REPOSITORY / "snapshots").rglob("*.md"))[::7]:
        record = parse(file.read_bytes()).record
        assert spell_as_now(record) == record, file
