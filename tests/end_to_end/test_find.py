"""Searching goldens by patterns and operators, and holding them against claims: no PyTorch is started."""

import json
from pathlib import Path

import pytest

from graph_goldens.goldens.format import Golden, render
from graph_goldens.records import Artifact, Outcome, Record
from tests.end_to_end.example import Example, make_example

HEAD = "graph():\n    %x : [num_users=1] = placeholder[target=x]\n"
TAIL = "    return (last,)"
MODULE = """
from graph_goldens import Case, Contains, Count, Lacks, case


@case
def fused() -> Case:
    return Case(len, claims=[Contains("aten.linear -> aten.relu", paths=("export", "my-path"))])
"""


def write_program(*operators: str) -> str:
    """A chain of operators, the last of which is returned."""
    lines, before = [], "x"
    for number, operator in enumerate(operators):
        name = "last" if number == len(operators) - 1 else f"n{number}"
        target = f"torch.ops.aten.{operator}.default"
        call = f"call_function[target={target}](args = (%{before},), kwargs = {{}})"
        lines.append(f"    %{name} : [num_users=1] = {call}\n")
        before = name
    return HEAD + "".join(lines) + TAIL


def write_golden(root: Path, version: str, key: tuple[str, str], text: str) -> None:
    record = Record(*key, Outcome.GRAPHS, artifacts=(Artifact("program.graph", text),))
    file = root / "snapshots" / f"torch-{version}" / key[0] / f"{key[1]}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(render(Golden(record)))


@pytest.fixture
def project(tmp_path: Path) -> Example:
    """A case by a built-in path and one of the project's own, whose relu 2.13.0 turns into a gelu."""
    example = make_example(tmp_path, {"small/fused.py": MODULE})
    settings = 'supported = ["2.12.1", "2.13.0"]\nworking = ".goldens"\n'
    example.write({"pyproject.toml": f"[tool.goldens]\n{settings}"})
    for path in ("export", "my-path"):
        write_golden(tmp_path, "2.12.1", ("small/fused", path), write_program("linear", "relu"))
    write_golden(tmp_path, "2.13.0", ("small/fused", "my-path"), write_program("linear", "gelu"))
    return example


def test_a_pattern_is_found_by_case_path_and_version_and_the_version_that_lost_it_is_told(
    project: Example,
) -> None:
    found = project.run("find", "aten.linear -> aten.relu", "--torch", "all", code=0)
    lines = [line.split() for line in found.output.splitlines()]
    assert ["export", "1", "1"] in lines
    assert ["my-path", "1", "·"] in lines
    assert "2.13.0 lost by 1 record\n    small/fused · my-path\n" in found.output
    again = project.run_here("find", "aten.linear -> aten.relu", "--torch", "all", code=0)
    assert again.output == found.output


def test_captures_are_shown_where_a_pattern_stands_and_json_tells_all(project: Example) -> None:
    found = project.run_here("find", "%x: placeholder -> aten.linear", "--path", "my-*", code=0)
    assert "program  %n0 (x = %x)" in found.output
    told = project.run_here("find", "aten.gelu", "--json", code=0).json
    assert told["found"] == [
        {
            "case": "small/fused",
            "path": "my-path",
            "torch": "2.13.0",
            "graph": "program",
            "node": "last",
            "captures": {},
            "file": str(project.root / "snapshots/torch-2.13.0/small/fused/my-path.md"),
        }
    ]


def test_what_occurs_nowhere_is_told_with_what_may_have_been_meant(project: Example) -> None:
    found = project.run_here("find", "aten.lineer -> aten.relu", code=0)
    hint = "aten.lineer occurs in no golden that was looked through; did you mean aten.linear?"
    assert hint in found.output.splitlines()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("find", "aten.linear ->"), "column 15 of the pattern"),
        (("find", "aten.linear", "--path", "exprot"), "'exprot' matches no tracing path"),
        (("find", "aten.linear", "none/such"), "'none/such' matches no case"),
        (("find", "aten.linear", "--torch", "x"), "'x' is not a PyTorch version"),
        (("operators", "--new-in", "2.12.1"), "no version before 2.12.1 is known"),
        (("operators", "--json", "--csv"), "give --json or --csv, not both"),
    ],
)
def test_a_slip_is_refused_in_one_sentence(
    project: Example, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in project.run_here(*arguments, code=2).errors


def test_operators_are_counted_by_path_and_version_and_new_ones_are_told(project: Example) -> None:
    every = project.run_here("operators", "--torch", "all", "--json", code=0).json
    assert [each["operator"] for each in every["operators"]] == [
        f"torch.ops.aten.{name}.default" for name in ("gelu", "linear", "relu")
    ]
    new = project.run_here("operators", "--new-in", "2.13.0", "--json", code=0).json
    assert new["operators"] == [
        {
            "operator": "torch.ops.aten.gelu.default",
            "kind": "call_function",
            "cases": {"2.13.0": {"my-path": ["small/fused"]}},
        }
    ]
    lines = project.run_here("operators", "--csv", code=0).output.splitlines()
    assert lines[0] == "operator,kind,torch,path,records,cases"
    assert "torch.ops.aten.gelu.default,call_function,2.13.0,my-path,1,small/fused" in lines
    assert "aten.gelu.default" in project.run_here("operators", code=0).output


def test_goldens_are_held_against_the_claims_that_are_written_out(project: Example) -> None:
    broken = project.run("claims", "--torch", "all", code=6)
    assert "my-path  2.13.0  claimed `aten.linear -> aten.relu`, but it stands nowhere" in broken.output
    project.run_here("claims", "--torch", "2.12.1", code=0)
    project.run_here("claims", "--path", "export", code=0)
    told = project.run_here("claims", "--json", code=6).json
    assert [(each["path"], each["versions"]) for each in told["broken"]] == [("my-path", ["2.13.0"])]


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ('Lacks("aten.mm", graph="progam")', "which no golden of the case answers"),
        ('Lacks("aten.mm", paths=("exprot",))', "by exprot, of which there is no golden"),
        ('Lacks("aten.mm", torch=">=9")', "for PyTorch >=9, of which there is no golden"),
        ('Count("aten.mm ->", 2)', "column 11 of the pattern `aten.mm ->`"),
    ],
)
def test_a_claim_that_could_never_fail_is_broken(project: Example, claim: str, problem: str) -> None:
    module = MODULE.replace('Contains("aten.linear -> aten.relu", paths=("export", "my-path"))', claim)
    project.write({"cases/small/fused.py": module})
    assert problem in project.run_here("claims", "--torch", "all", code=6).output


def test_a_damaged_index_is_made_anew_and_one_that_cannot_be_written_is_done_without(
    project: Example,
) -> None:
    first = project.run_here("find", "aten.relu", "--json", code=0).output
    index = project.root / ".goldens" / "index" / "goldens.sqlite"
    index.write_bytes(index.read_bytes()[:3000] + b"\xff" * 500)
    assert project.run_here("find", "aten.relu", "--json", code=0).output == first
    index.unlink()
    index.parent.rmdir()
    index.parent.write_text("a file")
    assert project.run_here("find", "aten.relu", "--json", code=0).output == first


def test_no_case_module_is_imported(project: Example) -> None:
    module = MODULE.replace("from graph_goldens", "raise SystemExit('imported')\nfrom graph_goldens", 1)
    project.write({"cases/small/fused.py": module})
    assert json.loads(project.run("claims", "--json", code=6).output)["goldens"] == 2
