"""A project's own tracing paths, as people use them: found, isolated, remembered, compared, removed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from tests.end_to_end.example import REPOSITORY, Example, make_alone

HEAD = """
import os
import time

import torch

from graph_goldens import Case, Tracing, backend_path, case, tracing_path
"""
SUMMED = """

@case
def summed() -> Case:
    return Case(lambda x: (x + x).relu(), args=(torch.ones(2, 3),), paths=PATHS)
"""
ODD_PATHS = """

@tracing_path
def raises(tracing: Tracing) -> None:
    refuse("this program")


def refuse(what):
    raise ValueError(f"we do not take {what}")


@tracing_path
def fails_in_torch(tracing: Tracing) -> None:
    tracing.export(torch.nn.Linear(2, 2))


@tracing_path
def hangs(tracing: Tracing) -> None:
    tracing.graph("g", tracing.symbolic_trace())
    while True:
        time.sleep(1)


@tracing_path
def prints(tracing: Tracing) -> None:
    print('{"capture": "a line of a worker"}')
    os.write(1, b"and past Python\\n")
    tracing.graph("g", tracing.symbolic_trace())


@tracing_path
def forks(tracing: Tracing) -> None:
    if os.fork() == 0:
        time.sleep(60)
    tracing.graph("g", tracing.symbolic_trace())


@tracing_path
def ends(tracing: Tracing) -> None:
    os._exit(3)


@tracing_path
def swallows(tracing: Tracing) -> None:
    traced = tracing.symbolic_trace()
    tracing.graph("g", traced)
    try:
        tracing.graph("g", traced)
    except Exception:
        pass


@tracing_path
def writes(tracing: Tracing) -> None:
    tracing.text("plan", "one partition")


@tracing_path
def counts(tracing: Tracing) -> None:
    tracing.fact("partitions", 1)


named = backend_path("eager")
misspelt = backend_path("eeger", name="misspelt")


@backend_path
def drops(graph_module, inputs):
    return lambda *args: graph_module(*args)
"""


def write_case(*paths: str) -> str:
    return SUMMED.replace("PATHS", repr(paths))


def by_path(ended: Any) -> dict[str, dict[str, Any]]:
    return {each["path"]: each for each in ended["records"]}


def test_whatever_an_own_path_does_costs_its_own_records_alone(tmp_path: Path) -> None:
    names = ("raises", "fails-in-torch", "hangs", "prints", "forks", "ends", "swallows", "eager", "misspelt")
    cases = write_case(*names, "drops", "writes", "counts", "symbolic-trace")
    project = make_alone(tmp_path, {"p/all.py": HEAD + ODD_PATHS + cases})
    found = by_path(project.run("check", "--timeout", "12", "--json", code=2).json)
    outcomes = {path: each["outcome"] for path, each in found.items()}
    graphs = dict.fromkeys(("prints", "forks", "eager", "drops", "symbolic-trace"), "graphs")
    ends = {"raises": "error", "fails-in-torch": "error", "hangs": "timeout", "ends": "crash"}
    ends |= {"writes": "texts", "counts": "nothing captured"}
    assert outcomes.items() >= {**graphs, **ends}.items()
    assert found["counts"]["reason"] == "the tracing path recorded no graph and no text"
    assert "we do not take this program" in found["raises"]["reason"]
    assert found["hangs"]["reason"] == "tracing by hangs"
    assert "two graphs of one name" in found["swallows"]["problem"]
    assert "PyTorch has no backend 'eeger'; did you mean `eager`?" in found["misspelt"]["problem"]
    project.run("update", "summed", "--path", "raises", "--path", "drops", "--path", "fails-in-torch", code=0)
    shown = {each["path"]: each for each in project.run("show", "summed", "--json", code=0).json}
    assert shown["raises"]["facts"]["error"] == {"place": "refuse of all.py", "type": "ValueError"}
    assert shown["fails-in-torch"]["facts"]["error"]["place"] == "fails_in_torch of all.py"
    assert [name for name in shown["drops"]["artifacts"] if name.endswith(".code")] == ["given_0.code"]


WRONG = """

