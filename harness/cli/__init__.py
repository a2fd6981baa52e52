"""The command line: `goldens check|update|list|show|prune|doctor`."""

from harness.cli.main import main

__all__ = ["main"]
