"""The table of commands says what their modules say, and a command imports no more than it needs."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomllib

from graph_goldens.cli.commands import COMMANDS, CommandRow, load_command

REPOSITORY = Path(__file__).parents[2]
RECORD = ("torchbind/attribute", "--path", "export")
MOST = 7
THREE_MORE = {"start_worker"}
HEAVY = ("rich.console", "pytest", "deepdiff", "pydantic", "syrupy", "markdown_it", "jinja2", "uv")
PROGRAM = f"""
import sys
from graph_goldens.cli import main
try:
    main()
except SystemExit as ended:
    code = ended.code
print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_a_commands_help_is_the_first_sentence_of_its_docstring(row: CommandRow) -> None:
    said = inspect.getdoc(load_command(row)) or ""
    assert said.splitlines()[0].split(". ")[0].rstrip(".") + "." == row.help


def test_it_tells_its_version() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    ended = subprocess.run(
        [sys.executable, "-m", "graph_goldens.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert ended.stdout == f"goldens {settings['project']['version']}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("show", *RECORD)])
def test_what_needs_little_imports_little(arguments: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    imported = ended.stderr.splitlines()[-1]
    assert imported == "[]"


def test_no_function_takes_many_arguments_but_commands() -> None:
    commands = {row.function for row in COMMANDS}
    wrong = [
        f"{file}: {node.name}"
        for file in (REPOSITORY / "harness").rglob("*.py")
        for node in functions(file)
        if count_arguments(node) > MOST
        and not (file.parent.name == "cli" and node.name in commands)
        and node.name not in THREE_MORE
    ]
    assert wrong == []


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def count_arguments(node: ast.FunctionDef) -> int:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in named if each.arg not in ("self", "cls")])
