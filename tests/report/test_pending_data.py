"""What the live page reads of a cluster is what a report says of it, and nothing in it is markup."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from graph_goldens.gate.project import find_project
from graph_goldens.report.page.live_page import LiveSettings, render_live_page
from graph_goldens.report.page.pending_data import encode_pending_cluster, render_card
from graph_goldens.review.find_pending import find_pending
from graph_goldens.runs.pending import PendingCluster
from tests.end_to_end.drifted import Drifted, graph
from tests.report.browser_reports import ATTACKS


def clusters_of(root: Path) -> tuple[PendingCluster, ...]:
    return find_pending(find_project(root)).clusters


class Tags(HTMLParser):
    """Collects the elements of a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_drifted_cluster_has_its_drifts_and_a_new_one_its_records(tmp_path: Path) -> None:
    Drifted(tmp_path)
    operators, _, new = clusters_of(tmp_path)
    drifted = encode_pending_cluster(operators, {"p/first": "source"}, ["a.md", "b.md"])
    assert [each["case"] for each in drifted["goldens"]] == ["p/first", "p/second"]  # type: ignore[index,union-attr,call-overload]
    assert [each["drift"] for each in drifted["goldens"]] == [0, 1]  # type: ignore[index,union-attr,call-overload]
    fresh = encode_pending_cluster(new, {}, ["c.md"])
    assert fresh["drifts"] == []
    assert fresh["goldens"][0]["old"] is None  # type: ignore[index,call-overload]
    json.dumps([drifted, fresh])


def test_a_card_says_what_is_typed_instead(tmp_path: Path) -> None:
    Drifted(tmp_path)
    operators, _, new = clusters_of(tmp_path)
    card = render_card(operators)
    assert f"goldens accept {operators.fingerprint} --because" in card
    assert "golden → 2.13.0+cpu" in card
    assert f'href="#golden={operators.fingerprint}/2.13.0+cpu/p/first/export"' in card
    assert f"goldens accept {new.fingerprint}<" in render_card(new)


@pytest.mark.parametrize("attack", [each for each in ATTACKS if "\ud800" not in each])
def test_no_text_becomes_an_element(tmp_path: Path, attack: str) -> None:
    drifted = Drifted(tmp_path)
    drifted.save([drifted.record("first", graph(attack.replace("\n", " ")))])
    for cluster in clusters_of(tmp_path):
        for tag, attributes in Tags(render_card(cluster)).found:
            assert tag not in ("script", "img", "svg", "iframe", "b")
            assert not [name for name in attributes if name.startswith("on")]
            assert (attributes.get("href") or "#").startswith("#")


def test_the_frame_escapes_what_it_is_told() -> None:
    settings = LiveSettings(ATTACKS[0], False, [ATTACKS[1], "b"], [ATTACKS[4]], "2.13.0")
    tags = Tags(render_live_page(settings)).found
    assert [attributes["src"] for tag, attributes in tags if tag == "script"] == [
        "/static/early.js",
        "/static/live.js",
    ]
    assert not [tag for tag, _ in tags if tag in ("img", "svg")]
