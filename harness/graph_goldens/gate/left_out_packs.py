"""Packs that are for some PyTorch versions alone, and what is left without them beside another one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph_goldens.cases.claim_answers import holds_for
from graph_goldens.cases.packs import PackChoice, PackSources, list_packs
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.project import Project
from graph_goldens.runs.selection import Selection, selects_any


def find_left_out_packs(project: Project, torch: str) -> Mapping[str, str]:
    """Find the packs that are not for a PyTorch version, each with the versions that it is for."""
    return {pack: meant for pack, meant in project.needs.torch.items() if not holds_for(meant, torch)}


def leave_packs_out(
    project: Project, groups: Sequence[OpenGroup], left_out: Mapping[str, str]
) -> tuple[OpenGroup, ...]:
    """Take packs out of what was opened; a group that has no other goes."""
    packs = frozenset(list_packs(project.cases)) - left_out.keys()
    chosen = [
        replace(group, choice=replace(group.choice, names=packs & (group.choice.names or packs)))
        for group in groups
    ]
    return tuple(group for group in chosen if group.choice.names)


def explain_nothing_meant(
    project: Project, selection: Selection, torch: str, left_out: Mapping[str, str]
) -> str:
    """Say why nothing that is selected is for a PyTorch; empty where something is, or nothing is selected.

    Args:
        project: the project.
        selection: the cases and tracing paths.
        torch: the PyTorch version.
        left_out: the packs that are not for it, with the versions that they are for.
    """
    packs = list_packs(project.cases) if left_out else []
    meant = [pack for pack in packs if _is_meant(project, pack, selection)]
    if not meant or not left_out.keys() >= set(meant):
        return ""
    said = ", ".join(f"{pack} is for PyTorch {left_out[pack]}" for pack in meant)
    return f"{said}, and this is {torch}; choose another with --torch"


def _is_meant(project: Project, pack: str, selection: Selection) -> bool:
    sources = PackSources(project.cases, PackChoice(project.package, frozenset((pack,))))
    return selects_any(sources.name_all_cases(), selection)