@tracing_path
def export(tracing: Tracing) -> None:
    pass


@tracing_path(name="a/b")
def slash(tracing: Tracing) -> None:
    pass


@tracing_path(after="exprt")
def lost(tracing: Tracing) -> None:
    pass


@tracing_path
def two(tracing: Tracing, more) -> None:
    pass


@tracing_path
def twice(tracing: Tracing) -> None:
    pass
"""
RULE = """
from graph_goldens import text_rule


@text_rule(example=("scale=0.5", "scale=<number>"))
def hide_scales(text: str) -> str:
    return text.upper()
"""


def test_what_is_wrong_with_a_path_is_told_once_and_costs_that_path(tmp_path: Path) -> None:
    settings = """
import-from = ["src"]
[tool.goldens.tracing-paths]
gone = "mine.paths:gone"
nowhere = "mine.nothing:path"
four = "mine.paths:FOUR"
good = "mine.paths:good"
"""
    twice = HEAD + "\n\n@tracing_path\ndef twice(tracing: Tracing) -> None:\n    pass\n"
    good = "def good(tracing):\n    tracing.graph('g', tracing.symbolic_trace())\n\n\nFOUR = 4\n"
    misspelt = write_case("god").replace("summed", "misspelt")
    files = {"p/all.py": HEAD + WRONG + RULE + write_case("good") + misspelt, "q/other.py": twice}
    (tmp_path / "src" / "mine").mkdir(parents=True)
    (tmp_path / "src" / "mine" / "paths.py").write_text(good)
    project = make_alone(tmp_path, files, settings)
    ended = project.run("check", "--json", code=2).json
    told = sorted(each["problem"] for each in ended["mistakes"])
    assert [(each["path"], each["outcome"]) for each in ended["records"]] == [("good", "graphs")]
    table = "[tool.goldens.tracing-paths]: the tracing path"
    unusable = "cannot be used:"
    expected = (
        f"{table} four {unusable} it is of type int, and no function that takes a Tracing",
        f"{table} gone {unusable} mine.paths has no 'gone'; name a function of it as module:function",
        f"{table} nowhere {unusable} importing mine.nothing raises ModuleNotFoundError: No module named",
        f"the tracing path a/b {unusable} its name cannot name a file on Windows",
        f"the tracing path export {unusable} that is the name of a tracing path of PyTorch",
        f"the tracing path lost {unusable} it comes after 'exprt', which is no tracing path; did you",
        f"the tracing path twice {unusable} another one of that name is in p/all.py:",
        f"the tracing path two {unusable} a tracing path is a function that takes one Tracing",
        f"the text rule hide-scales {unusable} it makes 'SCALE=0.5' of 'scale=0.5', and its example says",
        "its paths name 'god', which is no tracing path; did you mean `good`?",
    )
    for sentence in expected:
        assert sum(sentence in each for each in told) == 1, (sentence, told)
    assert len(told) == len(expected)
    met = project.run("check", "summed", "--path", "lost", "--json", code=2).json["mistakes"]
    assert "the tracing path lost cannot be used" in met[1]["problem"]
    assert "the text rule hide-scales cannot be used" in met[0]["problem"]
    assert len(met) == 2
    assert "did you mean good?" in project.run("check", "summed", "--path", "goot", code=2).last_error


PASS = """
import torch
from torch.fx import GraphModule


def fuse(graph_module: GraphModule) -> GraphModule:
    for node in graph_module.graph.nodes:
        if node.target is torch.ops.aten.relu.default:
            node.target = torch.ops.aten.sigmoid.default
    graph_module.recompile()
    return graph_module
"""
OWN_PATH = """
from mine.passes import fuse


@tracing_path(after="export")
def fused(tracing: Tracing) -> None:
    exported = tracing.export()
    tracing.graph("before", exported.graph_module)
    tracing.graph("fused", fuse(exported.graph_module))
    tracing.text("plan", "one partition")
