import json
import re
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.goldens.format import (
    MOST_REPEATED,
    Golden,
    GoldenError,
    is_equal_but_for_reason,
    render,
)
from graph_goldens.goldens.reader import parse
from graph_goldens.records import Artifact, Outcome, Record, dump_record

CODE = "def forward(self, x):\n    add = x + 1\n    return (add,)\n"
RECORD = Record(
    case="torchbind/attribute",
    path="export",
    outcome=Outcome.GRAPHS,
    facts={"graphs": 2, "eager": {"how": "equal", "same": True}},
    artifacts=(Artifact("program.code", CODE), Artifact("program.graph", "graph():\n    %x = 1")),
    source="3f2a9c",
)
GOLDEN = Golden(RECORD, "2.9 calls `_guards_fn`")
TEXT = """\
# torchbind/attribute · export

- case: `torchbind/attribute`
- path: `export`
- rules: 1
- source: `3f2a9c`
- because: 2.9 calls `_guards_fn`
- outcome: graphs
- artifacts: 2

Facts:

```json
{
  "eager": {"how": "equal", "same": true},
  "graphs": 2
}
```

## program.code

```python
def forward(self, x):
    add = x + 1
    return (add,)

```

## program.graph

```text
graph():
    %x = 1
```
"""

pieces = st.sampled_from(
    [
        "\n", "\n\n", "\r", "\r\n", " ", "\t", "`", "```", "````\n", "\n```\n", "```json",
        "# x", "## facts", "---",
        "Facts:", "Reason:", "No graph was captured.", "- because: x", "\n- outcome: ",
        "<<<<<<< HEAD", "=======", ">>>>>>> b", "|||||||", '"', '`"', "\\", "\x00", "\x1b[31m",
        "\x85", "\u2028",
        "\u202e", "\ufeff", "é", "→", "🔥", "<script>", "&amp;", "{", "}", "null", "%x",
    ]
)  # fmt: skip
texts = st.one_of(st.text(max_size=20), st.lists(pieces, max_size=6).map("".join))
names = texts.filter(bool)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
records = st.builds(
    Record,
    case=names,
    path=names,
    outcome=st.sampled_from(Outcome),
    reason=texts,
    facts=st.dictionaries(texts, json_values, max_size=3),
    artifacts=st.lists(st.builds(Artifact, names, texts), max_size=3).map(tuple),
    source=texts,
    rules=st.integers(min_value=0),
)
suffixes = st.sampled_from(
    ["g.values", "h.values", "i.values", "h.provenance", "g.code", "h.code", "`.values"]
)
several_lines = st.sampled_from(["a\nb", "\n", "a\n```", "As `g.values`.\n", "As `g.values`.", "a"])
repeating = st.builds(
    lambda artifacts, rules: replace(RECORD, artifacts=tuple(artifacts), rules=rules),
    st.lists(st.builds(Artifact, suffixes, several_lines), max_size=6),
    st.integers(1, 4),
)
goldens = st.builds(Golden, records | repeating, texts)


def exactly(record: Record) -> str:
    """A record as text; unlike `==` it tells `1`, `1.0` and `true` apart."""
    return json.dumps(dump_record(record), sort_keys=True)


@given(goldens)
@example(Golden(replace(RECORD, artifacts=(Artifact("g.code", ""),))))
@example(Golden(replace(RECORD, artifacts=(Artifact("g.code", "\n"), Artifact("g.code", "\n\n")))))
def test_a_golden_reads_back_without_loss(golden: Golden) -> None:
    again = parse(render(golden))
    assert again == golden
    assert exactly(again.record) == exactly(golden.record)


@given(goldens)
def test_an_editor_that_ends_lines_its_own_way_or_a_merge_cannot_mistake_a_text(golden: Golden) -> None:
    lines = render(golden).decode().split("\n")
    assert not any(line.startswith(("<<<<<<<", "|||||||", "=======", ">>>>>>>")) for line in lines)
    assert not any(character in line for line in lines for character in "\r\x00\x1b\x85\u2028\u202e\ufeff")


