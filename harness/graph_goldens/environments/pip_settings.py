"""pip's settings as uv's: uv reads none of pip's, and many machines are set up for pip alone."""

import configparser
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SECTIONS = ("global", "install")
_OFF = ("", "0", "false", "no", "off")


@dataclass(frozen=True)
class _Row:
    """One setting.

    Attributes:
        pip: pip's name for it.
        uv: the variable that passes it to uv.
        unless: variables that mean the same to uv; where one is set, pip's setting is ignored.
        separator: what separates several values for uv.
    """

    pip: str
    uv: str
    unless: tuple[str, ...] = ()
    separator: str = " "


_ROWS = (
    _Row("index-url", "UV_DEFAULT_INDEX", ("UV_INDEX_URL",)),
    _Row("extra-index-url", "UV_INDEX", ("UV_EXTRA_INDEX_URL",)),
    _Row("find-links", "UV_FIND_LINKS", separator=","),
    _Row("trusted-host", "UV_INSECURE_HOST"),
    _Row("cert", "SSL_CERT_FILE", ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS", "SSL_CERT_DIR")),
    _Row("proxy", "ALL_PROXY", ("HTTPS_PROXY", "https_proxy", "all_proxy")),
    _Row("timeout", "UV_HTTP_TIMEOUT", ("HTTP_TIMEOUT",)),
)


def find_uv_variables(environ: Mapping[str, str], config: Mapping[str, str]) -> dict[str, str]:
    """Find the variables that pass pip's variables and configuration files on to uv.

    Args:
        environ: the process's environment variables; pip's variables win over its files.
        config: pip's settings by name, as `read_pip_config` returns them.
    """
    found = {}
    for row in _ROWS:
        values = _look_up(row.pip, environ, config).split()
        if values and not any(environ.get(name) for name in (row.uv, *row.unless)):
            found[row.uv] = row.separator.join(values)
    if "UV_INDEX" in found and not environ.get("UV_INDEX_STRATEGY"):
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # pip ranks all its indexes alike
    return found


def find_uv_arguments(environ: Mapping[str, str], config: Mapping[str, str]) -> list[str]:
    """Find the arguments for the settings of pip that uv takes from no variable."""
    off = _look_up("no-index", environ, config).lower() in _OFF
    return [] if off else ["--no-index"]


def read_pip_config(environ: Mapping[str, str]) -> dict[str, str]:
    """Read pip's settings from its configuration files, the later files winning, as pip does.

    A file that cannot be read counts as empty: pip itself reports what is wrong with it.
    """
    if environ.get("PIP_CONFIG_FILE") == "/dev/null":
        return {}
    settings: dict[str, str] = {}
    for file in _list_config_files(environ):
        settings.update(_read(file))
    return settings


def _look_up(name: str, environ: Mapping[str, str], config: Mapping[str, str]) -> str:
    return environ.get("PIP_" + name.upper().replace("-", "_"), config.get(name, ""))


def _list_config_files(environ: Mapping[str, str]) -> list[Path]:
    home = Path(environ.get("HOME", "/"))
    user = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    shared = [Path(folder) for folder in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if folder]
    chosen = environ.get("PIP_CONFIG_FILE")
    return [
        *(folder / "pip" / "pip.conf" for folder in shared),
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        home / "Library" / "Application Support" / "pip" / "pip.conf",
        user / "pip" / "pip.conf",
        Path(sys.prefix) / "pip.conf",
        *([Path(chosen)] if chosen else []),
    ]


def _read(file: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    sections = [parser[name] for name in _SECTIONS if parser.has_section(name)]
    return {name.replace("_", "-"): value for section in sections for name, value in section.items()}
