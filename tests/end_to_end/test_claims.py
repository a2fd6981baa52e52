"""Claims about graphs: one that is broken, or that nothing answers, ends a check with a code of its own."""

import pytest

from tests.end_to_end.example import Example, make_example

MODULE = """
import torch
from graph_goldens import Case, Contains, Count, Inputs, Lacks, NoBreaks, case

PATHS = ("export", "compile-eager")


def program(x):
    return torch.relu(torch.sin(x) + x)


@case
def fused() -> Case:
    claims = [
        Contains("%x: placeholder -> aten.sin -> aten.add{%x} -> aten.relu", paths=("export",)),
        Lacks("aten.mul"),
        Count("aten.sin", 1, graph="program", paths=("exp*",)),
        Inputs(1),
        NoBreaks(),
    ]
    return Case(program, args=(torch.ones(2),), paths=PATHS, claims=claims)
"""
BROKEN = MODULE.replace('Lacks("aten.mul")', 'Lacks("aten.sin", graph="program")')
UNANSWERED = MODULE.replace('Lacks("aten.mul")', 'Lacks("aten.mul", graph="progam")')
UNREADABLE = MODULE.replace('Lacks("aten.mul")', 'Lacks("aten.mul ->")')


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = make_example(tmp_path_factory.mktemp("claims"), {"small/fusion.py": MODULE})
    example.run_here("update", code=0)
    return example


def test_claims_that_hold_let_a_record_be_accepted_and_a_check_end_well(project: Example) -> None:
    project.run_here("check", code=0)


def test_a_broken_claim_ends_a_check_with_its_own_code_and_says_what_is_there_instead(
    project: Example,
) -> None:
    project.write({"cases/small/fusion.py": BROKEN})
    checked = project.run_here("check", code=6)
    assert "claimed no `aten.sin` in program, but 1 in program" in checked.output
    assert "1 breaks a claim of its case" in checked.output
    refused = project.run_here("update", "--path", "export", code=6)
    assert "wrote" not in refused.output


def test_a_claim_that_no_record_answers_is_broken_but_only_where_all_were_asked(project: Example) -> None:
    project.write({"cases/small/fusion.py": UNANSWERED})
    checked = project.run_here("check", code=6)
    assert "claimed no `aten.mul` in progam, which no record of the case answers" in checked.output
    project.run_here("check", "--path", "export", code=0)


def test_a_pattern_that_cannot_be_read_is_the_mistake_of_its_case_and_names_the_column(
    project: Example,
) -> None:
    project.write({"cases/small/fusion.py": UNREADABLE})
    checked = project.run_here("check", code=2)
    assert "column 12 of the pattern `aten.mul ->`" in checked.output


OWN = """
import torch
from graph_goldens import Case, Contains, Count, Tracing, case, tracing_path


@tracing_path(after="export")
def fused(tracing: Tracing) -> None:
    "The program, exported, under a name of ours."
    tracing.graph("mine", tracing.export().graph_module)


@case
def doubled() -> Case:
    claims = [
        Contains("aten.add -> output", graph="mine", paths=("fus*",)),
        Count("aten.mul", 1, graph="mine", paths=("fused",)),
    ]
    return Case(lambda x: x + x, args=(torch.ones(2),), paths=("fused",), claims=claims)
"""


def test_claims_and_searches_know_a_project_s_own_tracing_paths_and_graphs(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    example = make_example(tmp_path_factory.mktemp("own"), {"small/own.py": OWN})
    checked = example.run_here("check", code=6)
    assert "claimed 1 × `aten.mul` in mine, but there are 0" in checked.output
    example.write({"cases/small/own.py": OWN.replace('Count("aten.mul", 1', 'Count("aten.mul", 0')})
    example.run_here("update", code=0)
    example.run_here("claims", "--path", "fused", code=0)
    found = example.run_here("find", "aten.add", "--path", "fused", code=0)
    assert "mine  %add" in found.output
