"""Who is let in: by host, by token, and to change anything from the page itself alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from graph_goldens.live.access_token import Token
from graph_goldens.live.doorkeeper import Door
from tests.live.serving import OWN, PORT, TOKEN

DOOR = Door(TOKEN, PORT)
COOKIE = f"{DOOR.cookie}={TOKEN.pass_text}"
HOST = f"127.0.0.1:{PORT}"


def judge(**asked: str) -> int:
    """The status with which a request is refused; 0 where it is let in."""
    return judge_at(DOOR, **asked)


def judge_at(
    door: Door, method: str = "GET", path: str = "/api/state", query: str = "", **headers: str
) -> int:
    """The same at another door."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    given = {"host": HOST, "cookie": COOKIE, **named}
    refusal = door.judge(method, path, query, Headers({name: text for name, text in given.items() if text}))
    return refusal.status if refusal else 0


@pytest.mark.parametrize(
    "host", [HOST, f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}", f"127.0.0.2:{PORT}"]
)
def test_this_machine_has_these_names(host: str) -> None:
    assert judge(host=host) == 0


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        f"localhost.evil.example:{PORT}",
        f"localhost@evil.example:{PORT}",
        f"evil.example/127.0.0.1:{PORT}",
        "127.0.0.1",
        "127.0.0.1:80",
        f"192.0.2.7:{PORT}",
        f"2130706433:{PORT}",
        f"127.1:{PORT}",
        "localhost:port",
        "[::1",
        f"0.0.0.0:{PORT}",
        "",
    ],
)
def test_any_other_host_is_refused_whatever_else_is_right(host: str) -> None:
    assert judge(host=host) == 421


def test_further_names_are_those_that_were_given() -> None:
    door = Door(TOKEN, PORT, ("goldens.example", "other.example:8080"))
    assert judge_at(door, host="goldens.example") == judge_at(door, host="Goldens.example:443") == 0
    assert judge_at(door, host="other.example:8080") == 0
    assert judge_at(door, host="other.example") == judge_at(door, host="sub.goldens.example") == 421


def test_where_other_machines_are_let_in_any_address_is_a_name_and_no_unknown_word() -> None:
    door = Door(TOKEN, PORT, addresses=True)
    assert judge_at(door, host=f"192.0.2.7:{PORT}") == judge_at(door, host=f"[2001:db8::1]:{PORT}") == 0
    assert judge_at(door, host=f"evil.example:{PORT}") == 421


def test_the_token_is_known_by_cookie_header_and_in_the_address_of_the_page() -> None:
    assert judge(cookie="", authorization=f"Bearer {TOKEN.text}") == 0
    assert judge(cookie="", path="/", query=f"token={TOKEN.text}") == 0
    assert judge(cookie=f"a=b; {COOKIE}; c=d") == 0


@pytest.mark.parametrize("text", ["base64+/with=padding==", "a&b=c#d%20e;f?g+", "plain-letters-alone"])
def test_the_address_holds_a_token_of_any_letters(text: str) -> None:
    token = Token(text)
    assert judge_at(Door(token, PORT), cookie="", path="/", query=token.query) == 0


@pytest.mark.parametrize("other", ['theme={"dark": true}', "list=[1, 2]", "two words", "x=\xe9", "=", ""])
def test_cookies_of_other_servers_keep_nobody_out(other: str) -> None:
    assert judge(cookie=f"{other}; {COOKIE}") == judge(cookie=f"{COOKIE}; {other}") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": ""},
        {"cookie": f"{DOOR.cookie}={TOKEN.text}"},
        {"cookie": f"goldens-1={TOKEN.pass_text}"},
        {"cookie": f"{DOOR.cookie}="},
        {"cookie": "\x00;=;"},
        {"cookie": "", "authorization": f"Basic {TOKEN.text}"},
        {"cookie": "", "authorization": TOKEN.text},
        {"cookie": "", "authorization": f"Bearer {TOKEN.pass_text}"},
        {"cookie": "", "query": f"token={TOKEN.text}"},
        {"cookie": "", "path": "/", "query": "token="},
        {"cookie": "", "path": "/", "query": f"token=x&token={TOKEN.text}"},
    ],
)
def test_without_the_token_nothing_is_read(headers: dict[str, str]) -> None:
    assert judge(**headers) == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_may_lead_here_and_read_nothing(site: str) -> None:
    assert judge(sec_fetch_site=site, sec_fetch_mode="cors", sec_fetch_dest="empty") == 403
    assert judge(sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe") == 403
    assert judge(path="/", sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="document") == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "post", "ANY"])
def test_only_the_page_itself_changes_anything(method: str) -> None:
    assert judge(method=method, origin=OWN, sec_fetch_site="same-origin") == 0
    assert judge(method=method, origin=OWN) == judge(method=method, sec_fetch_site="same-origin") == 0
    assert judge(method=method) == 403
    assert judge(method=method, cookie="", authorization=f"Bearer {TOKEN.text}") == 0


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("null", ""),
        ("http://evil.example", ""),
        (f"http://127.0.0.1:{PORT + 1}", ""),
        (f"http://localhost:{PORT}", ""),
        (f"ftp://127.0.0.1:{PORT}", ""),
        (f"{OWN}.evil.example", ""),
        (f"{OWN}/", ""),
        (OWN, "cross-site"),
        (OWN, "same-site"),
        (OWN, "none"),
        ("http://evil.example", "same-origin"),
    ],
)
def test_another_origin_changes_nothing_even_with_the_token(origin: str, site: str) -> None:
    assert judge(method="POST", origin=origin, sec_fetch_site=site) == 403
    bearer = f"Bearer {TOKEN.text}"
    assert judge(method="POST", origin=origin, sec_fetch_site=site, authorization=bearer) == 403


@given(st.text(min_size=1, max_size=60))
def test_no_text_makes_the_door_fail(text: str) -> None:
    wire = text.encode().decode("latin-1")
    for name in ("host", "cookie", "authorization", "origin", "sec_fetch_site"):
        judge(method="POST", **{name: wire})
    assert judge(host=wire) in (0, 421)
    assert judge(cookie=wire) == 401
    assert judge(cookie="", path="/", query=f"token={wire}") == 401