@given(goldens, texts)
def test_the_reason_is_all_that_equal_records_may_differ_in(golden: Golden, because: str) -> None:
    other = replace(golden, because=because)
    assert is_equal_but_for_reason(render(golden), render(other))
    changed = replace(golden, record=replace(golden.record, reason=golden.record.reason + "x"))
    assert not is_equal_but_for_reason(render(golden), render(changed))


@given(goldens, st.data())
def test_no_cut_and_no_slip_goes_unnoticed(golden: Golden, data: Any) -> None:
    whole = render(golden)
    at = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(GoldenError):
        parse(whole[:at])
    slipped = whole[:at] + data.draw(st.sampled_from([b"", b" ", b"x", b"`", b"\n"])) + whole[at + 1 :]
    with suppress(GoldenError):
        assert render(parse(slipped)) == slipped


@given(st.binary(max_size=60) | texts.map(str.encode))
def test_anything_else_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(GoldenError, match=r"^export\.md: \S"):
        parse(data, "export.md")


def test_a_golden_reads_well_on_a_code_host() -> None:
    assert render(GOLDEN).decode() == TEXT


def test_an_error_without_a_graph_says_both_in_words() -> None:
    record = Record(
        "torchbind/none", "aot-joint", Outcome.ERROR, "RuntimeError: no python implementation is found"
    )
    assert (
        render(Golden(record))
        .decode()
        .endswith(
            "- outcome: error\n- artifacts: 0\n\nReason:\n\n"
            "```text\nRuntimeError: no python implementation is found\n```\n\nNo graph was captured.\n"
        )
    )


def test_the_fence_is_longer_than_any_run_of_backquotes_within() -> None:
    text = render(Golden(replace(RECORD, artifacts=(Artifact("g.graph", "a ```` b"),)))).decode()
    assert "`````text\na ```` b\n`````\n" in text


VALUES = "%x : float32[2] cpu\n%sin : float32[2] cpu"


def test_a_text_that_repeats_one_before_it_is_told_by_its_name_and_code_is_not() -> None:
    artifacts = tuple(
        Artifact(f"{graph}.{kind}", text)
        for graph in ("program", "module")
        for kind, text in (("code", CODE), ("values", VALUES), ("constants", "self.a : float32[] cpu = 1.0"))
    )
    record = replace(RECORD, artifacts=artifacts, rules=3)
    text = render(Golden(record)).decode()
    assert text.count("%sin : float32[2] cpu") == 1
    assert "## module.values\n\nAs `program.values`.\n\n## module.constants\n\n```text\nself.a" in text
    assert text.count("add = x + 1") == 2
    assert parse(text.encode()).record == record
    before = render(Golden(replace(record, rules=2)))
    assert b"As `" not in before
    assert parse(before).record == replace(record, rules=2)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            "As `module.values`.",
            "'module.values' is said to be as 'module.values', which does not stand before",
        ),
        ("As `program.code`.", "line 37 is not written as goldens are"),
        ("As program.values.", "line 35, '## module.values', is not a heading with a fenced block under it"),
    ],
)
def test_a_name_that_tells_no_such_text_is_refused(said: str, problem: str) -> None:
    artifacts = (
        Artifact("program.values", VALUES),
        Artifact("program.code", CODE),
        Artifact("module.values", VALUES),
    )
    text = render(Golden(replace(RECORD, artifacts=artifacts, rules=3))).decode()
    with pytest.raises(GoldenError, match=re.escape(problem)):
        parse(text.replace("As `program.values`.", said).encode())


def test_a_golden_may_not_repeat_its_texts_without_end() -> None:
    text = "a\n" * (1 << 20)
    artifacts = tuple(Artifact(f"g{at}.values", text) for at in range(40))
    golden = Golden(replace(RECORD, artifacts=artifacts, rules=3))
    data = render(golden)
    assert data.count(b"As `g0.values`.") == MOST_REPEATED // len(text)
    assert parse(data) == golden
    block = b"```text\n" + text.encode() + b"\n```"
    first, *others = data.split(block)
    with pytest.raises(GoldenError, match="it repeats more than 64 Mi characters of its own texts"):
        parse(first + block + b"As `g0.values`.".join(others))


