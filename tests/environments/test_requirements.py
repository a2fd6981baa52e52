"""Layers over an environment: what uv resolves beside a PyTorch, once, and what is not asked again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import uv

from graph_goldens.environments.environment import Environment, describe
from graph_goldens.environments.requirements import LayerMaker, UnmetRequirementsError
from graph_goldens.environments.uv_run import RefusedEnvironmentError

Script = Callable[[str, str], Path]
VENV = """
for place in "$@"; do :; done
mkdir -p "$place/bin" "$place/lib/python{version}/site-packages" && ln -s {interpreter} "$place/bin/python"
"""


@pytest.fixture
def base(interpreter: Path, folder: Path) -> Environment:
    return describe(interpreter, folder)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def answer(
    script: Script, base: Environment, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return what makes uv answer a dry run with the lines of a shell script."""

    def make(lines: str) -> None:
        version = ".".join(base.python_version.split(".")[:2])
        venv = VENV.format(version=version, interpreter=base.python)
        dry = f'elif [ "$3" = --dry-run ]; then {lines}'
        body = f'echo "$@" >> {calls}\nif [ "$1" = venv ]; then {venv}\n{dry}\nfi'
        program = script("uv", body)
        monkeypatch.setattr(uv, "find_uv_bin", lambda: str(program))

    return make


def make(base: Environment, folder: Path) -> LayerMaker:
    return LayerMaker(base, "torch-2.13.0", folder, lambda _: None)


def test_a_layer_holds_what_is_new_and_looks_into_the_base_last(
    base: Environment, folder: Path, calls: Path, answer: Callable[[str], None]
) -> None:
    answer("echo ' - sympy==1.14.0'; echo ' + einops==0.8.2'; echo ' + sympy==1.13.3'")
    layered = make(base, folder).open(["einops"])
    assert layered.layer.pins == ("einops==0.8.2", "sympy==1.13.3")
    assert layered.environment.python.parents[1].parent == folder / "envs"
    (link,) = layered.environment.python.parents[1].rglob("*.pth")
    assert link.name.startswith("zz")
    assert str(base.torch_root.parent) in link.read_text()
    dry, _, install = calls.read_text().splitlines()
    assert f"torch=={base.torch} einops" in dry
    assert "--no-deps" in install
    assert install.endswith("einops==0.8.2 sympy==1.13.3")


def test_pytorch_is_asked_for_as_it_is_installed_and_not_as_it_tells(
    base: Environment, folder: Path, calls: Path, answer: Callable[[str], None], tmp_path: Path
) -> None:
    answer("echo ' + einops==0.8.2'")
    metadata = tmp_path / "site-packages" / "torch-2.15.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.15.0\n")
    told = replace(base, torch="2.15.0+cu132", torch_root=tmp_path / "site-packages" / "torch")
    make(told, folder).open(["einops"])
    (dry,) = [line for line in calls.read_text().splitlines() if "--dry-run" in line]
    assert "torch==2.15.0 einops" in dry


def test_what_was_resolved_is_not_asked_again(
    base: Environment, folder: Path, calls: Path, answer: Callable[[str], None]
) -> None:
    answer("echo ' + einops==0.8.2'")
    first = make(base, folder).open(["einops"])
    assert make(base, folder).open(["einops"]) == first
    assert len(calls.read_text().splitlines()) == 3
    make(base, folder).open(["einops>0"])
    assert calls.read_text().count("--dry-run") == 2


def test_what_the_base_has_already_needs_no_layer(
    base: Environment, folder: Path, answer: Callable[[str], None]
) -> None:
    answer("echo 'Would make no changes'")
    assert make(base, folder).open(["sympy"]).environment == base


def test_what_cannot_be_met_is_uvs_sentence_and_is_asked_again(
    base: Environment, folder: Path, calls: Path, answer: Callable[[str], None]
) -> None:
    answer("echo 'error: No solution found when resolving dependencies'; echo '  cause: Because so'; exit 1")
    for _ in range(2):
        with pytest.raises(UnmetRequirementsError, match="Because so"):
            make(base, folder).open(["einops"])
    assert len(calls.read_text().splitlines()) == 2


def test_an_index_that_cannot_be_reached_is_no_unmet_requirement(
    base: Environment, folder: Path, answer: Callable[[str], None]
) -> None:
    answer("echo 'error: Failed to fetch: http://x'; exit 2")
    with pytest.raises(RefusedEnvironmentError, match="UV_DEFAULT_INDEX"):
        make(base, folder).open(["einops"])


def test_a_folder_is_installed_editable_and_anew_when_what_it_is_built_from_changes(
    base: Environment, folder: Path, tmp_path: Path, calls: Path, answer: Callable[[str], None]
) -> None:
    own = tmp_path / "own project"
    own.mkdir()
    (own / "pyproject.toml").write_text("[project]\n")
    requirement = f"own[extra] @ {own.as_uri()}"
    answer(f"echo ' + own @ {own.as_uri()}'")
    first = make(base, folder).open([requirement]).environment
    assert f"--editable {own}[extra]" in calls.read_text().splitlines()[-1]
    (own / "own.py").write_text("x = 1\n")
    assert make(base, folder).open([requirement]).environment == first
    (own / "kernel.cpp").write_text("int x;\n")
    assert make(base, folder).open([requirement]).environment.python != first.python
