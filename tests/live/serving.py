"""A live page without a server: requests go straight to its application."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from graph_goldens.gate.project import find_project
from graph_goldens.live.access_token import Token
from graph_goldens.live.application import build_application
from graph_goldens.live.doorkeeper import Door
from graph_goldens.live.live_routes import LivePage
from graph_goldens.live.live_server import make_page
from graph_goldens.live.serve_settings import ServeSettings

PORT = 8713
OWN = f"http://127.0.0.1:{PORT}"
TOKEN = Token("a-token-of-the-tests-1234567890")
SAME_ORIGIN = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Served:
    """A page, and who asks it, with the token's cookie unless it was never given."""

    page: LivePage
    client: TestClient

    def read(self, path: str) -> Any:
        """The JSON that an address answers with."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, content: object, **headers: str) -> Any:
        """What an address answers that the page itself sends something to."""
        return self.client.post(path, json=content, headers={**SAME_ORIGIN, **headers})

    def seen(self, number: int = 0) -> dict[str, str]:
        """What an answer names of a cluster, as it is listed now."""
        cluster = self.read("/api/state")["clusters"][number]
        return {"name": cluster["name"], "saw": cluster["saw"]}


def serve(root: Path, *, read_only: bool = False, names: tuple[str, ...] = (), known: bool = True) -> Served:
    """Make a page of a project; `known` says whether who asks has been given the cookie."""
    door = Door(TOKEN, PORT, names)
    page = make_page(find_project(root), ServeSettings(PORT, read_only=read_only), door)
    client = TestClient(build_application(page), base_url=OWN)
    if known:
        client.headers["Cookie"] = f"{door.cookie}={TOKEN.pass_text}"
    return Served(page, client)


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    """Headers without one of them."""
    return {key: value for key, value in headers.items() if key != name}
