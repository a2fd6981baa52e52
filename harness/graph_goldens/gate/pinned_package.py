"""One version of a package for all packs: what a comparison or a bisection over a package captures with."""

from collections.abc import Iterable
from dataclasses import replace

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from graph_goldens.environments.builds import PACKAGE, is_python_version
from graph_goldens.environments.pack_needs import Needs
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project


def pin_package(project: Project, requirement: str) -> Project:
    """Let a requirement take the place of what the settings say of its package.

    It does so for the packs that require the package; where none does, all packs are given it.

    Raises:
        UserError: it is no requirement, is about PyTorch, or the settings name an interpreter, into which
            nothing is installed.
    """
    name = read_package_name(requirement)
    needs = project.needs
    if needs.own.python and not is_python_version(needs.own.python):
        raise UserError(
            f"{requirement} cannot be installed, as `python` in [tool.goldens] names an interpreter; "
            "packages are installed beside a PyTorch that uv installs"
        )
    every = not any(_requires(each, name) for each in (needs.own, *needs.packs.values()))
    own, *packs = (_pin(each, name, requirement, every=every) for each in (needs.own, *needs.packs.values()))
    return replace(project, needs=replace(needs, own=own, packs=dict(zip(needs.packs, packs, strict=True))))


def read_package_name(requirement: str) -> str:
    """Read the name of the package that a requirement is about.

    Raises:
        UserError: it is no requirement, or is about PyTorch.
    """
    try:
        name = canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement as error:
        raise UserError(f"{requirement!r} is no requirement: {str(error).partition(chr(10))[0]}") from None
    if name == PACKAGE:
        raise UserError(f"{requirement!r} is about PyTorch, which --torch chooses")
    return name


def _requires(needs: Needs, name: str) -> bool:
    return name in _list_names(needs.requires)


def _pin(needs: Needs, name: str, requirement: str, *, every: bool) -> Needs:
    if not (every or _requires(needs, name)):
        return needs
    others = tuple(each for each in needs.requires if canonicalize_name(Requirement(each).name) != name)
    return replace(needs, requires=(*others, requirement))


def _list_names(requires: Iterable[str]) -> list[str]:
    return [canonicalize_name(Requirement(each).name) for each in requires]
