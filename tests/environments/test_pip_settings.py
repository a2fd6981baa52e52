from pathlib import Path

import pytest

from graph_goldens.environments.pip_settings import find_uv_arguments, find_uv_variables, read_pip_config


def test_pips_variables_become_uvs() -> None:
    environ = {"PIP_INDEX_URL": "https://a/simple", "PIP_FIND_LINKS": "/w /v", "PIP_CERT": "/c.pem"}
    assert find_uv_variables(environ, {}) == {
        "UV_DEFAULT_INDEX": "https://a/simple",
        "UV_FIND_LINKS": "/w,/v",
        "SSL_CERT_FILE": "/c.pem",
    }


def test_pips_files_become_uvs_variables() -> None:
    assert find_uv_variables({}, {"find-links": "\n/w\n/v"}) == {"UV_FIND_LINKS": "/w,/v"}


def test_pips_variables_win_over_its_files() -> None:
    assert find_uv_variables({"PIP_FIND_LINKS": "/w"}, {"find-links": "/v"}) == {"UV_FIND_LINKS": "/w"}


def test_further_indexes_are_looked_at_alike_as_pip_does() -> None:
    assert find_uv_variables({"PIP_EXTRA_INDEX_URL": "https://a https://b"}, {}) == {
        "UV_INDEX": "https://a https://b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uvs_own_settings_win_over_pips(name: str) -> None:
    assert find_uv_variables({"PIP_INDEX_URL": "https://a", name: "https://b"}, {}) == {}


def test_no_index_becomes_an_argument() -> None:
    assert find_uv_arguments({"PIP_NO_INDEX": "1"}, {}) == ["--no-index"]
    assert find_uv_arguments({"PIP_NO_INDEX": "0"}, {}) == []
    assert find_uv_arguments({}, {}) == []


def test_sections_and_files_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    user, chosen = tmp_path / "config" / "pip" / "pip.conf", tmp_path / "chosen.conf"
    user.parent.mkdir(parents=True)
    user.write_text("[global]\nfind-links = /old\ntrusted_host = a b\n[install]\nno-index = yes\n")
    chosen.write_text("[global]\nfind-links =\n    /w\n    /v%20\n")
    config = read_pip_config({"XDG_CONFIG_HOME": str(tmp_path / "config"), "PIP_CONFIG_FILE": str(chosen)})
    assert config["find-links"].split() == ["/w", "/v%20"]
    assert config["trusted-host"] == "a b"
    assert config["no-index"] == "yes"


def test_pips_files_can_be_switched_off() -> None:
    assert read_pip_config({"PIP_CONFIG_FILE": "/dev/null"}) == {}


def test_a_broken_file_counts_as_empty(tmp_path: Path) -> None:
    chosen = tmp_path / "pip.conf"
    chosen.write_text("find-links = /w\n")
    environ = {"PIP_CONFIG_FILE": str(chosen), "HOME": str(tmp_path)}
    assert "find-links" not in read_pip_config({**environ, "XDG_CONFIG_DIRS": ""}) or chosen.exists()
