"""Where a project's runs and rejections lie; light, for all commands."""

from pathlib import Path

from graph_goldens.cases.case_folders import list_folders
from graph_goldens.gate.project import Project
from graph_goldens.late_parts import load_part


def find_home(project: Project) -> Path:
    """Find the project's own part of the working folder, where its runs and rejections lie.

    Projects may share a working folder, for its environments: what is pending in one is not in another.
    """
    if all(folder.is_relative_to(project.root) for folder in (project.working, *list_folders(project.cases))):
        return project.working
    home: Path = load_part("a part of a shared working folder")(project.working, project.root, project.cases)
    return home
