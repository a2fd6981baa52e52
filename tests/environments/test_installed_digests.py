"""What is installed in an environment is told from its files: what is replaced or edited is noticed."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.installed_digests import digest_packages, digest_torch


@pytest.fixture
def site(torch_root: Path) -> Path:
    return torch_root.parent


def _write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def _install(site: Path, name: str = "sympy-1.14.0") -> Path:
    return _write(site / f"{name}.dist-info" / "RECORD", "sympy/__init__.py,,").parent


def _touch(file: Path) -> None:
    os.utime(file, ns=(1, 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda root: _write(root / "version.py", "another build"),
        lambda root: _touch(root / "lib" / "libtorch_cpu.so"),
        lambda root: _write(root / "_inductor" / "decomposition.py", "edited in place"),
        lambda root: (root / "version.py").unlink(),
    ],
)
def test_a_build_that_changed_has_another_mark(
    environment: Environment, torch_root: Path, change: Callable[[Path], object]
) -> None:
    before = digest_torch(environment)
    assert digest_torch(environment) == before
    change(torch_root)
    assert digest_torch(environment) != before


def test_what_is_not_imported_does_not_count(environment: Environment, torch_root: Path) -> None:
    before = digest_torch(environment)
    _write(torch_root / "__pycache__" / "version.cpython-311.py")
    _write(torch_root / ".cache" / "x.py")
    _write(torch_root / "notes.txt")
    assert digest_torch(environment) == before


def test_a_link_to_nothing_is_no_failure(environment: Environment, torch_root: Path) -> None:
    before = digest_torch(environment)
    (torch_root / "gone.py").symlink_to("nowhere")
    assert digest_torch(environment) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda site: _install(site, "sympy-1.15.0"),
        lambda site: _touch(site / "sympy-1.14.0.dist-info" / "RECORD"),
        lambda site: _write(site / "extra.pth", "/elsewhere"),
    ],
)
def test_a_package_that_was_added_or_installed_again_is_noticed(
    environment: Environment, site: Path, change: Callable[[Path], object]
) -> None:
    _install(site)
    before = digest_packages(environment)
    assert digest_packages(environment) == before
    change(site)
    assert digest_packages(environment) != before


def test_the_sources_of_an_editable_package_count(
    environment: Environment, site: Path, tmp_path: Path
) -> None:
    source = _write(tmp_path / "back end" / "backend" / "passes.py", "one")
    origin = {"url": (tmp_path / "back end").as_uri(), "dir_info": {"editable": True}}
    _write(_install(site, "backend-0.1") / "direct_url.json", json.dumps(origin))
    before = digest_packages(environment)
    source.write_text("another")
    assert digest_packages(environment) != before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"dir_info": {"editable": true}}', '{"dir_info": []}'])
def test_a_package_that_says_nonsense_of_its_origin_is_taken_as_installed(
    environment: Environment, site: Path, text: str
) -> None:
    _write(_install(site) / "direct_url.json", text)
    assert digest_packages(environment)


def test_a_package_that_was_installed_from_a_folder_is_taken_as_installed(
    environment: Environment, site: Path, tmp_path: Path
) -> None:
    source = _write(tmp_path / "backend" / "passes.py", "one")
    origin = {"url": (tmp_path / "backend").as_uri(), "dir_info": {"editable": False}}
    _write(_install(site, "backend-0.1") / "direct_url.json", json.dumps(origin))
    before = digest_packages(environment)
    source.write_text("another")
    assert digest_packages(environment) == before


def test_packages_of_a_virtual_environment_count_where_torch_lies_elsewhere(
    environment: Environment, tmp_path: Path
) -> None:
    inside = replace(environment, python=tmp_path / "venv" / "bin" / "python")
    before = digest_packages(inside)
    _install(tmp_path / "venv" / "lib" / "python3.11" / "site-packages")
    assert digest_packages(inside) != before
