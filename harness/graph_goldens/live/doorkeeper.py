"""Who is let in: the right host, with the token, and for what changes anything from this page alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_goldens.live.access_token import Token

SAFE_METHODS = frozenset(("GET", "HEAD"))
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ABSENT = "no token, or not the right one; open the address that `goldens serve` printed when it was started"


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: the status of the answer.
        sentence: why, in one sentence.
    """

    status: int
    sentence: str


@dataclass(frozen=True)
class Door:
    """What a request must have.

    Attributes:
        token: the token.
        port: the port that is listened on.
        names: further names, each with or without a port, by which a browser may come.
        addresses: whether any address of the machine is one of its names: nobody can point another's name
            at this page so, as with names (DNS rebinding).
    """

    token: Token
    port: int
    names: Collection[str] = ()
    addresses: bool = False

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers keep cookies by host alone, and two servers may run on one."""
        return f"goldens-{self.port}"

    def judge(self, method: str, path: str, query: str, headers: Headers) -> Refusal | None:
        """Say why a request is refused; None where it is not."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_own(hosts[0]):
            return Refusal(421, "this host is not one that `goldens serve` answers for; --host NAME adds one")
        if not self._is_known(path, query, headers):
            return Refusal(401, _ABSENT)
        if method in SAFE_METHODS:
            return _judge_reading(path, headers)
        return _judge_change(hosts[0], headers)

    def _is_own(self, host: str) -> bool:
        named = {name.lower() for name in self.names}
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.netloc != host or "@" in host or not name:
            return False
        if host.lower() in named or name in named:
            return True
        own = name == "localhost" or (_is_address(name) if self.addresses else _is_loopback(name))
        return own and (port or 80) == self.port

    def _is_known(self, path: str, query: str, headers: Headers) -> bool:
        kind, _, text = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.token.matches(text.strip()):
            return True
        if self.token.matches_pass(_read_cookie(headers, self.cookie)):
            return True
        return path == "/" and self.token.matches(read_token(query))

    def make_cookie(self) -> str:
        """Make the header that sets the cookie."""
        return f"{self.cookie}={self.token.pass_text}; Path=/; HttpOnly; SameSite=Strict"


def read_token(query: str) -> str:
    """Read the token that an address holds; empty where it holds none."""
    return (parse_qs(query, max_num_fields=8).get("token") or [""])[0] if len(query) < 8192 else ""


def _read_cookie(headers: Headers, name: str) -> str:
    """Read a cookie, whatever other servers of this host have set: `SimpleCookie` gives up at JSON in one."""
    pairs = (each.strip().partition("=") for each in headers.get("cookie", "").split(";"))
    return next((value for key, _, value in pairs if key == name), "")


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _judge_reading(path: str, headers: Headers) -> Refusal | None:
    """Let other pages lead a person here, and do nothing else with what is read."""
    if headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
        return None
    if headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document":
        return None
    return Refusal(403, "another page asks for this, and it is read by its own page alone")


def _judge_change(host: str, headers: Headers) -> Refusal | None:
    """Demand that this very page asks; what is no browser says the token in a header, which no page can."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site is None:
        bearer = headers.get("authorization", "").lower().startswith("bearer ")
        return None if bearer else Refusal(403, "this page alone may change anything, and no origin is named")
    if site not in (None, "same-origin") or (origin is not None and not _is_same(origin, host)):
        return Refusal(403, "another page asks to change something, and its own page alone may")
    return None


def _is_same(origin: str, host: str) -> bool:
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.lower() == host.lower()


class Doorkeeper:
    """Asks the door about each request, and says with each answer how it may be used."""

    def __init__(self, application: ASGIApp, door: Door) -> None:
        self.application = application
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self.application(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket, of which there is none
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message))
            await send(message)

        query = scope["query_string"].decode("latin-1")
        refusal = self.door.judge(scope["method"], scope["path"], query, Headers(scope=scope))
        answer = _refuse(refusal, scope["path"]) if refusal else self.application
        await answer(scope, receive, send_guarded)


def _add_headers(headers: MutableHeaders) -> None:
    headers.setdefault("Content-Security-Policy", POLICY)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)


def _refuse(refusal: Refusal, path: str) -> Response:
    if path.startswith("/api/"):
        return JSONResponse({"problem": refusal.sentence}, refusal.status)
    return PlainTextResponse(f"goldens serve: {refusal.sentence}\n", refusal.status)
