"""TOML that people write: a table, or one sentence."""

from pathlib import Path

import pytest

from graph_goldens.errors import UserError
from graph_goldens.toml_reading import read_toml


def test_a_file_is_read_as_tables(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_text("[tool]\nname = \"é\"\nlike = '\\u0000'\n", encoding="utf-8")
    assert read_toml(file) == {"tool": {"name": "é", "like": "\\u0000"}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = ", "Invalid value"),
        (b"\xff", "can't decode"),
        (b"a = " + b"[" * 100_000, "it is nested beyond reason"),
        (b'a = [{ b = "x\\u0000" }]', "a text in it holds a NUL character"),
        (b'"a\\u0000" = 1', "a text in it holds a NUL character"),
        (None, "No such file"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "pack.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UserError, match=said) as raised:
        read_toml(file)
    assert str(raised.value).startswith(f"{file} cannot be read: ")
    assert "\n" not in str(raised.value)
