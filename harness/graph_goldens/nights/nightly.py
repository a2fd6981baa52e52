"""One night: find the build, capture, hold it against the goldens and the night before, and tell what is new.

Each step leaves whole files, and doing all of it again finishes what was interrupted: a run that was captured
is not captured again, and what was told is not told again. The one thing that no order of steps can rule out
is a message that was sent just before its sender was killed: it is sent again under the same identity.
"""

import datetime
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.builds import CONFIGURED, Build, Indexes
from graph_goldens.environments.environment_removal import remove_environment
from graph_goldens.errors import UserError
from graph_goldens.files import write_whole
from graph_goldens.gate.check import check, check_run
from graph_goldens.gate.home import find_home
from graph_goldens.gate.request import Request
from graph_goldens.gate.result import Result
from graph_goldens.gate.watcher import Watcher
from graph_goldens.nights.bisect_news import bisect_news
from graph_goldens.nights.news import News, find_news
from graph_goldens.nights.night import Night, NightLook, split_marks
from graph_goldens.nights.night_messages import FoundBuild, encode_news, write_summary
from graph_goldens.nights.night_report import report_night
from graph_goldens.nights.notifier import Notifier
from graph_goldens.records import Json
from graph_goldens.report.page import render_page
from graph_goldens.runs.run import Run, load_run, locate_run
from graph_goldens.words import make_json_visible

PAGE, SUMMARY, DATA = "night.html", "night.md", "night.json"


@dataclass(frozen=True)
class NightRequest:
    """What is asked of a night.

    Attributes:
        request: what is captured, in which environment.
        notifier: who is told what is new, and the folder of nights.
        output: where page, summary and JSON go; the state's own folder where None.
        run: a run that was captured elsewhere, instead of capturing.
        bisect: whether what is new is bisected over the builds between.
        indexes: where those builds are looked for.
        keep_environments: whether the environment of the night before stays.
    """

    request: Request
    notifier: Notifier
    output: Path | None = None
    run: Run | None = None
    bisect: bool = False
    indexes: Indexes = CONFIGURED
    keep_environments: bool = False


@dataclass(frozen=True)
class NightEnd:
    """How a night ended.

    Attributes:
        look: the night.
        news: what was new of it.
        message: the same as JSON.
        summary: the same for people.
        told: whether a command was told.
    """

    look: NightLook
    news: News
    message: dict[str, Json]
    summary: str
    told: bool


def look_at_night(asked: NightRequest, watcher: Watcher) -> NightEnd:
    """Look at one night, tell what is new, and keep it as the last night; the caller holds the state's lock.

    Raises:
        UserError: something that was asked for cannot be, or the state cannot be read.
        ToolError: the environment failed, a file cannot be written, or the command was not told.
    """
    state = asked.notifier.state
    nights = state.list_nights()
    result = _capture_or_recall(asked, nights, watcher)
    look = _build_look(asked, nights, result)
    state.keep_run(look.night, result.run)
    news = find_news(look, asked.notifier.load_told())
    found = list(_bisect(asked, look, news, watcher))
    message, summary = encode_news(news, look, found), write_summary(news, look, found)
    _write_output(asked, look, message, summary)
    told = asked.notifier.tell(news, message, look)
    state.finish(look.night)
    _clean_up(asked, look, watcher)
    return NightEnd(look, news, message, summary, told)


def _capture_or_recall(asked: NightRequest, nights: Sequence[Night], watcher: Watcher) -> Result:
    """Capture the build, unless its run is kept from a night that was interrupted or was the last one."""
    run = asked.run or _recall(asked, nights)
    return check_run(run, asked.request, watcher) if run else check(asked.request, watcher)


def _recall(asked: NightRequest, nights: Sequence[Night]) -> Run | None:
    build = asked.request.build
    if not isinstance(build, Build):
        return None  # an interpreter may hold another build by now
    last = nights[-1] if nights else None
    if last and last.environment == build.name:
        return asked.notifier.state.find_run(last.number)
    return asked.notifier.state.find_unfinished(_count(nights) + 1, build.name)


def _count(nights: Sequence[Night]) -> int:
    return nights[-1].number if nights else 0


def _build_look(asked: NightRequest, nights: Sequence[Night], result: Result) -> NightLook:
    run, last = result.run, nights[-1] if nights else None
    again = last is not None and last.build == run.torch and last.commit == _read_commit(run)
    others = nights[:-1] if again else nights
    before = others[-1] if others else None
    new, known = split_marks(result.open_verdicts)
    night = Night(
        number=_count(nights) if again else _count(nights) + 1,
        build=run.torch,
        commit=_read_commit(run),
        environment="" if asked.run else asked.request.name,
        looked=read_now(),
        exit_code=int(result.find_exit_code()),
        new=new,
        known=known,
    )
    kept = asked.notifier.state.find_run(before.number) if before else None
    return NightLook(night, run, result, before, kept)


def _read_commit(run: Run) -> str:
    return str(run.environment.get("git") or "")


def read_now() -> datetime.datetime:
    """Read the time, in UTC."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _bisect(asked: NightRequest, look: NightLook, news: News, watcher: Watcher) -> Sequence[FoundBuild]:
    if not asked.bisect:
        return ()
    return list(bisect_news(asked.request.project, look, news, asked.indexes, watcher))


def _write_output(asked: NightRequest, look: NightLook, message: dict[str, Json], summary: str) -> None:
    folder = asked.output or asked.notifier.state.latest
    page = render_page(report_night(asked.request.project, look))
    data = make_json_visible(json.dumps(message, indent=1, ensure_ascii=False)) + "\n"
    for name, text in ((PAGE, page), (SUMMARY, summary), (DATA, data)):
        write_whole(folder / name, text.encode("utf-8", "replace"), folder)


def _clean_up(asked: NightRequest, look: NightLook, watcher: Watcher) -> None:
    """Remove nights that are no longer needed, and the environment and run that the one before left."""
    for night in asked.notifier.state.thin_out():
        _forget_run(asked, night.build, look)
    if look.before:
        _forget_run(asked, look.before.build, look)
        if look.before.environment not in ("", look.night.environment) and not asked.keep_environments:
            with suppress(UserError):  # it is gone, or another command uses it
                remove_environment(look.before.environment, asked.request.project.working, watcher.note)


def _forget_run(asked: NightRequest, build: str, look: NightLook) -> None:
    """Let `goldens pending` no longer know an earlier nightly; releases stay."""
    file = locate_run(find_home(asked.request.project), build)
    if build != look.run.torch and "dev" in build and file.is_file():
        with suppress(OSError):
            file.unlink()


def load_night_run(file: Path) -> Run:
    """Load a run that was captured elsewhere.

    Raises:
        UserError: it is not a run, or a part of one alone.
    """
    run = load_run(file)
    if run.shard:
        raise UserError(f"{file} is a part of a run; join the parts first with `goldens merge`")
    return run
