"""The live page's addresses: what each answers, and what a stale, a hostile or a read-only one does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.live import live_review
from graph_goldens.live.answers import MOST_BYTES
from graph_goldens.live.application import list_changing_routes, list_reading_routes
from graph_goldens.live.doorkeeper import POLICY
from graph_goldens.report.page.assets import load_assets
from graph_goldens.review.decide import Decision, accept_clusters
from tests.end_to_end.drifted import SUB, Drifted, graph
from tests.live.serving import SAME_ORIGIN, TOKEN, Served, serve
from tests.report.browser_reports import ATTACKS

CHANGES = ("accept", "accept-one", "reject", "triage", "undo", "check/start", "check/stop")
ORDER = ["operators", "renamed", "new"]


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


@pytest.fixture
def served(drifted: Drifted) -> Served:
    return serve(drifted.example.root)


def labels(served: Served) -> list[str]:
    return [cluster["label"] for cluster in served.read("/api/state")["clusters"]]


def test_the_address_with_the_token_becomes_a_cookie(drifted: Drifted) -> None:
    served = serve(drifted.example.root, known=False)
    assert served.client.get("/").status_code == 401
    page = served.client.get("/", params={"token": TOKEN.text})
    assert page.status_code == 200
    cookie = page.headers["set-cookie"]
    assert cookie == f"goldens-8713={TOKEN.pass_text}; Path=/; HttpOnly; SameSite=Strict"
    assert TOKEN.text not in cookie + page.text
    assert served.client.get("/api/state").status_code == 200  # the client keeps cookies, as browsers do


def test_every_answer_says_what_may_be_done_with_it(served: Served) -> None:
    paths = ["/", "/static/live.js", "/api/state", "/api/none", "/nowhere", "/static/no.js"]
    for answer in [*map(served.client.get, paths), served.client.get("/", headers={"Host": "evil.example"})]:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "unsafe" not in POLICY


def test_the_page_holds_no_script_and_no_style_of_its_own(served: Served) -> None:
    page = served.client.get("/").text
    assert "<style" not in page
    assert all("src=" in tag for tag in page.split("<script")[1:])
    assert " on" not in page.replace(" only", "").replace(" once", "").split("<body>")[0]


def test_reports_and_history_are_the_offline_pages(served: Served) -> None:
    for path, title in (("/report", "held against the goldens"), ("/history", "graphs changed from")):
        answer = served.client.get(path)
        assert answer.status_code == 200
        assert title in answer.text
        assert answer.headers["content-security-policy"] == f"{load_assets().policy}; frame-ancestors 'none'"
    assert "p/second" not in served.client.get("/history", params={"case": "p/first"}).text
    refused = served.client.get("/history", params={"case": "p/none"})
    assert refused.status_code == 422
    assert "p/none" in refused.text


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_without_the_token_or_from_another_page(
    drifted: Drifted, served: Served, change: str
) -> None:
    before = drifted.example.goldens()
    content = {"clusters": [served.seen()], "because": "x"}
    other = served.client.post(f"/api/{change}", json=content, headers={"Origin": "http://evil.example"})
    assert other.status_code == 403
    assert "its own page alone may" in other.json()["problem"]
    silent = served.client.post(f"/api/{change}", json=content)
    assert silent.status_code == 403
    stranger = serve(drifted.example.root, known=False)
    assert stranger.send(f"/api/{change}", content).status_code == 401
    assert served.send(f"/api/{change}", content, Host="evil.example").status_code == 421
    form = served.client.post(f"/api/{change}", data={"a": "b"}, headers=SAME_ORIGIN)
    assert form.status_code == (200 if change == "check/stop" else 422)
    assert served.client.get(f"/api/{change}").status_code in (404, 405)
    assert drifted.example.goldens() == before
    assert labels(served) == ORDER


def test_where_it_is_read_only_no_address_changes_anything(drifted: Drifted) -> None:
    served = serve(drifted.example.root, read_only=True)
    assert [served.send(f"/api/{change}", {}).status_code for change in CHANGES] == [404] * len(CHANGES)
    for route in list_reading_routes(served.page):
        assert route.methods == {"GET", "HEAD"}
    assert {route.path for route in list_changing_routes(served.page)} == {f"/api/{each}" for each in CHANGES}
    assert "read only" in served.client.get("/").text
    assert "check-form" not in served.client.get("/").text
    assert labels(served) == ORDER


def test_a_cluster_is_accepted_with_a_reason(drifted: Drifted, served: Served) -> None:
    refused = served.send("/api/accept", {"clusters": [served.seen()], "because": " "})
    assert refused.status_code == 422
    assert "say why it is right" in refused.json()["problem"]
    done = served.send("/api/accept", {"clusters": [served.seen()], "because": "subtracts"})
    assert done.status_code == 200
    assert done.json()["said"] == "accepted 2 goldens: operators"
    assert [drifted.because(case) for case in ("first", "second", "third")] == ["subtracts", "subtracts", ""]
    assert labels(served) == ORDER[1:]


def test_one_golden_is_accepted_alone(drifted: Drifted, served: Served) -> None:
    answer = {"cluster": served.seen(), "case": "p/second", "path": "export", "torch": "2.13.0+cpu"}
    assert served.send("/api/accept-one", {**answer, "case": "p/none"}).status_code == 422
    done = served.send("/api/accept-one", {**answer, "because": "this one"})
    assert done.json()["said"] == "accepted p/second · export alone"
    assert [drifted.because(case) for case in ("first", "second")] == ["", "this one"]
    assert labels(served) == ORDER


def test_a_cluster_is_rejected_and_another_is_known_until_a_day(drifted: Drifted, served: Served) -> None:
    assert (
        served.send("/api/reject", {"clusters": [served.seen(1)]}).json()["said"]
        == "rejected 1 record: renamed"
    )
    known = {"clusters": [served.seen()], "because": "reported", "until": "2999-01-31", "owner": "ada"}
    for wrong in ({"until": "soon"}, {"until": "2001-01-01"}, {"because": ""}, {"issue": "no address"}):
        assert served.send("/api/triage", {**known, **wrong}).status_code == 422
    done = served.send("/api/triage", {**known, "issue": "https://example.org/1"})
    assert done.json()["said"] == "known 2 records until 2999-01-31: operators"
    (decision,) = drifted.run("known", "--json", code=0).json
    assert (decision["owner"], decision["until"], decision["issue"]) == (
        "ada",
        "2999-01-31",
        "https://example.org/1",
    )
    assert labels(served) == ["new"]


def test_each_answer_is_taken_back_in_any_order(drifted: Drifted, served: Served) -> None:
    before = drifted.example.goldens()
    accepted = served.send("/api/accept", {"clusters": [served.seen()], "because": "right"}).json()["step"]
    rejected = served.send("/api/reject", {"clusters": [served.seen()]}).json()["step"]
    assert labels(served) == ["new"]
    undone = served.send("/api/undo", {"step": accepted}).json()["said"]
    assert undone == "undone: accepted 2 goldens: operators"
    assert drifted.example.goldens() == before
    assert labels(served) == ["operators", "new"]
    served.send("/api/undo", {"step": rejected})
    assert labels(served) == ORDER
    again = served.send("/api/undo", {"step": rejected})
    assert again.status_code == 409
    assert "taken back already, or given before the server was started" in again.json()["problem"]


def test_the_second_of_two_answers_is_refused_and_writes_nothing(drifted: Drifted, served: Served) -> None:
    both = served.seen()
    assert served.send("/api/accept", {"clusters": [both], "because": "the first"}).status_code == 200
    goldens = drifted.example.goldens()
    for path, more in (("accept", {"because": "the second"}), ("reject", {}), ("triage", {"because": "x"})):
        late = served.send(f"/api/{path}", {"clusters": [both], **more})
        assert late.status_code == 409
        assert "somebody answered meanwhile, so nothing was done" in late.json()["problem"]
    assert drifted.example.goldens() == goldens
    assert drifted.because("first") == "the first"
    assert drifted.run("known", "--json", code=0).json == []


def test_what_another_command_did_meanwhile_makes_an_answer_stale(drifted: Drifted, served: Served) -> None:
    seen, renamed = served.seen(), served.seen(1)
    drifted.run("accept", seen["name"], "--because", "in a terminal", code=0)
    late = served.send("/api/accept", {"clusters": [seen], "because": "in a browser"})
    assert late.status_code == 409
    assert drifted.because("first") == "in a terminal"
    assert labels(served) == ORDER[1:]
    assert served.send("/api/accept", {"clusters": [renamed]}).status_code == 200


def test_a_new_run_of_the_same_cluster_makes_an_answer_stale(drifted: Drifted, served: Served) -> None:
    seen = served.seen()
    drifted.save([*drifted.new[:1], drifted.record("second", graph(SUB, "other"))])
    assert served.read("/api/state")["clusters"]
    assert served.send("/api/accept", {"clusters": [seen], "because": "x"}).status_code == 409


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_run_that_was_saved_beside_an_answer_is_shown_too(
    drifted: Drifted, served: Served, monkeypatch: pytest.MonkeyPatch, meanwhile: bool
) -> None:
    def save_another_run() -> None:
        drifted.save([drifted.record("fourth", graph(SUB))], "2.12.1+cpu")

    def accept_as_it_is_saved(*arguments: Any) -> Decision:
        save_another_run()
        return accept_clusters(*arguments)

    seen = served.seen()
    if meanwhile:
        monkeypatch.setattr(live_review, "accept_clusters", accept_as_it_is_saved)
    else:
        save_another_run()
    assert served.send("/api/accept", {"clusters": [seen], "because": "x"}).status_code == 200
    assert served.read("/api/state")["runs"] == ["2.12.1+cpu", "2.13.0+cpu"]


def test_what_was_rejected_or_is_known_is_counted_at_once(served: Served) -> None:
    known = {"clusters": [served.seen()], "because": "reported"}
    assert served.send("/api/triage", known).status_code == 200
    assert served.send("/api/reject", {"clusters": [served.seen()]}).status_code == 200
    state = served.read("/api/state")
    assert (state["known"], state["rejected"]) == (2, 1)


def test_an_answer_to_several_clusters_is_of_all_or_none(drifted: Drifted, served: Served) -> None:
    before = drifted.example.goldens()
    wrong = {**served.seen(1), "saw": "other"}
    late = served.send("/api/accept", {"clusters": [served.seen(), wrong], "because": "x"})
    assert late.status_code == 409
    assert drifted.example.goldens() == before


def test_a_cluster_holds_what_a_report_shows(served: Served) -> None:
    name = served.seen()["name"]
    cluster = served.read(f"/api/clusters/{name}")
    assert f'data-fingerprint="{name}"' in cluster["card"]
    assert [golden["case"] for golden in cluster["goldens"]] == ["p/first", "p/second"]
    assert cluster["saw"] == served.seen()["saw"]
    assert len(cluster["drifts"]) == 2
    assert served.client.get("/api/clusters/none").status_code == 404
    assert served.client.get("/api/clusters/..%2f..%2fetc").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"clusters": 1}',
        b'{"clusters": [{"name": 1, "saw": 2}]}',
        b'{"clusters": [], "because": "x"}',
        b'{"clusters": [{"name": "a\\u0000", "saw": "b"}]}',
        b'{"clusters": [{"name": "a", "saw": "b"}], "because": "two\\nlines"}',
        b'{"clusters": [{"name": "a", "saw": "\\ud800"}]}',
        b'{"clusters": [{"name": "a", "saw": "b"}], "because": "' + b"x" * 5_000 + b'"}',
        b"\xff",
        b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_no_page_sends_is_refused_in_one_sentence(drifted: Drifted, served: Served, body: bytes) -> None:
    before = drifted.example.goldens()
    headers = {**SAME_ORIGIN, "Content-Type": "application/json"}
    answer = served.client.post("/api/accept", content=body, headers=headers)
    assert answer.status_code == 422
    assert "\n" not in answer.json()["problem"].strip()
    assert drifted.example.goldens() == before


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_names_are_no_clusters(served: Served, name: str) -> None:
    seen = {"name": name, "saw": name}
    text = json.dumps({"clusters": [seen], "because": "x"})
    headers = {**SAME_ORIGIN, "Content-Type": "application/json"}
    answer = served.client.post("/api/accept", content=text, headers=headers)
    assert answer.status_code in (409, 422)
    assert answer.headers["content-type"] == "application/json"


def test_where_no_run_is_saved_the_page_says_so(tmp_path: Path) -> None:
    drifted = Drifted(tmp_path)
    for file in (drifted.home / "runs").iterdir():
        file.unlink()
    state = serve(tmp_path).read("/api/state")
    assert state["clusters"] == []
    assert state["problem"] == "no run is saved, so nothing can be pending; start a check"


def test_what_cannot_be_read_is_said_and_gone_once_it_can(drifted: Drifted, served: Served) -> None:
    assert labels(served) == ORDER
    file = drifted.home / "rejected.jsonl"
    file.write_text("nonsense\n")
    state = served.read("/api/state")
    assert "does not hold what was rejected; delete it to start anew" in state["problem"]
    file.unlink()
    assert labels(served) == ORDER


def test_a_check_is_asked_for_in_words_that_no_shell_reads(served: Served) -> None:
    refused = served.send("/api/check/start", {"cases": [""]})
    assert refused.status_code == 422
    started = served.send("/api/check/start", {"cases": ["--help; touch x"], "versions": ["$(id)"]})
    assert started.status_code == 202
    assert started.json()["command"] == "goldens check '--torch=$(id)' -- '--help; touch x'"
    twice = served.send("/api/check/start", {})
    assert twice.status_code in (422, 202)
    served.send("/api/check/stop", {})


def test_the_token_in_a_header_opens_it_for_programs(drifted: Drifted) -> None:
    served = serve(drifted.example.root, known=False)
    served.client.headers["Authorization"] = f"Bearer {TOKEN.text}"
    content = {"clusters": [served.seen(1)]}
    assert served.client.post("/api/accept", json=content).status_code == 200
    evil = served.client.post("/api/accept", json=content, headers={"Origin": "http://evil.example"})
    assert evil.status_code == 403
