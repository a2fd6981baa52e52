"""An interpreter that has a PyTorch serves every command, named by an option or by the settings."""

from pathlib import Path

from tests.end_to_end.example import REPOSITORY, Example, make_alone

PYTHON = str(REPOSITORY / ".goldens" / "envs" / "torch-2.13.0" / "bin" / "python")
CASE = """
import torch
from graph_goldens import Case, case

@case
def doubled() -> Case:
    return Case(lambda x: x + x, args=(torch.ones(2),), paths=("make-fx-real",))
"""
TEST = "def test_record(golden_record, golden_snapshot):\n    assert golden_record == golden_snapshot\n"


def make_project(root: Path, settings: str = "") -> Example:
    return make_alone(root, {"p/sums.py": CASE}, settings)


def test_every_command_takes_an_interpreter(tmp_path: Path) -> None:
    example = make_project(tmp_path).write({"test_it.py": TEST})
    assert "p/doubled" in example.run("list", "--python", PYTHON, code=0).output
    updated = example.run("update", "--python", PYTHON, code=0)
    assert "wrote 1 golden" in updated.output
    assert "making the environment" not in updated.errors
    assert "✓ 1 the same" in example.run("check", "--python", PYTHON, code=0).output
    ended = example.pytest("test_it.py", f"--goldens-python={PYTHON}")
    assert "1 passed" in ended.output, ended.output + ended.errors
    example.write({"cases/p/sums.py": CASE.replace("def doubled", "def twice")})
    assert "p/doubled" in example.run("prune", "--python", PYTHON, "--yes", code=0).output
    assert example.goldens() == {}


def test_the_settings_may_name_it(tmp_path: Path) -> None:
    example = make_project(tmp_path, f'python = "{PYTHON}"\n')
    shown = example.run("check", "--json", code=4).json
    assert [each["case"] for each in shown["records"]] == ["p/doubled"]
    assert "p/doubled" in example.run("list", code=0).output
