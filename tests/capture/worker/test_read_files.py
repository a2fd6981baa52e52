"""What was read is listed whatever modules a program or PyTorch took away."""

from pathlib import Path

from tests.end_to_end.example import make_alone

CASES = """
import sys
from pathlib import Path

import torch

from graph_goldens import Case, case

sys.path.insert(0, str(Path(__file__).with_name("below")))
import taken_away.inner

del sys.modules["taken_away"]


@case
def good() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("make-fx-real",))
"""


def test_a_package_below_one_that_was_taken_away_stops_no_worker(tmp_path: Path) -> None:
    """As `triton.backends` of PyTorch 2.4, whose path is looked up in a module that is gone."""
    example = make_alone(
        tmp_path, {"p/some.py": CASES, "p/below/taken_away/inner/data.txt": "a folder without a module\n"}
    )
    assert "no golden p/good · make-fx-real" in example.run("check", code=4).output
