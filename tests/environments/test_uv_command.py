import pytest
import uv

from graph_goldens.environments.builds import Indexes
from graph_goldens.environments.uv_command import compose_uv_environment, find_uv, summarise_uv_output
from graph_goldens.errors import ToolError


def test_a_missing_uv_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(uv, "find_uv_bin", missing)
    with pytest.raises(ToolError, match="uv's program is missing"):
        find_uv()


def test_uv_looks_at_given_folders_and_at_those_that_pip_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_FIND_LINKS", "/pips")
    assert compose_uv_environment(Indexes(find_links=("mine",)))["UV_FIND_LINKS"] == "mine,/pips"


def test_uv_is_not_told_of_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    assert "VIRTUAL_ENV" not in compose_uv_environment(Indexes())


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("", "uv printed nothing"),
        ("Resolved 3 packages\nKilled\n", "Killed"),
        (
            "error: No solution found\n  cause: Because there is no version\nhint: look elsewhere\n",
            "No solution found: Because there is no version",
        ),
        (
            "Using it\n  \u00d7 No solution found:\n  ╰─▶ Because there is no version of\n      torch.\n",
            "No solution found: Because there is no version of torch",
        ),
        ("error: Failed\n  Caused by: one\n  Caused by: two\n", "Failed: one"),
    ],
)
def test_uvs_words_become_one_line(output: str, sentence: str) -> None:
    assert summarise_uv_output(output) == sentence
