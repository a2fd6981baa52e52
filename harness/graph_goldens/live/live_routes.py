"""The addresses of the live page, and what each answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.live.answers import (
    MOST_BYTES,
    CheckAnswer,
    ClusterAnswer,
    GoldenAnswer,
    TriageAnswer,
    UndoAnswer,
    read_sent,
)
from graph_goldens.live.broadcast import Broadcast
from graph_goldens.live.check_runs import CheckRunner
from graph_goldens.live.doorkeeper import Door, read_token
from graph_goldens.live.kept_reports import KeptReports
from graph_goldens.live.live_review import AnswerOutcome, LiveReview
from graph_goldens.live.state_json import encode_state
from graph_goldens.report.page.assets import Assets
from graph_goldens.report.page.live_page import LiveSettings, render_live_page
from graph_goldens.report.page.pending_data import encode_pending_cluster
from graph_goldens.review.pending_json import name_file
from graph_goldens.review.screen import HELP

WATCH_SECONDS = 2.0

Sent = TypeVar("Sent")


@dataclass(frozen=True)
class LivePage:
    """What answers are made of.

    Attributes:
        project: the project.
        door: what a request must have.
        review: what is pending, and what is done about it.
        checks: the checks that pages start.
        broadcast: what pages hear of as it happens.
        reports: the offline pages of saved runs and of the goldens' history.
        assets: the page's script and style.
        read_only: whether nothing can be changed.
    """

    project: Project
    door: Door
    review: LiveReview
    checks: CheckRunner
    broadcast: Broadcast
    reports: KeptReports
    assets: Assets
    read_only: bool

    async def show_page(self, asked: WebRequest) -> Response:
        """Answer with the page; an address with the token becomes a cookie."""
        page = HTMLResponse(await run_in_threadpool(self._render))
        if read_token(asked.url.query):
            page.headers["Set-Cookie"] = self.door.make_cookie()
        return page

    def _render(self) -> str:
        supported = [str(version) for version in self.project.supported]
        versions = list(dict.fromkeys((*supported, str(self.project.default))))
        keys = HELP.strip("\n").split("\n")
        settings = LiveSettings(
            self.project.root.name, self.read_only, keys, versions, str(self.project.default)
        )
        return render_live_page(settings)

    async def send_asset(self, asked: WebRequest) -> Response:
        """Answer with a script or the style sheet."""
        assets = {
            "early.js": (self.assets.early, "text/javascript"),
            "live.js": (self.assets.script, "text/javascript"),
            "live.css": (self.assets.style, "text/css"),
        }
        found = assets.get(asked.path_params["name"])
        return Response(found[0], media_type=found[1]) if found else _tell_absent("no such file")

    async def send_state(self, asked: WebRequest) -> Response:
        """Answer with what is pending now."""
        state = await run_in_threadpool(self.review.look)
        return JSONResponse(await run_in_threadpool(encode_state, state))

    async def send_cluster(self, asked: WebRequest) -> Response:
        """Answer with all of a cluster."""
        return await run_in_threadpool(self._encode_cluster, asked.path_params["name"])

    def _encode_cluster(self, name: str) -> Response:
        state = self.review.state
        cluster = next((each for each in state.pending.clusters if each.fingerprint == name), None)
        if cluster is None:
            return _tell_absent("it is pending no longer, or never was; the list shows what is")
        programs = read_program_sources(self.project.cases, set(cluster.cases))
        files = [name_file(each.file, self.project.root) for each in cluster.records]
        content = encode_pending_cluster(cluster, programs, files)
        return JSONResponse({**content, "saw": state.seen[name]})

    async def send_events(self, asked: WebRequest) -> Response:
        """Answer with events for as long as the page listens."""
        return StreamingResponse(self.broadcast.listen(), media_type="text/event-stream")

    async def send_check(self, asked: WebRequest) -> Response:
        """Answer with the last check that a page started, and its log from a line on."""
        first = asked.query_params.get("first", "0")
        return JSONResponse(
            self.checks.state.encode(int(first) if first.isdecimal() and len(first) < 10 else 0)
        )

    async def show_report(self, asked: WebRequest) -> Response:
        """Answer with the offline page of the saved runs."""
        return await run_in_threadpool(self._show_offline, "report", asked)

    async def show_history(self, asked: WebRequest) -> Response:
        """Answer with the offline page of how goldens changed from version to version."""
        return await run_in_threadpool(self._show_offline, "history", asked)

    def _show_offline(self, kind: str, asked: WebRequest) -> Response:
        page = self.reports.render(kind, asked.query_params.getlist("case")[:64])
        policy = f"{self.reports.policy}; frame-ancestors 'none'"
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    async def accept(self, asked: WebRequest) -> Response:
        """Accept clusters."""
        return await self._answer(asked, ClusterAnswer, self.review.accept)

    async def accept_one(self, asked: WebRequest) -> Response:
        """Accept one golden alone."""
        return await self._answer(asked, GoldenAnswer, self.review.accept_one)

    async def reject(self, asked: WebRequest) -> Response:
        """Reject clusters."""
        return await self._answer(asked, ClusterAnswer, self.review.reject)

    async def triage(self, asked: WebRequest) -> Response:
        """Say that clusters are known."""
        return await self._answer(asked, TriageAnswer, self.review.triage)

    async def undo(self, asked: WebRequest) -> Response:
        """Take an answer back."""
        sent = await _read(asked, UndoAnswer)
        return JSONResponse({"said": await run_in_threadpool(self.review.undo, sent)})

    async def start_check(self, asked: WebRequest) -> Response:
        """Start a check."""
        sent = await _read(asked, CheckAnswer)
        return JSONResponse((await run_in_threadpool(self.checks.start, sent)).encode(), 202)

    async def stop_check(self, asked: WebRequest) -> Response:
        """Stop the check that runs."""
        await run_in_threadpool(self.checks.stop)
        return JSONResponse(self.checks.state.encode())

    async def _answer(
        self, asked: WebRequest, kind: type[Sent], act: Callable[[Sent], AnswerOutcome]
    ) -> Response:
        outcome = await run_in_threadpool(act, await _read(asked, kind))
        return JSONResponse({"said": outcome.said, "step": outcome.step, "commit": outcome.commit})

    async def watch(self) -> None:
        """Look whether files changed, as long as anybody would hear of it."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self.broadcast.heard:
                await run_in_threadpool(self.review.watch)


async def _read(asked: WebRequest, kind: type[Sent]) -> Sent:
    """Read the body of a request, which is JSON: no form of another page can send that."""
    if asked.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UserError("an answer is sent as application/json")
    body = b""
    async for part in asked.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UserError(f"an answer has at most {MOST_BYTES >> 10} KiB")
    return read_sent(body, kind)


def _tell_absent(sentence: str) -> Response:
    return JSONResponse({"problem": sentence}, 404)
