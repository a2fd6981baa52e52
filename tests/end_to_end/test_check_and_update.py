"""From a first golden to a drift and its acceptance, by the real command."""

import re

import pytest

from tests.end_to_end.example import Example, make_alone

SHAPES = """
import torch

from graph_goldens import Case, Fact, case


class Double(torch.nn.Module):
    def forward(self, x):
        return x + x


@case
def double() -> Case:
    return Case(Double(), args=(torch.ones(2, 3),), claims=(Fact("same_as_eager", True, paths=("export",)),))


@case
def flat() -> Case:
    return Case(lambda x: x.view(-1), args=(torch.ones(2, 3),), paths=("make-fx-fake", "export"))


@case
def facts() -> Case:
    return Case(None, observe=lambda: {"one": 1})
"""


LOADED = """
import sys

from graph_goldens import Case, case


@case
def loaded() -> Case:
    return Case(
        lambda x: x,
        args=(1.0,),
        observe=lambda: {"inductor": "torch._inductor.compile_fx" in sys.modules},
        paths=("symbolic-trace", "compile-inductor"),
    )
"""

RECORDS_TEST = """
def test_record(golden_record, golden_snapshot):
    assert golden_record == golden_snapshot
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project whose goldens were written once, by a command that said so."""
    example = make_alone(tmp_path_factory.mktemp("project"), {"shapes/views.py": SHAPES})
    first = example.run("check", "--path", "make-fx-fake", code=4)
    assert "no golden" in first.output
    assert example.goldens() == {}
    written = example.run("update", code=0)
    assert "wrote 21 goldens" in written.output
    return example.keep()


@pytest.fixture
def accepted(original: Example) -> Example:
    return original.restored()


def test_what_was_accepted_is_the_same_when_it_is_checked(accepted: Example) -> None:
    ended = accepted.run("check", code=0)
    assert "3 cases by up to 18 tracing paths: 21 records" in ended.output
    assert "✓ 21 the same as their goldens" in ended.output


def test_updating_again_changes_no_byte(accepted: Example) -> None:
    before = accepted.goldens()
    times = [file.stat().st_mtime_ns for file in sorted(accepted.root.rglob("*.md"))]
    ended = accepted.run("update", code=0)
    assert accepted.goldens() == before
    assert [file.stat().st_mtime_ns for file in sorted(accepted.root.rglob("*.md"))] == times
    assert "wrote" not in ended.output


def test_a_capture_waits_for_nothing_that_its_path_does_not_need(accepted: Example) -> None:
    accepted.write({"cases/shapes/loaded.py": LOADED})
    accepted.run("update", "loaded", code=0)
    for path, inductor in (("symbolic-trace", False), ("compile-inductor", True)):
        shown = accepted.run("show", "shapes/loaded", "--path", path, "--json", code=0).json
        assert shown["facts"]["after_tracing"] == {"inductor": inductor}


def test_a_golden_reads_as_the_issue_says(accepted: Example) -> None:
    shown = accepted.run("show", "shapes/double", "--path", "export", "--json", code=0).json
    assert (shown["case"], shown["path"], shown["torch"], shown["outcome"]) == (
        "shapes/double",
        "export",
        "2.13.0",
        "graphs",
    )
    assert shown["facts"]["same_as_eager"] is True
    assert shown["artifacts"]["program.code"] == (
        "def forward(self, x):\n    add = torch.ops.aten.add.Tensor(x, x)\n    return (add,)"
    )
    assert {"program.graph", "module.code", "module.graph"} <= set(shown["artifacts"])
    assert "add = torch.ops.aten.add.Tensor(x, x)" in accepted.run("show", "double", code=0).output


def test_cases_are_listed_with_where_they_are_written(accepted: Example) -> None:
    rows = accepted.run("list", "--json", code=0).json
    assert [(row["case"], row["file"], len(row["paths"])) for row in rows] == [
        ("shapes/double", "shapes/views.py", 18),
        ("shapes/flat", "shapes/views.py", 2),
        ("shapes/facts", "shapes/views.py", 1),
    ]
    lines = accepted.run("list", code=0).output.splitlines()
    assert re.search(r"shapes/flat +shapes/views\.py:\d+ +2 *$", "\n".join(lines), re.MULTILINE)
    assert lines[-1] == "3 cases"


def test_a_drift_is_explained_and_the_command_that_it_prints_accepts_it(accepted: Example) -> None:
    accepted.write({"cases/shapes/views.py": SHAPES.replace("x + x", "x * x")})
    before = accepted.goldens()
    ended = accepted.run("check", "double", "--path", "export", code=1)
    assert "shapes/double · export" in ended.output
    assert "✗ 1 drifted in 1 cluster (" in ended.output
    assert "- add = torch.ops.aten.add.Tensor(x, x)" in ended.output
    assert "+ mul = torch.ops.aten.mul.Tensor(x, x)" in ended.output
    assert accepted.goldens() == before

    command = next(line for line in ended.output.splitlines() if "accept: goldens" in line)
    arguments = command.partition("goldens ")[2].replace('"…"', "squared").split()
    accepting = accepted.run(*arguments, code=0)
    assert "wrote 1 golden" in accepting.output
    changed = {name for name, data in accepted.goldens().items() if before[name] != data}
    assert changed == {"snapshots/torch-2.13.0/shapes/double/export.md"}
    assert "- because: squared" in accepted.golden("shapes/double", "export").read_text()
    accepted.run("check", "double", "--path", "export", code=0)


def test_a_program_reads_the_result_of_a_check(accepted: Example) -> None:
    accepted.write({"cases/shapes/views.py": SHAPES.replace("view(-1)", "view(3, 2)")})
    result = accepted.run("check", "flat", "--path", "make-fx-fake", "--json", code=1).json
    (record,) = result["records"]
    assert (record["case"], record["finding"], record["drift"]["severity"]) == (
        "shapes/flat",
        "drifted",
        "semantic",
    )
    assert (result["exit_code"], result["cases"]) == (1, 1)


def test_goldens_of_cases_that_are_gone_are_unused_and_only_prune_deletes_them(accepted: Example) -> None:
    gone = SHAPES[: SHAPES.index("@case\ndef facts")]
    accepted.write({"cases/shapes/views.py": gone})
    before = accepted.goldens()
    ended = accepted.run("check", code=4)
    assert "unused golden snapshots/torch-2.13.0/shapes/facts/facts.md" in ended.output
    accepted.run("check", "shapes", code=0)
    accepted.run("update", code=4)
    assert accepted.goldens() == before
    assert "deleted 1 golden" in accepted.run("prune", "--yes", code=0).output
    again = accepted.run("prune", "--yes", code=0).output
    assert again == "every golden is of a case; there is nothing to prune\n"
    assert accepted.goldens() == {name: data for name, data in before.items() if "/facts/" not in name}


def test_pytest_users_get_the_same(accepted: Example) -> None:
    accepted.write(
        {
            "test_goldens.py": RECORDS_TEST,
            "cases/shapes/views.py": SHAPES.replace("x + x", "x * x"),
        }
    )
    before = accepted.goldens()
    ended = accepted.pytest("-k", "make-fx-fake")
    assert "1 failed, 1 passed, 19 deselected" in ended.output
    assert "mul = torch.ops.aten.mul.Tensor" in ended.output
    assert accepted.goldens() == before
    updated = accepted.pytest("-k", "make-fx-fake", "--snapshot-update")
    assert "2 passed, 19 deselected" in updated.output
    assert len(accepted.goldens()) == len(before)
    assert "2 passed, 19 deselected" in accepted.pytest("-k", "make-fx-fake").output
