"""Environments: make and describe them, build packs' libraries for them, and run workers in them."""

from harness.environments.builds import Build, Indexes, describe_release, describe_wheel
from harness.environments.environment import Environment
from harness.environments.interpreters import open_interpreter
from harness.environments.libraries import Library, start_libraries, start_library
from harness.environments.making import open_environment
from harness.environments.messages import BrokenModule, CaseListing, Hello, ListedCase
from harness.environments.removing import (
    MadeEnvironment,
    list_environments,
    remove_environment,
    remove_leftovers,
    use_environment,
)
from harness.environments.resolving import Resolution, list_offered_versions, resolve
from harness.environments.worker import Worker, start_worker

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
