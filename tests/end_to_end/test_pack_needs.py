"""Packs that need packages: one check runs them all, each in the environment that it needs."""

import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.example import REPOSITORY, Example, make_alone

PATH = ("--path", "make-fx-real")
CASE = """
import torch
from graph_goldens import Case, case
{imports}

@case
def {name}() -> Case:
    return Case(lambda x: {body}, args=(torch.ones(2, 3),))
"""
SETTINGS = """
[tool.goldens.packs.fused]
requires = ["my-backend @ ."]
env = {{ MY_LEVEL = "3", TORCH_DEVICE_BACKEND_AUTOLOAD = "1" }}
[tool.goldens.packs.unmet]
requires = ["tiny-one==1", "tiny-one>=2"]
"""
# A build backend of the project's own, which needs no index: it installs the folder `own` as editable.
BACKEND = """
import zipfile
from pathlib import Path

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "my_backend-1-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("my_backend.pth", str(Path.cwd() / "own"))
        info = "my_backend-1.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: my-backend\\nVersion: 1\\n")
        wheel.writestr(info + "entry_points.txt", "[torch.backends]\\nmine = my_backend:autoload\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "own_build"
backend-path = ["."]
[project]
name = "my-backend"
version = "1"
"""
# A device plug-in too: `import torch` runs what the entry point `torch.backends` names.
PASS = """
import os

level = int(os.environ["MY_LEVEL"])

def autoload():
    global level
    level += 10

def fuse(x):
    return x.{operator}() + level
"""
OWN_PATH = """
from graph_goldens import Tracing, tracing_path

@tracing_path
def traced(tracing: Tracing) -> None:
    tracing.graph("own", tracing.make_fx(tracing_mode="real"))
"""
FILES = {
    "plain/sums.py": CASE.format(imports="", name="plain_sum", body="x + x"),
    "fused/sums.py": CASE.format(imports="from my_backend import fuse", name="fused_sum", body="fuse(x)"),
    "tiny/sums.py": CASE.format(imports="import tiny_one", name="tiny_sum", body="x * tiny_one.SCALE"),
    "tiny/paths.py": OWN_PATH,
    "tiny/pack.toml": 'requires = ["tiny-one==1.*"]\n',
    "unmet/sums.py": CASE.format(imports="import nowhere", name="unmet_sum", body="nowhere.f(x)"),
}


def make_wheel(folder: Path, version: str, scale: int) -> None:
    info = f"tiny_one-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny_one-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_one.py", f"SCALE = {scale}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-one\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Make a project of four packs, whose environments lie in the project alone."""
    root, wheels = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("wheels")
    for number, version in enumerate(("1.0", "1.1", "2.0")):
        make_wheel(wheels, version, scale=number + 1)
    made = make_alone(root, FILES, SETTINGS.replace("{{", "{").replace("}}", "}"))
    (root / ".goldens" / "envs").unlink()
    (root / ".goldens" / "envs").mkdir()
    base = REPOSITORY / ".goldens" / "envs" / "torch-2.13.0"
    (root / ".goldens" / "envs" / "torch-2.13.0").symlink_to(base)
    settings = (root / "pyproject.toml").read_text()
    made.write({"pyproject.toml": PROJECT + settings, "own_build.py": BACKEND})
    made.write({"own/my_backend.py": PASS.format(operator="relu")})
    found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "UV_FIND_LINKS": str(wheels)}
    return Example(root, found)


def test_one_update_records_all_packs_and_says_what_they_were_given(example: Example) -> None:
    ended = example.run("update", *PATH, code=0)
    assert "wrote 4 goldens" in ended.output
    assert "tiny: with tiny-one==1.1" in ended.output
    assert f"fused: with my-backend @ {example.root.as_uri()}" in ended.output
    assert (
        "unmet: requirements cannot be met: Because you require tiny-one==1 and tiny-one>=2" in ended.output
    )
    goldens = {Path(name).parent.name: text.decode() for name, text in example.goldens().items()}
    assert "aten.mul.Tensor(x_1, 2)" in goldens["tiny_sum"]
    assert "aten.relu" in goldens["fused_sum"]
    assert ", 13)" in goldens["fused_sum"]
    assert "- outcome: unavailable\n" in goldens["unmet_sum"]
    assert "Reason:\n\n```text\nrequirements cannot be met\n```" in goldens["unmet_sum"]
    assert "tiny" not in goldens["unmet_sum"]


