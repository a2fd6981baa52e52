"""What packs need is read from the settings and from files of packs, and packs that need the same share."""

from pathlib import Path

import pytest

from graph_goldens.environments.pack_needs import Needs
from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project
from graph_goldens.gate.project_needs import NO_PROJECT_NEEDS, ProjectNeeds, group_packs


def read(folder: Path, settings: str, files: dict[str, str] | None = None) -> ProjectNeeds:
    for name in ("cases/vision", "cases/text", "include", "own project"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.goldens]\n{settings}")
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    return find_project(folder).needs


def test_a_project_that_says_nothing_needs_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == NO_PROJECT_NEEDS


def test_a_pack_needs_what_the_project_needs_and_more(tmp_path: Path) -> None:
    needs = read(
        tmp_path,
        'requires = ["einops"]\npython = "3.12"\nenv = { A = "1", B = "1" }\ninclude = ["include"]\n'
        '[tool.goldens.packs.vision]\nrequires = ["own[x] @ ./own project"]\npython = "3.13"\nenv.B = "2"\n'
        'libraries = ["m"]\n',
    )
    own = Needs(("einops",), "3.12", (("A", "1"), ("B", "1")), (str(tmp_path / "include"),))
    assert needs.own == own
    assert dict(needs.packs) == {
        "vision": Needs(
            ("einops", f"own[x] @ {(tmp_path / 'own project').as_uri()}"),
            "3.13",
            (("A", "1"), ("B", "2")),
            own.include,
            ("m",),
        )
    }


def test_a_pack_may_say_it_in_a_file_of_its_own_from_whose_folder_paths_are_meant(tmp_path: Path) -> None:
    needs = read(tmp_path, "", {"cases/text/pack.toml": 'include = ["."]\nrequires = ["einops==0.8.*"]\n'})
    assert needs.packs["text"].include == (str(tmp_path / "cases" / "text"),)
    assert needs.packs["text"].requires == ("einops==0.8.*",)


def test_an_interpreter_of_the_settings_is_meant_from_their_folder_and_its_links_stay(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to("/usr/bin/env")
    assert read(tmp_path, 'python = "./python"').own.python == str(tmp_path / "python")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("requires = 3", "`requires` in .* is not a list of texts"),
        ('requires = ["not a requirement"]', "is no requirement"),
        ('requires = ["Torch==2"]', "--torch and `default` choose PyTorch"),
        ('requires = ["x @ ./nowhere"]', "there is no "),
        ("python = 3.13", "`python` in .* is not a text"),
        ("env = { A = 1 }", "`env` in .* is not a table of texts"),
        ('env = { PYTHONPATH = "x" }', "`PYTHONPATH` of `env` .* no variable that may be set"),
        ('include = ["nowhere"]', "is no folder"),
        ('libraries = ["./nowhere.so"]', "is no file"),
        ("[tool.goldens.packs.visoin]", r"packs.visoin\] is of no pack; did you mean `vision`"),
        ("[tool.goldens.packs.vision]\nrequire = []", "`require` in .* no setting; did you mean `requires`"),
        ('[tool.goldens.packs.vision]\npython = "/usr/bin/python3"', "not a version such as 3.13"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, settings: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read(tmp_path, settings)


def test_one_pack_is_not_told_of_twice(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"says what \[tool.goldens.packs.text\] says too"):
        read(tmp_path, "[tool.goldens.packs.text]\n", {"cases/text/pack.toml": ""})


def test_packs_that_need_the_same_are_one_group_and_those_of_the_project_come_first() -> None:
    more = Needs(("einops",))
    needs = ProjectNeeds(Needs(), {"a": more, "c": more})
    groups = group_packs(needs, ["a", "b", "c", "d"], "cases")
    assert [(sorted(group.choice.names or ()), group.needs) for group in groups] == [
        (["b", "d"], Needs()),
        (["a", "c"], more),
    ]


def test_one_group_holds_all_packs_also_those_that_come_later() -> None:
    (group,) = group_packs(ProjectNeeds(Needs(python="3.13")), ["a", "b"], "ours")
    assert (group.choice.root, group.choice.names, group.needs.python) == ("ours", None, "3.13")


def test_an_interpreter_that_exists_is_given_variables_alone() -> None:
    packs = {"a": Needs(("einops",), "3.13", (("A", "1"),)), "b": Needs(("einops",))}
    left = ProjectNeeds(Needs(), packs).without_packages()
    assert len(group_packs(left, ["a", "b", "c"], "cases")) == 2
    assert left.packs["a"] == Needs(variables=(("A", "1"),))
