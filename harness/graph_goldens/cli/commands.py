"""The table of commands, each of which is imported only when it is asked for."""

from collections.abc import Callable
from typing import NamedTuple

from graph_goldens.late_parts import load_function


class CommandRow(NamedTuple):
    """A command.

    Attributes:
        name: what a person types.
        module: the module that holds it, below `graph_goldens.cli`.
        function: its function there.
        help: what it does, which is the first sentence of the function's docstring.
    """

    name: str
    module: str
    function: str
    help: str


COMMANDS = (
    CommandRow(
        "init",
        "init",
        "init",
        "Begin in a repository: settings, an example case, a workflow and a hook; what is there stays.",
    ),
    CommandRow("check", "check", "check", "Capture graphs and hold them against the goldens."),
    CommandRow(
        "update",
        "check",
        "update",
        "Capture graphs and accept those that differ as goldens, once two fresh processes agree on them.",
    ),
    CommandRow(
        "refresh",
        "refresh",
        "refresh",
        "Bring goldens of older rules to those of now, where nothing but the rules makes a difference.",
    ),
    CommandRow(
        "merge", "merge", "merge", "Join runs of one environment and hold them against the goldens as one."
    ),
    CommandRow(
        "review",
        "review",
        "review",
        "Go through what is pending, one cluster at a time: accept, reject or skip it.",
    ),
    CommandRow(
        "serve",
        "serve",
        "serve",
        "Review what is pending in a browser, and start checks there: a live page on 127.0.0.1.",
    ),
    CommandRow(
        "pending",
        "pending",
        "pending",
        "List what differs from its golden in the last run of each PyTorch, or show clusters in full.",
    ),
    CommandRow(
        "accept",
        "accept",
        "accept",
        "Accept the changes that lead clusters: a golden is written once each of its changes was accepted.",
    ),
    CommandRow(
        "reject",
        "accept",
        "reject",
        "Offer clusters no longer, until they or their goldens change; a check fails all the same.",
    ),
    CommandRow(
        "triage",
        "triage",
        "triage",
        "Say that drift is known: everybody's checks count it apart and pass, until a day if one is given.",
    ),
    CommandRow(
        "known",
        "known",
        "known",
        "List the decisions about known drift, those that end first before the others.",
    ),
    CommandRow(
        "list",
        "list",
        "list_cases",
        "List the cases, where each is written, its tracing paths, and those that are the project's own.",
    ),
    CommandRow("show", "show", "show", "Show the goldens of a case, as they hold for a PyTorch version."),
    CommandRow(
        "claims",
        "claims",
        "claims",
        "Hold the goldens against the claims that case modules write out, and say which versions break them.",
    ),
    CommandRow(
        "find",
        "find",
        "find",
        "Find where a pattern of operators stands in the goldens, and which versions lost or gained it.",
    ),
    CommandRow(
        "operators",
        "operators",
        "operators",
        "List the operators that occur in the goldens, by version and tracing path: what a backend must "
        "support.",
    ),
    CommandRow(
        "history",
        "history",
        "history",
        "Show at which PyTorch versions the graphs of a case changed: a letter for each.",
    ),
    CommandRow("diff", "diff", "diff", "Show how the goldens of a case differ between two PyTorch versions."),
    CommandRow(
        "compare",
        "compare",
        "compare",
        "Capture the same cases under two builds and show what differs; no golden is read or written.",
    ),
    CommandRow(
        "bisect", "bisect", "bisect", "Find the first PyTorch version that changed the graphs of a case."
    ),
    CommandRow(
        "nightly",
        "nightly",
        "nightly",
        "Hold the newest build against the goldens and the last night, and tell what nobody was told yet.",
    ),
    CommandRow(
        "replay",
        "replay",
        "replay",
        "Run the graphs of what drifted, old and new, on equal random inputs: evidence beside the drift.",
    ),
    CommandRow("report", "report", "report", "Report what the last check found, or how goldens changed."),
    CommandRow(
        "prune", "prune", "prune", "Delete goldens that no case gives a record for, after showing them."
    ),
    CommandRow(
        "completion", "completion", "completion", "Print what makes a shell complete commands and options."
    ),
    CommandRow(
        "doctor",
        "doctor",
        "doctor",
        "Say whether this machine has what the tool needs, and whether all cases and goldens can be used.",
    ),
)


def load_command(row: CommandRow) -> Callable[..., int]:
    """Import a command's module and return its function."""
    return load_function(f"cli.{row.module}", row.function)
