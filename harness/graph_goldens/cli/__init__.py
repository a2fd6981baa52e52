"""The `goldens` command line."""

from graph_goldens.cli.main import main

__all__ = ["main"]
