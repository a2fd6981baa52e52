"""`goldens completion`, and what a shell asks when a person presses Tab."""

import enum
from typing import Annotated

import typer
from typer.completion import completion_init, get_completion_script  # type: ignore[attr-defined]  # not in __all__


class Shell(enum.Enum):
    """A shell that can be told how to complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


WhichShell = Annotated[Shell, typer.Argument(metavar="SHELL", help="The shell: bash, zsh or fish.")]


def completion(shell: WhichShell) -> int:
    """Print what makes a shell complete commands and options.

    Example: eval "$(goldens completion bash)"
    """
    print(get_completion_script(prog_name="goldens", complete_var="_GOLDENS_COMPLETE", shell=shell.value))
    return 0


def prepare_answers() -> None:
    """Let typer know the shells that may ask; it does so by itself only where it adds options of its own."""
    completion_init()
