"""A browser is opened by way of a file that nobody else may read, and that goes again."""

import webbrowser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from graph_goldens.live.open_browser import open_browser

ADDRESS = "http://127.0.0.1:8713/?token=a&b"


def test_the_address_stands_in_a_file_of_ones_own_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", asked.append)
    with open_browser(ADDRESS, tmp_path / "working"):
        file = Path(unquote(urlsplit(asked[0]).path))
        assert file.stat().st_mode & 0o777 == 0o600
        assert 'url=http://127.0.0.1:8713/?token=a&amp;b"' in file.read_text()
    assert "token" not in asked[0]
    assert not file.exists()


def test_a_file_that_is_there_already_is_not_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: True)
    with open_browser(ADDRESS, tmp_path):
        (file,) = tmp_path.iterdir()
    other = tmp_path / "other"
    other.write_text("mine")
    file.symlink_to(other)
    with open_browser(ADDRESS, tmp_path):
        assert not file.is_symlink()
    assert other.read_text() == "mine"
