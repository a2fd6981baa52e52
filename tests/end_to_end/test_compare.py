"""Two builds are compared in a terminal and in every format of reports, and nothing is written."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import PackEnvironment, Run, write_run
from tests.end_to_end.example import Example, make_example

HEAD = "graph():\n    %x : [num_users=1] = placeholder[target=x]\n"
CALL = (
    "    %y : [num_users=1] = call_function[target=torch.ops.aten.{}.default](args = (%x,), kwargs = {{}})\n"
)
TAIL = "    return (y,)"
BEFORE, AFTER = "before.jsonl", "after.jsonl"
RUNS = ("compare", "--run", BEFORE, "--run", AFTER)


def write_build(
    file: Path, torch: str, operators: dict[str, str], packs: tuple[PackEnvironment, ...] = ()
) -> None:
    """Write the run of a build: for each case what its program calls."""
    texts = {case: HEAD + CALL.format(operator) + TAIL for case, operator in operators.items()}
    records = [
        Record(f"small/{case}", "export", Outcome.GRAPHS, artifacts=(Artifact("program.graph", text),))
        for case, text in texts.items()
    ]
    environment = {"torch": torch, "python": "3.11.7", "platform": "Linux-x86_64"}
    captures = {record.key: Capture(record) for record in records}
    write_run(Run(environment, captures, complete=True, packs=packs), file)


@pytest.fixture
def project(tmp_path: Path) -> Example:
    example = make_example(tmp_path, {"small/cases.py": ""})
    example.write({"pyproject.toml": '[tool.goldens]\nworking = ".goldens"\n'})
    write_build(tmp_path / BEFORE, "2.14.1+cpu", {"same": "relu", "changed": "relu", "gone": "relu"})
    write_build(tmp_path / AFTER, "2.15.0+cpu", {"same": "relu", "changed": "gelu", "new": "relu"})
    return example


def test_what_differs_is_shown_by_cluster_with_what_only_one_build_gives(project: Example) -> None:
    found = project.run(*RUNS, code=1)
    assert "1 the same, 1 drifted: operators 1" in found.output
    assert "aten.gelu" in found.output
    assert "small/new · export  new: only under 2.15.0" in found.output
    assert "small/gone · export  gone: only under 2.14.1" in found.output
    assert "goldens accept" not in found.output
    assert sorted(each.name for each in project.root.iterdir()) == [AFTER, BEFORE, "cases", "pyproject.toml"]


def test_a_selection_and_equal_builds_end_it_well(project: Example) -> None:
    project.run_here(*RUNS, "small/same", code=0)
    project.run_here("compare", "--run", BEFORE, "--run", BEFORE, code=0)
    project.run_here(*RUNS, "none/such", code=2)


def test_two_versions_of_a_package_are_named_beside_the_pytorch_that_they_share(project: Example) -> None:
    for file, version, operator in ((BEFORE, "0.8.1", "relu"), (AFTER, "0.8.2", "gelu")):
        packs = (PackEnvironment(packages=(f"einops=={version}", "numpy==2.4.6")),)
        write_build(project.root / file, "2.15.0+cpu", {"changed": operator}, packs)
    shown = project.run_here(*RUNS, code=1).output
    assert "before  torch 2.15.0+cpu · Python 3.11.7 · Linux-x86_64 · einops==0.8.1" in shown
    assert "after   torch 2.15.0+cpu · Python 3.11.7 · Linux-x86_64 · einops==0.8.2" in shown


def test_every_format_of_reports_tells_it(project: Example) -> None:
    (section,) = project.run_here(*RUNS, "--json", code=1).json["sections"]
    assert [item["case"] for item in section["drifts"]] == ["small/changed"]
    tree = ElementTree.fromstring(project.run_here(*RUNS, "--format", "junit", code=1).output)
    assert len(list(tree.iter("failure"))) == 3
    sarif = json.loads(project.run_here(*RUNS, "--format", "sarif", code=1).output)
    assert {each["level"] for each in sarif["runs"][0]["results"]} == {"error", "warning"}
    assert "::error" in project.run_here(*RUNS, "--format", "github", code=1).output
    assert "small/changed" in project.run_here(*RUNS, "--format", "markdown", code=1).output
    project.run_here(*RUNS, "--output", "page.html", code=1)
    assert "small/changed" in (project.root / "page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "two builds are compared, and 0 were given"),
        (("--torch", "2.13.0"), "two builds are compared, and 1 were given"),
        (("--run", BEFORE, "--torch", "2.13.0", "--wheel", "x.whl"), "and 3 were given"),
        (("--run", "none.jsonl", "--run", BEFORE), "none.jsonl cannot be read"),
        (("--with", "einops==0.8.1"), "give --with twice, and --torch at most once"),
        (("--with", "einops==0.8.1", "--with", "einops==0.8.2", "--run", BEFORE), "beside one PyTorch"),
        (("--with", "einops==0.8.1", "--with", "torch==2.13.0"), "about PyTorch, which --torch chooses"),
        (("--with", "einops==0.8.1", "--with", "numpy==2.3.1"), "and einops and numpy were given"),
    ],
)
def test_other_than_two_builds_are_refused(
    project: Example, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in project.run_here("compare", *arguments, code=2).errors