"""


@pytest.fixture(scope="module")
def own_pass(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A repository made from nothing: a package of its own, a pass in it, and a path that runs the pass."""
    root = tmp_path_factory.mktemp("own_pass")
    (root / "src" / "mine").mkdir(parents=True)
    (root / "src" / "mine" / "passes.py").write_text(PASS)
    files = {
        "p/paths.py": HEAD + OWN_PATH,
        "p/sums.py": HEAD + write_case("export", "fused"),
        "q/sums.py": HEAD + write_case("export"),
    }
    settings = 'default = "2.13.0"\nimport-from = ["src"]\n'
    project = make_alone(root, files, settings)
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"2.12.1", ', ""))
    project.run("update", code=0)
    return project.keep()


def test_a_pass_that_changes_drifts_in_terms_of_its_graph_and_is_accepted(own_pass: Example) -> None:
    project = own_pass.restored()
    project.run("check", code=0)
    assert "own tracing path fused: p/paths.py:12, after export" in project.run("list", code=0).output
    file = project.root / "src" / "mine" / "passes.py"
    file.write_text(file.read_text().replace("sigmoid", "tanh"))
    checked = project.run("check", "--explain", code=1)
    assert "reused: 2 records" in checked.errors
    changed = "captured: 1 record: the tracing path, or what it imports, changed: src/mine/passes.py"
    assert changed in checked.errors
    assert "operators · 1 golden" in checked.output
    assert "what differs is your tracing path (fused) or what it imports" in checked.output
    assert "fused.graph: aten.sigmoid → aten.tanh at `%relu`" in checked.output
    (cluster,) = project.run("pending", "--json").json["clusters"]
    assert (cluster["class"], cluster["paths"]) == ("operators", ["fused"])
    project.run("accept", cluster["fingerprint"], "--because", "tanh now", code=0)
    assert "✓ 3 the same" in project.run("check", code=0).output
    shown = project.run_here("history", "p/summed", "--path", "fused", code=0).output
    assert "fused" in shown


def test_a_text_that_changes_or_goes_is_told_by_its_name(own_pass: Example) -> None:
    project = own_pass.restored()
    file = project.root / "cases" / "p" / "paths.py"
    file.write_text(file.read_text().replace("one partition", "two partitions"))
    assert "plan.text: `one partition` → `two partitions`" in " ".join(
        project.run("check", code=1).output.split()
    )
    file.write_text(file.read_text().replace('tracing.text("plan", "two partitions")', "pass"))
    assert "- text plan" in project.run("check", code=1).output


def test_goldens_of_a_path_that_was_removed_are_unused_and_pruned(own_pass: Example) -> None:
    project = own_pass.restored()
    sums, paths = (project.root / "cases" / "p" / name for name in ("sums.py", "paths.py"))
    sums.write_text(sums.read_text().replace(", 'fused'", ","))
    paths.unlink()
    assert "fused" in project.run("check", code=4).output
    assert project.golden("p/summed", "fused").exists()
    project.run("prune", "--yes", code=0)
    assert not project.golden("p/summed", "fused").exists()
    assert project.golden("p/summed", "export").exists()


def test_an_installed_package_brings_paths_for_all_packs(tmp_path: Path) -> None:
    environment = open_environment(describe_release("2.13.0"), REPOSITORY / ".goldens", print)
    folder = tmp_path / "python"
    command = [str(environment.python), "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "torch.pth").write_text(f"{environment.torch_root.parent}\n")
    (packages / "brought.py").write_text("def trace(tracing):\n    tracing.fact('brought', True)\n")
    info = packages / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    group = "[graph_goldens.tracing_paths]\nbrought = brought:trace\nabsent = brought:nothing\n"
    (info / "entry_points.txt").write_text(group)
    project = make_alone(tmp_path / "project", {"p/sums.py": HEAD + write_case("brought")})
    python = str(folder / "bin" / "python")
    ended = project.run("check", "--python", python, "--json", code=2).json
    assert [(each["path"], each["outcome"]) for each in ended["records"]] == [("brought", "nothing captured")]
    (mistake,) = ended["mistakes"]
    assert mistake["problem"] == (
        "brought: the tracing path absent cannot be used: brought has no 'nothing'; "
        "name a function of it as module:function"
    )
