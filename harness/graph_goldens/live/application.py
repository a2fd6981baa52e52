"""The application that a server runs: its addresses, and how failures are told."""

import asyncio
import os
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from graph_goldens.errors import ToolError, UserError
from graph_goldens.live.doorkeeper import Doorkeeper
from graph_goldens.live.live_routes import LivePage
from graph_goldens.live.seen_state import StaleAnswerError

Endpoint = Callable[[WebRequest], Awaitable[Response]]


def build_application(page: LivePage) -> ASGIApp:
    """Build the application; where it is read only, no address changes anything."""

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        page.broadcast.loop = asyncio.get_running_loop()
        watching = asyncio.create_task(page.watch())
        yield
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching

    routes = [*list_reading_routes(page), *([] if page.read_only else list_changing_routes(page))]
    return Doorkeeper(Starlette(routes=routes, lifespan=live), page.door)


def list_reading_routes(page: LivePage) -> list[Route]:
    """List the addresses that change nothing."""
    return [
        _route("/", page.show_page),
        _route("/static/{name}", page.send_asset),
        _route("/report", page.show_report),
        _route("/history", page.show_history),
        _route("/api/state", page.send_state),
        _route("/api/clusters/{name}", page.send_cluster),
        _route("/api/events", page.send_events),
        _route("/api/check", page.send_check),
    ]


def list_changing_routes(page: LivePage) -> list[Route]:
    """List the addresses that change something."""
    return [
        _route("/api/accept", page.accept, "POST"),
        _route("/api/accept-one", page.accept_one, "POST"),
        _route("/api/reject", page.reject, "POST"),
        _route("/api/triage", page.triage, "POST"),
        _route("/api/undo", page.undo, "POST"),
        _route("/api/check/start", page.start_check, "POST"),
        _route("/api/check/stop", page.stop_check, "POST"),
    ]


def _route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
    async def answer(asked: WebRequest) -> Response:
        try:
            return await endpoint(asked)
        except Exception as error:
            return _tell_failure(error, path)

    return Route(path, answer, methods=[method])


def _tell_failure(error: Exception, path: str) -> Response:
    """Tell a failure in one sentence, as a command does."""
    match error:
        case StaleAnswerError():
            status, sentence = 409, str(error)
        case UserError():
            status, sentence = 422, str(error)
        case ToolError():
            status, sentence = 500, str(error)
        case _:
            status, sentence = 500, _explain_fault(error)
    if path.startswith("/api/"):
        return JSONResponse({"problem": sentence}, status)
    return PlainTextResponse(f"goldens serve: {sentence}\n", status)


def _explain_fault(error: Exception) -> str:
    if os.environ.get("GOLDENS_TRACEBACK"):
        traceback.print_exception(error, file=sys.stderr)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"this is a fault of the tool: {what}; GOLDENS_TRACEBACK=1 shows where it comes from"
