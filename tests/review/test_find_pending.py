"""Clusters are named by the beginnings of their names; what names none or several is refused."""

import hashlib
from itertools import count

import pytest

from graph_goldens.errors import UserError
from graph_goldens.review.find_pending import Choice, choose
from graph_goldens.runs.pending import Pending, PendingRecord
from tests.runs.test_pending import pending


def _alike() -> list[PendingRecord]:
    """Two new records whose clusters' names begin with the same four letters."""
    seen: dict[str, str] = {}
    for number in count():
        case = f"p/{number}"
        start = hashlib.sha256(f"new\0{case}".encode()).hexdigest()[:4]
        if start in seen:
            return [pending(seen[start]), pending(case)]
        seen[start] = case
    raise AssertionError


def test_the_beginning_of_a_name_will_do_in_any_case() -> None:
    found = Pending((), (pending("p/a", "x"), pending("p/b", "y")))
    wanted = found.clusters[1]
    for text in (wanted.fingerprint, wanted.fingerprint[:4], wanted.fingerprint[:6].upper()):
        assert choose(found, Choice([text])) == [wanted]


def test_a_beginning_that_several_names_have_is_refused_with_all_of_them() -> None:
    found = Pending((), tuple(_alike()))
    first, second = found.clusters
    with pytest.raises(UserError, match="names several clusters") as caught:
        choose(found, Choice([first.fingerprint[:4]]))
    assert first.fingerprint in str(caught.value)
    assert second.fingerprint in str(caught.value)


def test_a_cluster_that_is_meant_twice_is_meant_once() -> None:
    found = Pending((), (pending("p/a", "x"),))
    name = found.clusters[0].fingerprint
    assert choose(found, Choice([name, name[:5]], ["operators"])) == list(found.clusters)


def test_an_empty_name_means_nothing() -> None:
    with pytest.raises(UserError, match="too short to name a cluster"):
        choose(Pending((), (pending("p/a", "x"),)), Choice([""]))
