"""One word for one thing: what may not occur twice, and how things may not be named."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "harness" / "graph_goldens"
OF_PACKAGES = {"__init__", "__main__"}
COMMANDS = PACKAGE / "cli"  # these modules bear the names of the commands
GERUNDS_AND_PARTICIPLES = re.compile(
    r"_?(?:[a-z]+ed|[a-z]+ing|made|held|kept|told|shown|known|given|taken|found)"
)
VERBS_IN_ED_OR_ING = {"embed", "feed", "need", "seed", "shed", "speed", "bring", "ping", "string"}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def relative(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def repeated(places: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: several for name, several in places.items() if len(several) > 1}


def test_no_module_name_occurs_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for file, _ in modules():
        if file.stem not in OF_PACKAGES and COMMANDS not in file.parents:
            places[file.stem].append(relative(file))
    assert repeated(places) == {}


def test_no_public_class_name_occurs_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for file, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(relative(file))
    assert repeated(places) == {}


def test_no_function_is_named_by_a_participle() -> None:
    wrong = [
        f"{relative(file)}: {node.name}"
        for file, tree in modules()
        for node in functions(tree)
        if GERUNDS_AND_PARTICIPLES.fullmatch(node.name)
        and node.name.strip("_") not in VERBS_IN_ED_OR_ING
        and not (COMMANDS in file.parents and node.name == file.stem)
    ]
    assert wrong == []


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Every function but properties, which are named as what they are, and overrides of others' names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
            if not marks & {"property", "cached_property", "override", "fixture", "hookimpl"}:
                yield node


def test_no_docstring_begins_with_give() -> None:
    wrong = [
        f"{relative(file)}: {node.name}"
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and (ast.get_docstring(node) or "").startswith(("Give ", "Gives "))
    ]
    assert wrong == []
