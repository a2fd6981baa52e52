"""Commits that may have changed graphs, listed from a repository that is made here."""

import subprocess
from pathlib import Path

import pytest

from graph_goldens.environments.upstream_commits import UpstreamCommit, list_upstream_commits
from graph_goldens.errors import ToolError, UserError

PLACES = ("torch/_decomp", "torch/_inductor")


class Clone:
    """A repository whose commits write one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
        command = ["git", "-C", str(self.folder), *identity, "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, subject: str, name: str, text: str) -> str:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def find(clone: Clone, before: str, after: str, *names: str) -> list[UpstreamCommit]:
    return list_upstream_commits(clone.folder, before, after, names, PLACES)


def test_commits_that_change_lines_naming_an_operator_come_best_first(
    clone: Clone,
) -> None:
    before = clone.commit("Add view", "torch/_decomp/all.py", "def view(): 1\n")
    clone.commit("Rename a variable", "torch/_decomp/other.py", "def review(): 1\n")
    plain = clone.commit("Tidy up", "torch/_inductor/passes.py", "lowering(view)\n")
    clone.commit("Speak of view elsewhere", "docs/view.md", "view\n")
    named = clone.commit("Decompose view by strides", "torch/_decomp/all.py", "def view(): 2\n")
    after = clone.commit("Bump", "version.txt", "2\n")
    clone.commit("Change view later", "torch/_decomp/all.py", "def view(): 3\n")
    found = find(clone, before, after, "view")
    assert [each.commit for each in found] == [named, plain]
    assert found[0].because == "its subject names view; changes lines that name view in torch/_decomp/all.py"
    assert found[1].because == "changes lines that name view in torch/_inductor/passes.py"
    assert found[1].files == ("torch/_inductor/passes.py",)


def test_without_an_operator_each_commit_that_touches_the_places_is_listed(clone: Clone) -> None:
    before = clone.commit("Begin", "version.txt", "1\n")
    touching = clone.commit("Order nodes", "torch/_inductor/order.py", "order\n")
    after = clone.commit("Write", "docs/all.md", "words\n")
    (only,) = find(clone, before, after)
    assert (only.commit, only.because) == (touching, "touches torch/_inductor/order.py")


def test_a_name_is_no_pattern(clone: Clone) -> None:
    before = clone.commit("Begin", "version.txt", "1\n")
    after = clone.commit("Add", "torch/_decomp/all.py", "axb\n")
    assert find(clone, before, after, "a.b") == []


def test_a_clone_that_lacks_a_commit_is_refused_in_a_sentence(clone: Clone) -> None:
    before = clone.commit("Begin", "version.txt", "1\n")
    with pytest.raises(UserError, match="does not hold commit 0123456789"):
        find(clone, before, "0123456789" * 4)
    with pytest.raises(UserError, match="is not the hash of a commit"):
        find(clone, "--output=/tmp/x", before)


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises((UserError, ToolError)):
        list_upstream_commits(tmp_path, "0" * 40, "1" * 40, (), PLACES)
