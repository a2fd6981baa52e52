"""Tells a command what is new, one message after the other, and none of them twice on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.notify_command import tell_command
from graph_goldens.nights.news import News, find_failure_news, remember
from graph_goldens.nights.night import NightLook
from graph_goldens.nights.night_messages import encode_failure
from graph_goldens.nights.night_state import NightState, Outbox, Told
from graph_goldens.records import Json


@dataclass(frozen=True)
class Notifier:
    """Who is told, and where it is kept what was; whoever uses it holds the state's lock.

    Attributes:
        state: the folder of nights.
        command: the command; empty where nobody is told, and what is written counts as told.
        folder: its working directory.
    """

    state: NightState
    command: str
    folder: Path

    def load_told(self) -> Told:
        """Read what was told, a message that is still being sent included."""
        outbox = self.state.load_outbox()
        return outbox.told if outbox else self.state.load_told()

    def tell(self, news: News, message: Mapping[str, Json], look: NightLook | None) -> bool:
        """Send what an earlier command could not, then the news; return whether somebody was told them.

        Raises:
            UserError: what was told cannot be read.
            ToolError: the command was not told: the message waits until it is.
        """
        self._deliver(again=True)
        told = self.state.load_told()
        after = remember(told, news, look)
        if not news.empty:
            self.state.save_outbox(Outbox(dict(message), after))
            self._deliver(again=False)
        elif after != told:
            self.state.save_told(after)
        return bool(self.command) and not news.empty

    def tell_failure(self, build: str, problem: str) -> None:
        """Tell that a night could not be looked at, once for one reason.

        Raises:
            UserError: what was told cannot be read.
            ToolError: the command was not told.
        """
        news = find_failure_news(problem, self.load_told())
        if not news.empty:
            self.tell(news, encode_failure(news, build), None)

    def _deliver(self, *, again: bool) -> None:
        if outbox := self.state.load_outbox():
            if self.command:
                tell_command(self.command, {**outbox.message, "again": again}, self.folder)
            self.state.close_outbox(outbox.told)
