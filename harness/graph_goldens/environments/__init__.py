"""Environments: make and describe them, build packs' libraries for them, and run workers in them.

Import from its modules: a command imports what it needs and no more.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "Build": "graph_goldens.environments.builds",
    "CaseListing": "graph_goldens.environments.worker_messages",
    "Environment": "graph_goldens.environments.environment",
    "Hello": "graph_goldens.environments.worker_messages",
    "Indexes": "graph_goldens.environments.builds",
    "Library": "graph_goldens.environments.libraries",
    "ListedCase": "graph_goldens.environments.worker_messages",
    "MadeEnvironment": "graph_goldens.environments.environment_removal",
    "Resolution": "graph_goldens.environments.version_resolution",
    "Worker": "graph_goldens.environments.worker_client",
    "describe_release": "graph_goldens.environments.builds",
    "describe_wheel": "graph_goldens.environments.builds",
    "list_environments": "graph_goldens.environments.environment_removal",
    "list_offered_versions": "graph_goldens.environments.version_resolution",
    "open_environment": "graph_goldens.environments.environment_maker",
    "open_interpreter": "graph_goldens.environments.interpreters",
    "remove_environment": "graph_goldens.environments.environment_removal",
    "remove_leftovers": "graph_goldens.environments.environment_removal",
    "resolve": "graph_goldens.environments.version_resolution",
    "start_libraries": "graph_goldens.environments.libraries",
    "start_library": "graph_goldens.environments.libraries",
    "start_worker": "graph_goldens.environments.worker_client",
    "use_environment": "graph_goldens.environments.environment_removal",
}


def __getattr__(name: str) -> Any:
    """Find what older imports ask the package for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
