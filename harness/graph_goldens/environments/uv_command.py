"""How uv is run: under this machine's settings, pip's included, with failures reported in one sentence."""

import os
import re

import uv

from graph_goldens.environments.builds import Indexes
from graph_goldens.environments.pip_settings import find_uv_arguments, find_uv_variables, read_pip_config
from graph_goldens.errors import ToolError

_OTHERS = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_SYSTEM_PYTHON")
_MARKS = re.compile(r"^[\s\u2500-\u25ff\u00d7]*(?:(?:error|cause|Caused by):\s*)?")  # lines, arrow, cross
_FAILURE = re.compile(r"^\s*(?:error:|\u00d7)")
_PARAGRAPH = re.compile(r"^\s*(?:[\u00d7\u2570\u251c]|error:|cause:|Caused by:)")
_ASIDE = re.compile(r"^\s*(?:hint|help|warning):", re.IGNORECASE)
_CAUSES_SHOWN = 2


def find_uv() -> str:
    """Find the path of uv's program.

    Raises:
        ToolError: it is missing.
    """
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        raise ToolError("uv's program is missing: pip install --force-reinstall uv") from None


def compose_uv_environment(indexes: Indexes) -> dict[str, str]:
    """Compose uv's variables: this process's, pip's settings and the indexes, less what names a Python."""
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    configured = {"UV_NO_WRAP": "1", **kept, **find_uv_variables(os.environ, read_pip_config(os.environ))}
    return {**configured, **indexes.list_variables(configured)}


def list_pip_arguments() -> list[str]:
    """List the arguments for the settings of pip that uv takes from no variable."""
    return find_uv_arguments(os.environ, read_pip_config(os.environ))


def summarise_uv_output(output: str) -> str:
    """Summarise in one line what uv's output says went wrong."""
    lines = [line for line in output.splitlines() if line.strip() and not _ASIDE.match(line)]
    starts = [number for number, line in enumerate(lines) if _FAILURE.match(line)]
    if not starts:
        return lines[-1].strip() if lines else "uv printed nothing"
    paragraphs: list[str] = []
    for line in lines[starts[0] :]:
        text = _MARKS.sub("", line).strip()
        if _PARAGRAPH.match(line) or not paragraphs:
            paragraphs.append(text)
        else:
            paragraphs[-1] += " " + text
    return ": ".join(text.rstrip(":.") for text in paragraphs[:_CAUSES_SHOWN])
