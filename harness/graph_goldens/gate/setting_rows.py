"""The settings of `[tool.goldens]` as one table, which is read, written by `goldens init`, and in README."""

from typing import NamedTuple

from graph_goldens.cases.root_name import ROOT
from graph_goldens.gate.policy_rules import IGNORE, SEVERITY

DEFAULT_TORCH = "2.13.0"
DEFAULT_TIMEOUT = 300.0
MOST_SECONDS = 365 * 24 * 3600

IMPORT_FROM, TRACING_PATHS = "import-from", "tracing-paths"


class SettingRow(NamedTuple):
    """One setting.

    Attributes:
        name: its key, or that of a table of its own.
        example: a value as TOML: the default where there is one; empty for a table.
        meaning: what it says, in one line.
    """

    name: str
    example: str
    meaning: str


SETTING_ROWS = (
    SettingRow("cases", '"cases"', "the folder of packs, from this file's folder; or a list of several"),
    SettingRow("package", f'"{ROOT}"', "what that folder is imported as; goldens hold it"),
    SettingRow("snapshots", '"snapshots"', "the folder of goldens"),
    SettingRow("working", '".goldens"', "the folder of environments, runs and caches, which git ignores"),
    SettingRow("default", f'"{DEFAULT_TORCH}"', "the PyTorch that is meant where none is given"),
    SettingRow("supported", f'["{DEFAULT_TORCH}"]', "the PyTorch versions that goldens serve: `--torch all`"),
    SettingRow("requires", "[]", "what all packs need beside PyTorch, as pip says it, or `name @ ./folder`"),
    SettingRow("python", '""', "the Python of environments, such as `3.13`, or a path of one with a PyTorch"),
    SettingRow("env", "", "environment variables of captures, beside the fixed ones"),
    SettingRow("include", "[]", "folders of headers for the packs' C++ sources"),
    SettingRow("libraries", "[]", "libraries that they are linked with: names, or paths of files"),
    SettingRow(
        "packs",
        "",
        "the same five of one pack and `torch`, as `[tool.goldens.packs.NAME]` or `NAME/pack.toml`",
    ),
    SettingRow("timeout", f"{DEFAULT_TIMEOUT:.0f}", "seconds that one capture may take"),
    SettingRow("memory", '"4G"', "memory that one capture may use beyond what its worker has"),
    SettingRow(IMPORT_FROM, "[]", "folders of the project's modules that are not installed, such as `src`"),
    SettingRow(TRACING_PATHS, "", "tracing paths of the project's own, each as `module:function`"),
    SettingRow(SEVERITY, "", "rules of the project's own about how severe a drift is, each with a reason"),
    SettingRow(IGNORE, "", "what the project does not look at, each with a reason"),
)
SETTINGS = tuple(row.name for row in SETTING_ROWS)


def format_setting_rows() -> str:
    """Format the table as README holds it, a line for each setting, without its heading."""
    return "\n".join(f"| `{row.name}` | {_format_example(row)} | {row.meaning} |" for row in SETTING_ROWS)


def _format_example(row: SettingRow) -> str:
    return f"`{row.example}`" if row.example else f"`[tool.goldens.{row.name}]`"
