"""The two kinds of failure that are reported in one sentence."""


class UserError(Exception):
    """What the user asked for cannot be done; exit code 2."""


class ToolError(Exception):
    """The tool or an environment failed; exit code 70."""
