"""Two builds of PyTorch are captured and compared, however they are named: wheels, versions, interpreters."""

from pathlib import Path

import pytest

from tests.end_to_end.example import REPOSITORY, Example
from tests.nights.test_year import BUILDS, CASES, find_original
from tests.nights.thin_wheels import make_build, make_thin_wheel

VERSIONS = ("2.16.0.dev20261001", "2.16.0.dev20261002")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Make two builds, in the second of which an operator is decomposed otherwise."""
    folder = tmp_path_factory.mktemp("wheels")
    thin = make_thin_wheel(folder / "thin", find_original())
    changes = ("", BUILDS[10])
    return [
        make_build(thin, folder / "built", version, change)
        for version, change in zip(VERSIONS, changes, strict=True)
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Example:
    settings = '[tool.goldens]\nsupported = ["2.15.0"]\ndefault = "2.15.0"\n'
    root = tmp_path_factory.mktemp("project")
    (root / ".goldens").mkdir()
    (root / ".goldens" / "caches").symlink_to(REPOSITORY / ".goldens" / "caches")  # bytecode, slow to make
    return Example(root).write({"pyproject.toml": settings, "cases/p/cases.py": CASES})


def test_two_versions_are_compared_and_nothing_is_written(project: Example, wheels: list[Path]) -> None:
    sides = [word for version in VERSIONS for word in ("--torch", version)]
    found = project.run("compare", *sides, "--find-links", str(wheels[0].parent), code=1)
    assert f"before  torch {VERSIONS[0]}" in found.output
    assert f"after   torch {VERSIONS[1]}" in found.output
    assert "2 the same, 1 drifted: operators 1" in found.output
    assert "aten.silu → aten.sigmoid, aten.mul.Tensor" in found.output
    assert found.changes == {}


def test_a_wheel_is_compared_with_an_interpreter(project: Example, wheels: list[Path]) -> None:
    python, _ = sorted((project.root / ".goldens" / "envs").glob("torch-2.16.0.dev*/bin/python"))
    sides = ("--wheel", str(wheels[1]), "--python", str(python))
    (section,) = project.run("compare", "loud", *sides, "--json", code=1).json["sections"]
    assert [(item["case"], item["class"]) for item in section["drifts"]] == [("p/loud", "operators")]
    project.run("compare", "loud", "--python", str(python), "--python", str(python), code=0)
