"""Consoles that print styled text, with everything in it visible: a golden may come from a stranger."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text
from typing_extensions import override

from graph_goldens.words import make_lines_visible


class VisibleConsole(Console):
    """A console that replaces what a reader cannot see and what would steer the terminal."""

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render into segments; those by which rich itself steers the terminal stay."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(make_lines_visible(segment.text), segment.style)

    @override
    def out(self, *objects: Any, **options: Any) -> None:
        """Print as it is, but for what cannot be seen."""
        super().out(*(make_lines_visible(str(each)) for each in objects), **options)

    @override
    def on_broken_pipe(self) -> None:
        """Leave it to the end of the command, which tells why it ended by its exit code."""
        raise BrokenPipeError


def make_output() -> Console:
    """Make the console for what was asked for."""
    return VisibleConsole(highlight=False)


def make_progress_output() -> Console:
    """Make the console for progress."""
    return VisibleConsole(stderr=True, highlight=False)


def print_note(text: str) -> None:
    """Print what goes on beside what was asked for: as it is, in one line, whatever brackets it has."""
    make_progress_output().print(Text(text, style="dim"), soft_wrap=True)
