"""A check proves what differs: what two fresh processes do not agree on is told so, and never offered."""

from pathlib import Path

import pytest

from tests.end_to_end.example import Ended, Example, make_example

HEAD = "import torch\nfrom graph_goldens import Case, case\nONE = (torch.ones(2),)\n"
STABLE = HEAD + "@case\ndef stable(): return Case(lambda x: x.sin(), args=ONE, paths=('make-fx-real',))\n"
UNSTABLE = (
    HEAD + "@case\n"
    "def unstable():\n"
    "    scale = hash('any text') % 1000\n"
    "    return Case(lambda x: x * scale, args=ONE, paths=('make-fx-real',))\n"
)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project in which one case drifted and another is new and gives something else each time."""
    example = make_example(tmp_path_factory.mktemp("project"), {"p/stable.py": STABLE})
    example.run("update", code=0)
    return example.write(
        {"cases/p/stable.py": STABLE.replace("x.sin()", "x.cos()"), "cases/p/unstable.py": UNSTABLE}
    )


@pytest.fixture(scope="module")
def checked(example: Example) -> Ended:
    before = example.goldens()
    ended = example.run("check", code=5)
    assert example.goldens() == before
    return ended


def test_a_check_shows_what_two_processes_gave_and_offers_only_what_they_agree_on(
    example: Example, checked: Ended
) -> None:
    assert "proving reproducible: 2 records" in checked.errors
    assert "✗ p/unstable · make-fx-real  not reproducible" in checked.output
    assert "two fresh processes with other hash seeds and orders gave two records" in checked.output
    assert "✗ 1 drifted in 1 cluster" in checked.output
    found = example.run("pending", "--json", code=0).json
    (cluster,) = found["clusters"]
    assert [golden["case"] for golden in cluster["goldens"]] == ["p/stable"]
    assert (cluster["proved"], found["unsound"]) == (True, 1)


@pytest.mark.usefixtures("checked")
def test_what_was_proved_is_accepted_without_capturing_anything(example: Example) -> None:
    (cluster,) = example.run("pending", "--json", code=0).json["clusters"]
    name = cluster["fingerprint"]
    accepted = example.run("accept", name, "--because", "cosine now", code=0, PATH="/nowhere", UV_OFFLINE="1")
    assert "wrote 1 golden" in accepted.output
    assert "- because: cosine now" in example.golden("p/stable", "make-fx-real").read_text()
    example.run("check", "stable", code=0)


def test_a_project_that_shares_its_environments_shares_nothing_that_is_pending(
    example: Example, tmp_path: Path
) -> None:
    other = make_example(tmp_path, {"p/stable.py": STABLE})
    assert "no run is saved" in other.run("pending", code=2).last_error
