"""`goldens init` in ten kinds of repositories: what it writes works, and what is there stays as it was."""

import errno
import os
from pathlib import Path

import pytest
import tomllib

from tests.end_to_end.example import Example, share_environments

WORKFLOW, HOOK = ".github/workflows/goldens.yml", ".pre-commit-config.yaml"
WRITTEN = {"pyproject.toml", "cases/example/blocks.py", ".gitignore", ".gitattributes", WORKFLOW, HOOK}
OWN_MODULE = "VALUE = 1\n"


def make_repository(root: Path, files: dict[str, str], *, git: bool = True) -> Example:
    root.mkdir(parents=True, exist_ok=True)
    if git:
        (root / ".git").mkdir()
    return Example(root).write(files)


def read_files(root: Path) -> dict[str, bytes]:
    """Read all files but git's and those of the working folder."""
    files = (file for file in root.rglob("*") if file.is_file())
    names = {file.relative_to(root).as_posix(): file.read_bytes() for file in files}
    return {name: data for name, data in names.items() if not name.startswith((".git/", ".goldens/"))}


def demand_nothing_changes(example: Example, *, below: str = ".") -> None:
    """A second time nothing is written, whichever files there are."""
    before = read_files(example.root)
    again = Example(example.root / below).run_here("init", code=0)
    assert "wrote" not in again.output
    assert read_files(example.root) == before


def demand_it_works(project: Path, case: str) -> None:
    """What was written can be updated and checked, by one tracing path that is quick."""
    share_environments(project)
    example = Example(project)
    assert "wrote 1 golden" in example.run("update", case, "--path", "make-fx-real", code=0).output
    assert "✓ 1 the same" in example.run("check", case, "--path", "make-fx-real", code=0).output


def test_an_empty_repository_gets_all_pieces_and_they_work(tmp_path: Path) -> None:
    example = make_repository(tmp_path, {})
    ended = example.run("init", code=0)
    assert set(read_files(tmp_path)) == WRITTEN
    assert [line.split(":")[0].split()[1] for line in ended.output.splitlines() if "wrote" in line] == [
        "pyproject.toml",
        "cases/example/blocks.py",
        ".gitignore",
        ".gitattributes",
        WORKFLOW,
        HOOK,
    ]
    demand_nothing_changes(example)
    demand_it_works(tmp_path, "residual_block")


def test_a_project_of_src_layout_is_extended_byte_for_byte(tmp_path: Path) -> None:
    settings = '[project]\nname="thing"   # as its author writes\nversion = "1"\n\n[tool.other]\nx=[1,\n2]'
    example = make_repository(
        tmp_path, {"pyproject.toml": settings, "src/thing/__init__.py": OWN_MODULE, ".gitignore": "*.log"}
    )
    example.run_here("init", code=0)
    written = (tmp_path / "pyproject.toml").read_text()
    assert written.startswith(settings + "\n\n[tool.goldens]\n")
    assert tomllib.loads(written)["tool"]["goldens"] == {"default": "2.13.0", "supported": ["2.13.0"]}
    assert (tmp_path / ".gitignore").read_text() == "*.log\n.goldens/\n"
    assert (tmp_path / "src/thing/__init__.py").read_text() == OWN_MODULE
    demand_nothing_changes(example)


def test_a_package_of_a_monorepo_is_a_project_of_its_own(tmp_path: Path) -> None:
    settings = {f"{each}pyproject.toml": "[project]\nname = 'x'\n" for each in ("", "packages/one/")}
    example = make_repository(tmp_path, settings | {"packages/one/src/deep/x.py": OWN_MODULE})
    Example(tmp_path / "packages/one/src/deep").run_here("init", code=0)
    assert (tmp_path / "pyproject.toml").read_text() == settings["pyproject.toml"]
    assert set(read_files(tmp_path)) - set(settings) - {"packages/one/src/deep/x.py"} == {
        *(f"packages/one/{name}" for name in WRITTEN if not name.startswith((".github", ".pre"))),
        ".github/workflows/goldens-packages-one.yml",
        HOOK,
    } - set(settings)
    workflow = (tmp_path / ".github/workflows/goldens-packages-one.yml").read_text()
    assert 'working-directory: "packages/one"' in workflow
    assert "files: '^packages/one/(cases|snapshots)/'" in (tmp_path / HOOK).read_text()
    demand_nothing_changes(example, below="packages/one")


def test_a_project_with_a_harness_of_its_own_keeps_it(tmp_path: Path) -> None:
    own = {"harness/__init__.py": "raise SystemExit('imported')\n", "harness/graph_goldens.py": OWN_MODULE}
    example = make_repository(tmp_path, own)
    example.run_here("init", code=0)
    assert {name: data.decode() for name, data in read_files(tmp_path).items() if name in own} == own
    demand_nothing_changes(example)


