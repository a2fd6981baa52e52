"""The case that the README shows first, taken from its text, does what the README says."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.example import REPOSITORY, Example, make_alone

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
(CASE,) = re.findall(r"```python\n(.*?def doubled\(.*?)```", README, re.DOTALL)
(COMMAND,) = re.findall(r"Then `goldens (update \w+)` records it by every tracing path", README)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return make_alone(tmp_path_factory.mktemp("project"), {"first/sums.py": CASE})


def test_the_case_is_recorded_by_every_tracing_path_and_is_the_same_afterwards(example: Example) -> None:
    written = example.run(*COMMAND.split(), code=0)
    assert "wrote 18 goldens" in written.output
    assert {Path(file).parent.as_posix() for file in example.goldens()} == {
        "snapshots/torch-2.13.0/first/doubled"
    }
    checked = example.run("check", "doubled", code=0)
    assert "✓ 18 the same as their goldens" in checked.output
    shown = example.run("show", "first/doubled", "--path", "export", "--json", code=0).json
    assert shown["facts"]["same_as_eager"] is True


def test_its_claim_is_held_against_what_is_captured(example: Example) -> None:
    assert 'Fact("same_as_eager", True)' in CASE
    broken = CASE.replace('Fact("same_as_eager", True)', 'Fact("same_as_eager", 1.5)')
    example.write({"cases/first/sums.py": broken})
    refused = example.run("check", "doubled", "--path", "export", code=6)
    assert "claimed same_as_eager = 1.5, but it is True" in refused.output