def test_facts_stand_sorted_one_a_line_so_that_a_difference_of_one_is_one_line() -> None:
    shuffled = replace(RECORD, facts=dict(list(RECORD.facts.items())[::-1]))
    assert render(Golden(shuffled)) == render(Golden(RECORD))


@pytest.mark.parametrize(
    "nameless", [replace(RECORD, case=""), replace(RECORD, artifacts=(Artifact("", "x"),))]
)
def test_an_empty_name_cannot_be_written(nameless: Record) -> None:
    with pytest.raises(GoldenError, match="empty name"):
        render(Golden(nameless))


def edited(old: str, new: str) -> bytes:
    assert old in TEXT
    return TEXT.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            edited("    add", "<<<<<<< HEAD\n    add"),
            "line 24 is the conflict marker of a merge; keep one side",
        ),
        (edited("- rules", ">>>>>>> theirs\n- rules"), "line 5 is the conflict marker of a merge"),
        (
            edited("graphs\n", "grafs\n"),
            "the outcome 'grafs' is not one of graphs, texts, nothing captured, error",
        ),
        (edited("rules: 1", "rules: one"), "`rules` is 'one', which is not a whole number"),
        (edited("rules: 1", "rules: -1"), "`rules` is '-1', which is not a whole number"),
        (edited("rules: 1", "rules: ²"), "`rules` is '²', which is not a whole number"),
        (edited("artifacts: 2", "artifacts: 3"), "it holds 2 of 3 artifacts: the file is cut short"),
        (
            edited("artifacts: 2", "artifacts: 1"),
            "line 9 is not written as goldens are, which would be '- artifacts: 2'",
        ),
        (TEXT.encode()[:-8], "the file is cut short within 'program.graph'"),
        (TEXT.encode()[:-1], "the last line has no line end: the file is cut short"),
        (TEXT.encode()[:60], "`path` is missing: the file is cut short"),
        (b"", "`case` is missing: the file is cut short"),
        (TEXT.encode() + b"\n", "something follows the golden's end in line"),
        (TEXT.replace("\n", "\r\n").encode(), "line 1 holds a carriage return; tell git to keep line ends"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "line 1 is not written as goldens are"),
        (TEXT.encode().replace(b"x + 1", b"x \xff 1"), "line 24 is not UTF-8"),
        (edited('"graphs": 2', '"graphs": '), "it holds broken JSON"),
        (edited('"graphs": 2', '"graphs": 2, "graphs": 2'), "is not written as goldens are"),
        (re.sub(rb"\{.*?\n\}", b"[1]", TEXT.encode(), flags=re.DOTALL), "the facts are not a JSON object"),
        (edited("```text\ngraph():\n    %x = 1\n", "```json\n5\n"), "'5' is not a JSON string"),
        (edited("`3f2a9c`", '`"1" 2`'), "it holds broken JSON"),
        (edited("- path: `export`\n", ""), "`path` is missing: the header ends before line 9"),
        (edited("## program.graph\n", "## program.graph\nprose\n"), "is not a heading with a fenced block"),
    ],
)
def test_a_broken_golden_is_refused_with_what_is_wrong_and_where(data: bytes, problem: str) -> None:
    with pytest.raises(GoldenError) as caught:
        parse(data, "snapshots/export.md")
    assert str(caught.value).startswith("snapshots/export.md: ")
    assert problem in str(caught.value)


def test_a_broken_golden_is_the_person_s_to_mend() -> None:
    assert issubclass(GoldenError, UserError)


@pytest.mark.parametrize(
    "text",
    ["x = 1\n" * 100_000, "`" * 300_000, "```\n" * 100_000, "## a\n\n```text\n" * 50_000, "\r" * 200_000],
)
def test_a_long_golden_is_read_in_linear_time(text: str) -> None:
    data = render(Golden(replace(RECORD, artifacts=(Artifact("g.code", text),))))
    start = time.perf_counter()
    parse(data)
    assert time.perf_counter() - start < 5


def test_deeply_nested_facts_are_refused_and_do_not_end_the_program() -> None:
    with pytest.raises(GoldenError):
        parse(edited('"graphs": 2', '"graphs": ' + "[" * 100_000 + "]" * 100_000))
