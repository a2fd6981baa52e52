"""Environments: make and describe them, build packs' libraries for them, and run workers in them."""

from harness.environments.builds import Build, Indexes, release, wheel
from harness.environments.environment import Environment
from harness.environments.interpreters import open_interpreter
from harness.environments.libraries import Library, start_libraries, start_library
from harness.environments.making import open_environment
from harness.environments.messages import BrokenModule, Hello, ListedCase, Listing
from harness.environments.removing import (
    MadeEnvironment,
    environments,
    remove_environment,
    remove_leftovers,
    using,
)
from harness.environments.resolving import Resolution, offered_versions, resolve
from harness.environments.worker import Worker, start_worker

__all__ = [
    "BrokenModule",
    "Build",
    "Environment",
    "Hello",
    "Indexes",
    "Library",
    "ListedCase",
    "Listing",
    "MadeEnvironment",
    "Resolution",
    "Worker",
    "environments",
    "offered_versions",
    "open_environment",
    "open_interpreter",
    "release",
    "remove_environment",
    "remove_leftovers",
    "resolve",
    "start_libraries",
    "start_library",
    "start_worker",
    "using",
    "wheel",
]
