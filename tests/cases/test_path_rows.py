"""Each tracing path is one row, and what its row names is there."""

import ast
from pathlib import Path

import pytest

import graph_goldens
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS, PathRow, WarmUp, find_stage

TRACING = Path(graph_goldens.__file__).parent / "capture" / "tracing"  # importing it takes torch


@pytest.mark.parametrize("row", PATH_ROWS.values(), ids=list(PATH_ROWS))
def test_a_row_names_a_public_function_that_takes_a_tracing(row: PathRow) -> None:
    module, _, name = row.function.partition(":")
    tree = ast.parse((TRACING / f"{module}.py").read_text())
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    assert [ast.unparse(each.annotation or each) for each in function.args.args] == ["Tracing"]
    assert ast.get_docstring(function)
    assert row.name.replace("-", "_") == name
    assert row.seconds > 0


def test_no_other_function_of_these_modules_is_a_tracing_path_without_a_row() -> None:
    known = {row.function for row in PATH_ROWS.values()}
    for module in {row.function.partition(":")[0] for row in PATH_ROWS.values()}:
        for node in ast.parse((TRACING / f"{module}.py").read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                takes = [ast.unparse(each.annotation or each) for each in node.args.args]
                assert takes != ["Tracing"] or f"{module}:{node.name}" in known


def test_every_path_has_a_stage_and_what_has_no_program_needs_none() -> None:
    assert {find_stage(path) for path in PATH_ROWS} == set(WarmUp)
    assert find_stage(FACTS_PATH) is WarmUp.QUICK
