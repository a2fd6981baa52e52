"""What a new project gets, piece by piece: a table of files, and what becomes of one that is there."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import tomllib

from graph_goldens.cases.packs import find_modules
from graph_goldens.errors import UserError
from graph_goldens.files import read_if_there
from graph_goldens.gate.setting_rows import SETTING_ROWS
from graph_goldens.starter.added_text import add_block, add_lines
from graph_goldens.starter.new_project import SETTINGS_FILE, NewProject

_TEMPLATES = files("graph_goldens.starter") / "templates"
_WIDTH = 34
_SAID = ("default", "supported")
_EXAMPLE = "an example case"
_HOOK = b"goldens check"
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True)
class Piece:
    """A file of a new project.

    Attributes:
        file: the file.
        what: what it holds or is given, in words.
        content: what is to be written; None where the file is left as it is.
        why: why it is left, in words; or what a person is to add by hand.
    """

    file: Path
    what: str
    content: bytes | None
    why: str = "it is there"


def plan_pieces(project: NewProject) -> list[Piece]:
    """Say what is written for a new project, and what is left as it is; nothing is written here.

    Raises:
        UserError: `pyproject.toml` is not a file that can be extended.
        ToolError: a file cannot be read.
    """
    pieces = [_plan_settings(project), _plan_example(project)]
    if project.repository is not None:
        pieces += [plan(project, project.repository) for plan in _IN_REPOSITORIES]
    return pieces


def _plan_settings(project: NewProject) -> Piece:
    file = project.root / SETTINGS_FILE
    if project.table is not None:
        return Piece(file, "[tool.goldens]", None)
    old = read_if_there(file)
    content = add_block(old, ("\n" if old else "") + compose_settings(project))
    _demand_toml(file, content)
    return Piece(file, "[tool.goldens]", content)


def compose_settings(project: NewProject) -> str:
    """Compose a commented `[tool.goldens]`; what is as it would be anyway is commented out."""
    own = {"cases": project.cases, "package": project.cases, "snapshots": project.snapshots}
    lines = ["[tool.goldens]"]
    for row in SETTING_ROWS:
        if not row.example:
            continue
        value = json.dumps(own[row.name]) if row.name in own else row.example
        mark = "" if row.name in _SAID or value != row.example else "# "
        lines.append(f"{mark}{row.name} = {value}".ljust(_WIDTH) + f"  # {row.meaning}")
    return "\n".join(lines) + "\n"


def _demand_toml(file: Path, content: bytes) -> None:
    """Refuse a file to which no table can be added, such as one whose `tool` is written in one line."""
    try:
        tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise UserError(
            f"{file} cannot be given a table [tool.goldens] at its end: {error}; write `tool` as tables"
        ) from None


def _plan_example(project: NewProject) -> Piece:
    folder = project.root / project.cases
    if folder.is_dir() and any(find_modules(folder)):
        return Piece(folder, _EXAMPLE, None, "there are cases")
    return _plan_new(folder / "example" / "blocks.py", _EXAMPLE, _read_template("blocks.py.txt"))


def _plan_ignored(project: NewProject, _: Path) -> Piece:
    """Plan what git does not see; a working folder that lies outside the project is none of its business."""
    file, line = project.root / ".gitignore", f"{project.working}/"
    if Path(project.working).is_absolute():
        return Piece(file, line, None, "the working folder lies elsewhere")
    return Piece(file, f"{line}, which can be made again", add_lines(read_if_there(file), [line]))


def _plan_attributes(project: NewProject, _: Path) -> Piece:
    file, folder = project.root / ".gitattributes", project.snapshots
    line = f"{_quote(folder)} -text linguist-generated=false linguist-documentation"
    return Piece(file, f"{folder}/ keeps its bytes", add_lines(read_if_there(file), [line]))


def _quote(folder: str) -> str:
    """Spell a pattern as gitattributes(5) asks where a name holds spaces: in quotes, as in C."""
    pattern = f"{folder}/**"
    return json.dumps(pattern, ensure_ascii=False) if set(pattern) & set(' "\\') else pattern


def _plan_workflow(project: NewProject, repository: Path) -> Piece:
    name = "goldens" if project.below == "." else f"goldens-{_NO_WORD.sub('-', project.below)}"
    text = _read_template("workflow.yml.txt")
    text = text.replace("@NAME@", name).replace("@FOLDER@", json.dumps(project.below))
    file = repository / ".github" / "workflows" / f"{name}.yml"
    return _plan_new(file, "checks pull requests on GitHub", text)


def _plan_hook(project: NewProject, repository: Path) -> Piece:
    """Plan a hook; one cannot be added to a file of hooks without knowing how it is written."""
    file, what = repository / ".pre-commit-config.yaml", "a hook of pre-commit"
    hook, old = _compose_hook(project), read_if_there(file)
    if old is None:
        return Piece(file, what, f"repos:\n{hook}".encode())
    if _holds_hook(old, project):
        return Piece(file, what, None)
    return Piece(file, what, None, f"it is there; to have the hook, add to its `repos`:\n{hook}")


def _holds_hook(old: bytes, project: NewProject) -> bool:
    """Whether hooks have the one of a project: of several in a repository each needs its own."""
    if project.below == ".":
        return _HOOK in old
    return _HOOK in old and _quote_in_yaml(json.dumps(f"{project.below}/"))[1:-1].encode() in old


def _compose_hook(project: NewProject) -> str:
    below = "" if project.below == "." else f"{project.below}/"
    entry = f"bash -c 'cd \"$0\" && goldens check' {json.dumps(below)}" if below else "goldens check"
    pattern = f"^{re.escape(below)}({re.escape(project.cases)}|{re.escape(project.snapshots)})/"
    text = _read_template("hook.yaml.txt")
    return text.replace("@ENTRY@", _quote_in_yaml(entry)).replace("@FILES@", _quote_in_yaml(pattern))


def _quote_in_yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plan_new(file: Path, what: str, text: str) -> Piece:
    """Plan a file that is written only where there is none."""
    return Piece(file, what, None if file.exists() or file.is_symlink() else text.encode())


def _read_template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


_IN_REPOSITORIES: tuple[Callable[[NewProject, Path], Piece], ...] = (
    _plan_ignored,
    _plan_attributes,
    _plan_workflow,
    _plan_hook,
)
