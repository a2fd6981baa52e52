"""`goldens doctor`."""

import shutil
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.endings import MOST_LETTERS
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.environments.builds import Build
from graph_goldens.environments.cxx_compiler import find_compiler
from graph_goldens.environments.environment_places import find_place
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.inventory import find_troubles
from graph_goldens.gate.known_matching import open_known
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, choose_build
from graph_goldens.live.serve_settings import describe_installed
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.words import format_count, shorten_text

ENOUGH_GIB = 8


def doctor(places: options.Places) -> int:
    """Say whether this machine has what the tool needs, and whether all cases and goldens can be used.

    Case modules are imported in the environments that a check would use, as far as these are made.

    Example: goldens doctor
    """
    project = open_project(places)
    console = make_output()
    sound = [_tell_finding(console, name, examine, project) for name, examine in _EXAMINATIONS]
    return ExitCode.SAME if all(sound) else ExitCode.TOOL_FAILED


def _tell_finding(console: Console, name: str, examine: Callable[[Project], str], project: Project) -> bool:
    try:
        console.print(Text.assemble(("✓", "green"), f" {name}: {examine(project)}"), soft_wrap=True)
    except (UserError, ToolError) as error:
        first, *others = (shorten_text(line, MOST_LETTERS) for line in str(error).split("\n"))
        console.print(Text.assemble(("✗", "red"), f" {name}: {first}"), soft_wrap=True)
        for line in others:
            console.print(Text(f"  {line}"), soft_wrap=True)
        return False
    return True


def _describe_project(project: Project) -> str:
    rules = len(project.policy.rules)
    own = f", {format_count(rules, 'rule')} of its own about severity" if rules else ""
    return f"{project.root}, default PyTorch {project.default}, {len(project.supported)} supported{own}"


def _describe_compiler(_: Project) -> str:
    return find_compiler().version


def _describe_disk(project: Project) -> str:
    free = shutil.disk_usage(project.root).free >> 30
    if free < ENOUGH_GIB:
        raise ToolError(f"{free} GiB are free, and an environment may need {ENOUGH_GIB}")
    return f"{free} GiB free"


def _describe_environments(project: Project) -> str:
    made = sorted(folder.name for folder in (project.working / "envs").glob("[!.]*"))
    return ", ".join(made) if made else "none made yet"


def _describe_cases(project: Project) -> str:
    """Import the case modules; no environment is made for that, which may take gigabytes."""
    build = choose_build(project)
    if isinstance(build, Build) and not find_place(build.name, project.working).python.exists():
        return f"not imported, as the environment {build.name} is not made yet: the first check makes it"
    with ProgressWatcher(make_progress_output()) as watcher:
        found = find_troubles(Request(project, build), watcher)
    if found.sentences:
        raise UserError("\n".join((f"{found.cases} can be captured; not so:", *found.sentences)))
    return f"{found.cases} can be imported and built"


def _describe_goldens(project: Project) -> str:
    listing = open_goldens(project).read_all()
    if listing.unreadable:
        more = len(listing.unreadable) - 1
        raise UserError(listing.unreadable[0].problem + (f" (and {more} more)" if more else ""))
    return f"{len(listing.goldens):,} can be read"


def _describe_live_page(_: Project) -> str:
    return describe_installed()


def _describe_known(project: Project) -> str:
    known = open_known(project)
    over = sum(each.is_over(known.today) for each in known.decisions)
    passed = f", of {over:,} of which the last day has passed" if over else ""
    return f"{format_count(len(known.decisions), 'decision')} can be read{passed}"


_EXAMINATIONS: tuple[tuple[str, Callable[[Project], str]], ...] = (
    ("project", _describe_project),
    ("C++ compiler", _describe_compiler),
    ("disk", _describe_disk),
    ("environments", _describe_environments),
    ("cases", _describe_cases),
    ("goldens", _describe_goldens),
    ("known drift", _describe_known),
    ("live page", _describe_live_page),
)
