"""Environments: make and describe them, build packs' libraries for them, and run workers in them."""

from graph_goldens.environments.builds import Build, Indexes, describe_release, describe_wheel
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.environment_removal import (
    MadeEnvironment,
    list_environments,
    remove_environment,
    remove_leftovers,
    use_environment,
)
from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.environments.libraries import Library, start_libraries, start_library
from graph_goldens.environments.version_resolution import Resolution, list_offered_versions, resolve
from graph_goldens.environments.worker_client import Worker, start_worker
from graph_goldens.environments.worker_messages import BrokenModule, CaseListing, Hello, ListedCase

__all__ = [
    "BrokenModule",
    "Build",
    "CaseListing",
    "Environment",
    "Hello",
    "Indexes",
    "Library",
    "ListedCase",
    "MadeEnvironment",
    "Resolution",
    "Worker",
    "describe_release",
    "describe_wheel",
    "list_environments",
    "list_offered_versions",
    "open_environment",
    "open_interpreter",
    "remove_environment",
    "remove_leftovers",
    "resolve",
    "start_libraries",
    "start_library",
    "start_worker",
    "use_environment",
]
