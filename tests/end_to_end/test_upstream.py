"""`goldens report --pytorch CLONE`: the commits behind a step, from a repository that is made here."""

from pathlib import Path

import pytest

from graph_goldens.records import Capture
from graph_goldens.runs.run import Run, save_run
from tests.end_to_end.drifted import ADD, NEWEST, SUB, Drifted
from tests.environments.test_upstream_commits import Clone

TABLE = "graph_goldens.runs.release_commits.RELEASE_COMMITS"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    folder = tmp_path / "pytorch"
    folder.mkdir()
    return Clone(folder)


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path / "project")


def check(drifted: Drifted, commit: str) -> None:
    """Save what a check by a build of a commit would."""
    environment = {"torch": NEWEST, "git": commit, "python": "3.11.7", "platform": "Linux-x86_64"}
    captures = {record.key: Capture(record) for record in drifted.new}
    save_run(Run(environment, captures, complete=True), drifted.home)


def test_commits_that_name_what_changed_stand_beside_the_cluster_best_first(
    drifted: Drifted, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ADD.split(".")[3] == "add"
    assert SUB.split(".")[3] == "sub"
    before = clone.commit("Begin", "torch/_decomp/all.py", "def add(): 1\n")
    clone.commit("Speak of sub", "docs/all.md", "sub\n")
    plain = clone.commit("Tidy up", "torch/_refs/all.py", "lower(add)\n")
    named = clone.commit("Trace add as sub", "torch/_decomp/all.py", "def add(): return sub()\n")
    monkeypatch.setattr(TABLE, {"2.12.1": before})
    check(drifted, named)
    text = drifted.run("report", "--pytorch", str(clone.folder), code=0).output
    assert text.index(named[:11]) < text.index(plain[:11])
    assert "Trace add as sub" in text
    assert "its subject names add, sub" in text or "its subject names sub, add" in text
    assert "Speak of sub" not in text
    assert f"2.12.1 ({before[:11]}) → {NEWEST} ({named[:11]})" in text


@pytest.mark.parametrize("form", ["json", "html", "junit", "sarif", "github"])
def test_every_format_is_written_with_a_clone(
    drifted: Drifted, clone: Clone, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    before = clone.commit("Begin", "torch/_decomp/all.py", "def add(): 1\n")
    after = clone.commit("Trace add as sub", "torch/_decomp/all.py", "def add(): return sub()\n")
    monkeypatch.setattr(TABLE, {"2.12.1": before})
    check(drifted, after)
    assert drifted.run("report", "--format", form, "--pytorch", str(clone.folder), code=0).output


def test_a_clone_that_lacks_the_build_s_commit_is_refused_in_a_sentence(
    drifted: Drifted, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = clone.commit("Begin", "torch/_decomp/all.py", "def add(): 1\n")
    monkeypatch.setattr(TABLE, {"2.12.1": before})
    check(drifted, "0123456789" * 4)
    ended = drifted.run("report", "--pytorch", str(clone.folder), code=2)
    assert f"does not hold commit {'0123456789' * 4}; give a clone of PyTorch" in ended.last_error
    nowhere = drifted.run("report", "--pytorch", "nowhere", code=2)
    assert "nowhere" in nowhere.last_error


def test_the_page_shows_the_commits_in_their_cluster_beside_the_builds(
    drifted: Drifted, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = clone.commit("Begin", "torch/_decomp/all.py", "def add(): 1\n")
    after = clone.commit("Trace <add> as sub", "torch/_decomp/all.py", "def add(): return sub()\n")
    monkeypatch.setattr(TABLE, {"2.12.1": before})
    check(drifted, after)
    page = drifted.run("report", "--format", "html", "--pytorch", str(clone.folder), code=0).output
    own, *_ = [each for each in page.split("<article")[1:] if f"commit/{after}" in each]
    assert "aten.add.Tensor → aten.sub.Tensor" in own
    assert "Trace &lt;add&gt; as sub" in own
    assert "its subject names" in own
    assert f"2.12.1 ({before[:11]}) → {NEWEST} ({after[:11]})" in page
    plain = drifted.run("report", "--format", "html", code=0).output
    assert "that it may come from" not in plain
