"""A token is random or from a file that is its owner's alone, and the cookie does not tell it."""

from pathlib import Path

import pytest

from graph_goldens.errors import UserError
from graph_goldens.live.access_token import Token, make_token, read_token_file

TEXT = "0123456789abcdef0123456789abcdef"


def write(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text)
    file.chmod(mode)
    return file


def test_random_tokens_differ_and_are_long() -> None:
    tokens = {make_token().text for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43


def test_only_the_token_itself_matches() -> None:
    token = Token(TEXT)
    assert token.matches(TEXT)
    assert not any(map(token.matches, ("", TEXT[:-1], TEXT.upper(), f"{TEXT} ", "ä", "\udcff")))
    assert token.matches_pass(token.pass_text)
    assert not token.matches_pass(TEXT)
    assert not token.matches(token.pass_text)


def test_the_cookie_is_the_same_after_a_restart_with_the_same_token() -> None:
    assert Token(TEXT).pass_text == Token(TEXT).pass_text != Token(f"{TEXT}0").pass_text


def test_a_token_is_read_from_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    assert read_token_file(write(tmp_path / "token", f"{TEXT}\n")).text == TEXT
    assert read_token_file(write(tmp_path / "token", TEXT, 0o400)).text == TEXT


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UserError, match=r"others may read .*token; make it yours alone with `chmod 600"):
        read_token_file(write(tmp_path / "token", TEXT, mode))


@pytest.mark.parametrize("text", ["", "short", f"{TEXT} {TEXT}", f"{TEXT}\x00", "ä" * 20, "a" * 5000])
def test_what_is_no_token_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="holds no token, which is one word of at least 16 plain letters"):
        read_token_file(write(tmp_path / "token", text))


def test_what_is_no_file_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not there; make it with `\(umask 077; openssl rand -hex 32 > "):
        read_token_file(tmp_path / "token")
    with pytest.raises(UserError, match="is no file"):
        read_token_file(tmp_path)


def test_the_command_that_makes_one_can_be_copied_whatever_the_file_is_called(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"rand -hex 32 > '.*/my token'\)`"):
        read_token_file(tmp_path / "my token")
    with pytest.raises(UserError, match=r"`chmod 600 '.*/my token'`"):
        read_token_file(write(tmp_path / "my token", TEXT, 0o644))
