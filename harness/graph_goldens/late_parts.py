"""What is imported only when it is asked for, since few need it or it is large: a table of such parts.

This is the one rule by which anything of ours is imported late, but for the commands, which have a table of
their own that `--help` reads too, and pytest's session, which has an entry that costs nothing.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

# What a function needs in some cases alone: the module below `graph_goldens` and its function.
PARTS = {
    "a golden in colours": ("cli.coloured_golden", "show_goldens"),
    "what is pending": ("cli.pending_clusters", "show_pending_clusters"),
    "a project's own severities": ("gate.policy_settings", "read_policy"),
    "a part of a shared working folder": ("gate.shared_home", "name_shared_home"),
    "several folders of packs": ("cases.packs", "demand_apart"),
    "what packs need": ("gate.needs_settings", "read_needs"),
    "the live page": ("live.live_server", "serve_project"),
    "answers for a shell": ("cli.completion", "prepare_answers"),
    "the version of the tool": ("own_version", "read_own_version"),
    "captures on Ray": ("machines.ray_machines", "open_ray"),
    "how lists differ": ("drift.edits.list_changes", "find_list_changes"),
}


def load_part(name: str) -> Callable[..., Any]:
    """Import the module of a part and return its function."""
    return load_function(*PARTS[name])


def load_function(module: str, function: str) -> Callable[..., Any]:
    """Import a module below `graph_goldens` and return one of its functions."""
    found: Callable[..., Any] = getattr(import_module(f"graph_goldens.{module}"), function)
    return found
