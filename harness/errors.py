"""The two kinds of failure that a person is told of in one sentence."""


class UserError(Exception):
    """Something that the person asked for cannot be done as asked; exit code 2."""


class ToolError(Exception):
    """The tool or an environment failed; exit code 70."""