def test_a_check_reuses_what_each_environment_gave(example: Example) -> None:
    ended = example.run("check", *PATH, "--explain", code=0)
    assert "✓ 4 the same as their goldens" in ended.output
    assert "3 of them captured before" in ended.output
    assert "starting a worker" not in ended.errors
    packs = example.run("check", *PATH, "--json", code=0).json["packs"]
    assert [(each["packs"], bool(each["packages"]), bool(each["unmet"])) for each in packs] == [
        (["fused"], True, False),
        (["tiny"], True, False),
        (["unmet"], False, True),
    ]


def test_an_edit_of_the_projects_own_package_is_followed(example: Example) -> None:
    example.write({"own/my_backend.py": PASS.format(operator="sigmoid")})
    ended = example.run("check", *PATH, code=1)
    assert "✓ 3 the same as their goldens" in ended.output
    assert "fused/fused_sum" in ended.output
    example.write({"own/my_backend.py": PASS.format(operator="relu")})


def test_other_requirements_are_another_environment_whose_records_are_captured(example: Example) -> None:
    example.write({"cases/tiny/pack.toml": 'requires = ["tiny-one==2.*"]\n'})
    ended = example.run("check", *PATH, code=1)
    example.write({"cases/tiny/pack.toml": 'requires = ["tiny-one==1.*"]\n'})
    assert "tiny: with tiny-one==2.0" in ended.output
    assert "✓ 3 the same as their goldens" in ended.output
    assert "`2` → `3`" in ended.output


def test_doctor_imports_the_modules_where_they_will_be_captured(example: Example) -> None:
    ended = example.run("doctor", code=70)
    assert "✗ cases: 3 can be captured; not so:" in ended.output
    assert "unmet: requirements cannot be met" in ended.output


def test_two_versions_of_a_package_are_compared_beside_one_pytorch(example: Example) -> None:
    sides = ("--with", "tiny-one==1.0", "--with", "tiny-one==1.1")
    ended = example.run("compare", "tiny", *PATH, *sides, code=1)
    assert "1 record of tiny-one==1.1: 1 drifted" in ended.output
    assert "aten.mul" in ended.output
    example.run("compare", "tiny", *PATH, *sides[:2], *sides[:2], code=0)


def test_the_version_of_a_package_that_changed_a_record_is_found(example: Example) -> None:
    record = ("bisect", "tiny/tiny_sum", *PATH)
    ended = example.run(*record, "--package", "tiny-one", "--good", "1.0", "--bad", "1.1", code=0)
    assert "2 versions of tiny-one from 1.0 to 1.1" in ended.errors
    assert "first changed in 1.1 (1.0 is as before)" in ended.output
    own = (*record[:2], "--path", "traced")  # a tracing path of the project's own is searched as others are
    found = example.run(*own, "--package", "tiny-one", "--json", code=0).json
    assert (found["last_same"], found["first_changed"], found["versions"]) == (
        "1.0",
        "1.1",
        ["1.0", "1.1", "2.0"],
    )
    refused = example.run(*record, "--package", "my-backend", code=2)
    assert "a package of a folder or a repository has none" in refused.last_error


def test_no_environment_is_a_copy_of_pytorch(example: Example) -> None:
    layers = sorted((example.root / ".goldens" / "envs").glob("torch-2.13.0-with-*"))
    assert len(layers) >= 2
    for layer in layers:
        files = [each for each in layer.rglob("*") if each.is_file()]
        assert 0 < len(files) < 100
        assert not any(each.parts[-2:] == ("torch", "__init__.py") for each in files)


def test_a_package_that_no_setting_brings_costs_its_module_alone(example: Example) -> None:
    example.write({"cases/plain/more.py": CASE.format(imports="import tiny_one", name="lost", body="x")})
    ended = example.run("check", *PATH, code=2)
    assert "✓ 4 the same as their goldens" in ended.output
    assert '`requires = ["tiny_one"]`' in ended.output
    (example.root / "cases/plain/more.py").unlink()