def test_a_project_with_cases_of_its_own_gets_a_folder_and_a_package_beside_them(tmp_path: Path) -> None:
    imported = "raise SystemExit('imported')\n"
    own = dict.fromkeys(("cases/__init__.py", "harness/__init__.py", "snapshots/theirs.txt"), imported)
    example = make_repository(tmp_path, own)
    example.run_here("init", code=0)
    table = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]["goldens"]
    assert (table["cases"], table["package"], table["snapshots"]) == (
        "golden_cases",
        "golden_cases",
        "golden_snapshots",
    )
    demand_nothing_changes(example)
    helper = "from golden_cases.example.blocks import residual_block as other\n\nassert other\n"
    example.write({"golden_cases/example/more.py": helper})
    demand_it_works(tmp_path, "residual_block")
    golden = next((tmp_path / "golden_snapshots").rglob("make-fx-real.md")).read_text()
    assert "residual_block" in golden


def test_settings_that_are_there_stay_and_name_the_folders(tmp_path: Path) -> None:
    table = '[tool.goldens]\ncases = "graphs"\nsnapshots = "kept goldens"\nworking = "build/goldens"\n'
    example = make_repository(tmp_path, {"pyproject.toml": table})
    example.run_here("init", code=0)
    assert (tmp_path / "pyproject.toml").read_text() == table
    assert (tmp_path / "graphs/example/blocks.py").is_file()
    assert (tmp_path / ".gitignore").read_text() == "build/goldens/\n"
    assert (tmp_path / ".gitattributes").read_text().startswith('"kept goldens/**" -text ')
    demand_nothing_changes(example)
    assert example.run_here("init", code=0).output.splitlines()[1].endswith("there are cases")


def test_without_git_there_is_nothing_for_git(tmp_path: Path) -> None:
    example = make_repository(tmp_path, {}, git=False)
    ended = example.run_here("init", code=0)
    assert set(read_files(tmp_path)) == {"pyproject.toml", "cases/example/blocks.py"}
    assert "run it again in one" in ended.output
    (tmp_path / ".git").mkdir()
    example.run_here("init", code=0)
    assert set(read_files(tmp_path)) == WRITTEN


def test_what_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    example = make_repository(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n"})
    before = read_files(tmp_path)
    monkeypatch.setattr(os, "replace", refuse)
    ended = example.run_here("init", code=70)
    assert "Read-only file system" in ended.errors
    assert len(ended.errors.strip().splitlines()) == 1
    assert read_files(tmp_path) == before


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[project\nname = 'x'\n", "cannot be read"),
        ("tool = { other = { x = 1 } }\n", "write `tool` as tables"),
        ("[tool]\ngoldens = 3\n", "[tool.goldens] is not a table"),
    ],
)
def test_settings_that_cannot_be_extended_cost_nothing_else(
    tmp_path: Path, settings: str, sentence: str
) -> None:
    example = make_repository(tmp_path, {"pyproject.toml": settings})
    assert sentence in example.run_here("init", code=2).errors
    assert read_files(tmp_path) == {"pyproject.toml": settings.encode()}


def test_a_workflow_and_hooks_that_are_there_stay_and_the_hook_is_offered(tmp_path: Path) -> None:
    own = {WORKFLOW: "name: theirs\n", HOOK: "repos: []\n", ".gitattributes": "*.x binary\r\n"}
    example = make_repository(tmp_path, own)
    ended = example.run_here("init", code=0)
    files = read_files(tmp_path)
    assert (files[WORKFLOW], files[HOOK]) == (b"name: theirs\n", b"repos: []\n")
    assert "- id: goldens" in ended.output
    assert files[".gitattributes"] == (
        b"*.x binary\r\nsnapshots/** -text linguist-generated=false linguist-documentation\r\n"
    )
    demand_nothing_changes(example)


def test_the_hook_of_one_project_is_none_of_another_in_the_same_repository(tmp_path: Path) -> None:
    make_repository(tmp_path, {"one/pyproject.toml": "", "it's two/pyproject.toml": ""})
    one, two = Example(tmp_path / "one"), Example(tmp_path / "it's two")
    one.run_here("init", code=0)
    assert '"one/"' in (tmp_path / HOOK).read_text()
    offered = two.run_here("init", code=0).output
    assert "to have the hook, add to its `repos`" in offered
    hook = offered[offered.index("  - repo: local") :].split("\n\n")[0]
    (tmp_path / HOOK).write_text((tmp_path / HOOK).read_text() + hook + "\n")
    for project in (one, two):
        assert "to have the hook" not in project.run_here("init", code=0).output


def test_a_path_with_spaces_and_quotes_works(tmp_path: Path) -> None:
    top = tmp_path / "our 'own' code"
    make_repository(top, {"some part/pyproject.toml": ""})
    project = top / "some part"
    Example(project).run_here("init", code=0)
    assert 'working-directory: "some part"' in (top / ".github/workflows/goldens-some-part.yml").read_text()
    demand_it_works(project, "residual_block")
