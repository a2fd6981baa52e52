"""Environments: make and describe them, build packs' libraries for them, and run workers in them."""

from harness.environments.builds import Build, Indexes, release
from harness.environments.environment import Environment
from harness.environments.libraries import Library, start_libraries, start_library
from harness.environments.making import open_environment, open_interpreter
from harness.environments.messages import BrokenModule, Hello, ListedCase, Listing
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
    "Worker",
    "open_environment",
    "open_interpreter",
    "release",
    "start_libraries",
    "start_library",
    "start_worker",
]
