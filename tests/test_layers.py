"""The harness's imports point one way, and each heavy dependency has one owner."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import graph_goldens

HARNESS = Path(__file__).parents[1] / "harness" / "graph_goldens"

# A part imports parts of the layers above it in DESIGN.md's list and itself; those of one layer do not know
# each other. The list is read from there, so that what is drawn is what is held.
DESIGN = (Path(__file__).parents[1] / "DESIGN.md").read_text(encoding="utf-8")
LAYERS = [line.split() for line in re.search(r"```layers\n(.*?)```", DESIGN, re.DOTALL)[1].splitlines()]  # type: ignore[index]
RANKS = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
# The same within packages that hold packages, by their modules' folders; a package's own modules come last.
INNER_LAYERS = {
    "capture": ("normalise", "tracing", "replay", "worker"),
    "drift": ("text", "matching", "edits"),
}
STARTERS = {"environments", "capture"}
OWNERS = {
    "torch": {"capture", "environments/probe.py"},
    "syrupy": {"goldens"},
    "pytest": {"pytest_plugin"},
    "deepdiff": {"drift"},
    "filelock": {"locks"},
    "msgspec": {"json_reading"},
    "fcntl": {"runs/capture_cache.py"},
    "uv": {"environments"},
    "ray": {"machines/ray_connection.py", "machines/ray_machines.py"},
    "subprocess": STARTERS,
    "multiprocessing": STARTERS,
    "pty": STARTERS,
    "typer": {"cli"},
    "starlette": {"live"},
    "uvicorn": {"live"},
}
STARTING_CALLS = {"fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen", "startfile"}
WORKER_ONLY = {"capture"}
# Rules are text to text and need no torch; a refresh applies those of now to goldens of older ones.
RULES, RULES_USERS = "graph_goldens.capture.normalise", {"gate"}
IN_WORKERS = {
    "records",
    "keys",
    "record_bounds",
    "names",
    "errors",
    "descendants",
    "versions",
    "file_marks",
    "words",
    "cases",
    "graphs",
    *WORKER_ONLY,
}


@dataclass(frozen=True)
class Import:
    """One import: the module that holds it, its part of the harness, what it imports, and the line."""

    file: str
    part: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.target}"


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(HARNESS.rglob("*.py")):
        yield file.relative_to(HARNESS), ast.parse(file.read_text(encoding="utf-8"))


def part_of(file: Path) -> str:
    return file.parts[0].removesuffix(".py")


def imports() -> Iterator[Import]:
    for file, tree in modules():
        for node in ast.walk(tree):
            for target in targets(node):
                yield Import(str(file), part_of(file), target, node.lineno)  # type: ignore[attr-defined]


def targets(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module="graph_goldens"):
            return [f"graph_goldens.{alias.name}" for alias in node.names]
        case ast.ImportFrom():
            return ["." * node.level + (node.module or "")]
        case _:
            return []


def test_every_part_has_a_place_in_the_drawing_and_a_duty() -> None:
    parts = {part_of(file) for file, _ in modules()} - {"__init__"}
    assert parts == set(RANKS)
    assert parts <= {
        part for row in re.findall(r"^\| `([a-z_ ]+)` \|", DESIGN, re.MULTILINE) for part in row.split()
    }


def test_imports_point_one_way() -> None:
    wrong = []
    for found in imports():
        top, _, rest = found.target.partition(".")
        part = rest.partition(".")[0]
        if top != "graph_goldens" or found.part == "__init__" or part not in RANKS or part == found.part:
            continue
        if RANKS[part] >= RANKS[found.part]:
            wrong.append(str(found))
    assert wrong == []


def test_imports_point_one_way_within_packages_of_packages() -> None:
    wrong = []
    for found in imports():
        own, other = inner_rank(found.file.split("/")), inner_rank(found.target.split(".")[1:])
        if own and other and own[0] == other[0] and own[1] < other[1]:
            wrong.append(str(found))
    assert wrong == []


def inner_rank(parts: list[str]) -> tuple[str, int] | None:
    """Name the package that holds packages, and the rank of the one that a module lies in."""
    package, inner = (*parts, "", "")[:2]
    ranks = INNER_LAYERS.get(package, ())
    return (package, ranks.index(inner)) if inner in ranks else None


def test_the_packages_public_names_come_from_its_cases_and_from_what_traces() -> None:
    stub = ast.parse((HARNESS / "__init__.pyi").read_text(encoding="utf-8"))
    inside = {target for node in ast.walk(stub) for target in targets(node)}
    of_cases = {target for target in inside if target.startswith("graph_goldens.cases.")}
    assert all(target.startswith("graph_goldens.capture.tracing.") for target in inside - of_cases)
    declared = {
        alias.name: f"{node.module}"
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    without_torch = [name for name, module in declared.items() if module in of_cases]
    assert sorted(without_torch) == sorted(graph_goldens.__all__)
    assert all(hasattr(graph_goldens, name) for name in without_torch)
    with pytest.raises(AttributeError, match="has no attribute 'cas'"):
        getattr(graph_goldens, "cas")  # noqa: B009 (mypy knows that there is none)


def test_heavy_dependencies_have_one_owner() -> None:
    wrong = []
    for found in imports():
        owners = OWNERS.get(found.target.partition(".")[0])
        if owners is not None and not {found.part, found.file} & owners:
            wrong.append(str(found))
    assert wrong == []


def test_only_environments_and_the_worker_start_processes() -> None:
    wrong = [
        f"{file}:{node.lineno} calls os.{node.attr}"
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and (node.attr in STARTING_CALLS or node.attr.startswith(("exec", "spawn")))
        and part_of(file) not in STARTERS
    ]
    assert wrong == []


def test_host_modules_never_import_what_imports_torch() -> None:
    wrong = [
        str(found)
        for found in imports()
        if found.target.removeprefix("graph_goldens.").partition(".")[0] in WORKER_ONLY
        and found.target.startswith("graph_goldens.")
        and found.part not in WORKER_ONLY
        and not (found.target.startswith(f"{RULES}.") and found.part in RULES_USERS)
    ]
    assert wrong == []


def test_what_rules_are_made_of_needs_no_torch() -> None:
    inside = [found for found in imports() if found.file.startswith("capture/normalise/")]
    allowed = (RULES, "graph_goldens.records")
    assert inside
    assert [
        str(found)
        for found in inside
        if not _is_standard(found.target) and not found.target.startswith(allowed)
    ] == []


def _is_standard(target: str) -> bool:
    return target.partition(".")[0] in sys.stdlib_module_names


def test_imports_are_absolute() -> None:
    assert [str(found) for found in imports() if found.target.startswith(".")] == []


def test_no_import_hides_in_a_function_or_behind_a_condition() -> None:
    wrong = [
        f"{file}:{node.lineno}"
        for file, tree in modules()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom) and not needed_by_old_pythons(outer)
    ]
    assert wrong == []


def needed_by_old_pythons(node: ast.AST) -> bool:
    """Whether a condition asks for Python's version, as mypy understands it."""
    return isinstance(node, ast.If) and "sys.version_info" in ast.unparse(node.test)


def test_nothing_is_imported_for_type_checkers_alone() -> None:
    wrong = [str(file) for file, tree in modules() if "TYPE_CHECKING" in ast.dump(tree)]
    assert wrong == []


@pytest.mark.parametrize("part", sorted(IN_WORKERS))
def test_what_workers_import_needs_nothing_but_torch_and_packaging(part: str) -> None:
    parts = {"graph_goldens", *(f"graph_goldens.{name}" for name in IN_WORKERS)}
    allowed = {"packaging", "cases", *sys.stdlib_module_names, *(["torch"] if part in WORKER_ONLY else [])}
    wrong = [
        str(found)
        for found in imports()
        if found.part == part
        and found.target.partition(".")[0] not in allowed
        and ".".join(found.target.split(".")[:2]) not in parts
    ]
    assert wrong == []
