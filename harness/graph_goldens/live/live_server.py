"""The server: where it listens, the address that it prints, and how it ends."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import uvicorn

from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.live.access_token import Token, make_token, read_token_file
from graph_goldens.live.application import build_application
from graph_goldens.live.broadcast import Broadcast
from graph_goldens.live.check_runs import CheckRunner, CheckState
from graph_goldens.live.doorkeeper import Door
from graph_goldens.live.kept_reports import KeptReports
from graph_goldens.live.live_review import LiveReview, PendingState
from graph_goldens.live.live_routes import LivePage
from graph_goldens.live.open_browser import open_browser
from graph_goldens.live.serve_settings import ServeSettings
from graph_goldens.report.page.assets import load_live_assets

LOOPBACK = "127.0.0.1"
_PATIENCE = 2  # seconds in which answers that are being given may end


Tell = Callable[[str], None]


def serve_project(project: Project, settings: ServeSettings, say: Tell, note: Tell) -> int:
    """Serve the live page until a person ends it.

    Args:
        project: the project.
        settings: how it is served.
        say: hears of the address.
        note: hears of what goes on.

    Returns:
        The exit code.

    Raises:
        UserError: it may not listen there, the token's file cannot be used, or the port is taken.
    """
    far = _is_far(settings.listen)
    if far and settings.token_file is None:
        raise UserError(
            f"--listen {settings.listen} lets other machines in, so give a token that you keep: "
            "--token-file FILE"
        )
    token = read_token_file(settings.token_file) if settings.token_file else make_token()
    with _listen(settings.listen or LOOPBACK, settings.port) as listening:
        page = make_page(project, settings, _make_door(token, listening, settings, far=far))
        address = f"http://{_name_host(listening, far=far)}:{page.door.port}/?{token.query}"
        page.review.look()
        note(_describe(page, far=far))
        say(address)  # last: whoever waits for it was told what else there is to know
        opened = open_browser(address, project.working) if settings.show else contextlib.nullcontext()
        with opened:
            asyncio.run(_serve(page, listening))
    note("ended; every answer is written")
    return 0


def _is_far(listen: str) -> bool:
    """Whether an address lets other machines in.

    Raises:
        UserError: it is no address.
    """
    try:
        return bool(listen) and not ip_address(listen).is_loopback
    except ValueError:
        raise UserError(
            f"{listen!r} is no address to listen on; give one of this machine, such as 192.0.2.7, or 0.0.0.0 "
            "for all"
        ) from None


@contextlib.contextmanager
def _listen(address: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address, port))
            listening.listen(128)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise UserError(
                    f"port {port} of {address} is in use, perhaps by another `goldens serve`; give another "
                    "with --port, or --port 0 for any that is free"
                ) from None
            raise ToolError(f"cannot listen on port {port} of {address}: {error.strerror}") from None
        yield listening


def _make_door(token: Token, listening: socket.socket, settings: ServeSettings, *, far: bool) -> Door:
    names = (*settings.hosts, *((socket.gethostname(),) if far else ()))
    return Door(token, listening.getsockname()[1], tuple(name.lower() for name in names), addresses=far)


def _name_host(listening: socket.socket, *, far: bool) -> str:
    host = str(listening.getsockname()[0])
    if ip_address(host).is_unspecified:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def make_page(project: Project, settings: ServeSettings, door: Door) -> LivePage:
    """Make what answers requests, whose parts tell each other what happens."""
    broadcast = Broadcast()

    def publish_state(state: PendingState, said: str, by: str) -> None:
        broadcast.publish("state", {"revision": state.revision, "said": said, "by": by})

    def publish_wait(sentence: str) -> None:
        broadcast.publish("said", {"said": sentence})

    def publish_check(state: CheckState) -> None:
        broadcast.publish("check", state.encode(state.dropped + len(state.lines) - 1))

    review = LiveReview(project, publish_state, publish_wait)
    checks = CheckRunner(project.root, settings.places, publish_check, review.look)
    reports = KeptReports(project)
    return LivePage(project, door, review, checks, broadcast, reports, load_live_assets(), settings.read_only)


def _describe(page: LivePage, *, far: bool) -> str:
    waiting = len(page.review.state.pending.clusters)
    what = page.review.state.problem or f"{waiting:,} cluster{'' if waiting == 1 else 's'} pending"
    only = "; nothing can be changed from the page (--read-only)" if page.read_only else ""
    clear = "; what is sent is not encrypted, so put a proxy with TLS before it" if far else ""
    return f"{what}{only}{clear}; Ctrl-C ends it"


class _Server(uvicorn.Server):
    """A server whose signals are seen to by who runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(page: LivePage, listening: socket.socket) -> None:
    config = uvicorn.Config(
        build_application(page),
        http="h11",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = _Server(config)

    def end() -> None:
        server.force_exit = server.should_exit  # asked for twice
        server.should_exit = True
        page.broadcast.close()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        await server.serve(sockets=[listening])
    finally:
        page.checks.stop()
