"""A version of a package takes the place of what settings say of it, or is given to all packs."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.environments.pack_needs import Needs
from graph_goldens.errors import UserError
from graph_goldens.gate.pinned_package import pin_package, read_package_name
from graph_goldens.gate.project import Project
from graph_goldens.gate.project_needs import ProjectNeeds


def make_project(own: Needs, **packs: Needs) -> Project:
    place, version = Path("/project"), Version("2.13.0")
    return Project(
        root=place,
        cases=place / "cases",
        snapshots=place / "snapshots",
        working=place / ".goldens",
        default=version,
        supported=(version,),
        timeout=60.0,
        jobs=1,
        needs=ProjectNeeds(own, packs),
    )


def list_requires(project: Project) -> dict[str, tuple[str, ...]]:
    packs = {name: needs.requires for name, needs in project.needs.packs.items()}
    return {"": project.needs.own.requires, **packs}


def test_the_pytorch_versions_that_a_pack_is_for_stay() -> None:
    project = make_project(Needs(), p=Needs(("einops",)))
    project = replace(project, needs=replace(project.needs, torch={"p": ">=2.13"}))
    assert pin_package(project, "einops==0.8.1").needs.torch == {"p": ">=2.13"}


def test_it_takes_the_place_of_what_a_pack_says_and_others_stay_without() -> None:
    project = make_project(
        Needs(("numpy",)), p=Needs(("numpy", "My_Backend @ file:///project")), q=Needs(("numpy", "einops"))
    )
    assert list_requires(pin_package(project, "my-backend==2.0")) == {
        "": ("numpy",),
        "p": ("numpy", "my-backend==2.0"),
        "q": ("numpy", "einops"),
    }


def test_where_no_pack_requires_it_all_are_given_it() -> None:
    project = make_project(Needs(("numpy",)), p=Needs(("numpy", "einops")))
    assert list_requires(pin_package(project, "my-backend==2.0")) == {
        "": ("numpy", "my-backend==2.0"),
        "p": ("numpy", "einops", "my-backend==2.0"),
    }
    assert list_requires(pin_package(make_project(Needs()), "einops")) == {"": ("einops",)}


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [
        ("einops=0.8", "'einops=0.8' is no requirement"),
        ("torch==2.13.0", "is about PyTorch, which --torch chooses"),
        ("", "'' is no requirement"),
    ],
)
def test_what_is_no_package_beside_pytorch_is_refused(requirement: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_package_name(requirement)


def test_nothing_is_installed_into_an_interpreter() -> None:
    project = make_project(Needs(python="/usr/bin/python3"))
    with pytest.raises(UserError, match="names an interpreter"):
        pin_package(project, "einops==0.8.1")
    pin_package(make_project(Needs(python="3.13")), "einops==0.8.1")
