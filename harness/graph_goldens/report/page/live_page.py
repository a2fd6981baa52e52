"""The live page: a frame that asks its server for what is pending, and shows it as a report does."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph_goldens.report.page.render_page import make_environment


@dataclass(frozen=True)
class LiveSettings:
    """What the frame says before anything was asked for.

    Attributes:
        project: the project's name.
        read_only: whether nothing can be changed.
        keys: the keys, as a terminal's review explains them, line by line.
        versions: the PyTorch versions that a check may be asked for.
        default: which of them is meant where none is.
    """

    project: str
    read_only: bool
    keys: Sequence[str]
    versions: Sequence[str]
    default: str


def render_live_page(settings: LiveSettings) -> str:
    """Render the frame; its script and style are asked for by name."""
    return make_environment().get_template("live.html.j2").render(settings=settings)
