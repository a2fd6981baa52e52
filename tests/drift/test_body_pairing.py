"""Bodies are paired by who calls them and what they hold, not by their names."""

from hypothesis import given as given_any
from hypothesis import strategies as st

from graph_goldens.drift.body_pairing import CalledGraph, digest_content, find_bodies, pair_bodies
from graph_goldens.graphs.node_table import Table
from tests.drift.building import attribute, chain, given, graph
from tests.drift.labelled.tables import call

SIN, COS = chain("aten.sin.default"), chain("aten.cos.default")


def hold(first: str, second: str, bodies: dict[str, Table]) -> dict[str, Table | None]:
    """Make the tables of a graph that chooses between two bodies."""
    top = graph(
        *given("p", "x"),
        attribute(first, first),
        attribute(second, second),
        call("c", "higher_order.cond", "%p", f"%{first}", f"%{second}", ["%x"]),
        returns=("%c",),
    )
    return {"g": top, **{f"g.{name}": body for name, body in bodies.items()}}


def pair(old: dict[str, Table | None], new: dict[str, Table | None]) -> dict[str, str]:
    return pair_bodies(find_bodies("g", old), find_bodies("g", new))


def test_bodies_under_other_names_are_paired_by_content() -> None:
    old, new = hold("t", "f", {"t": SIN, "f": COS}), hold("a", "b", {"b": COS, "a": SIN})
    assert pair(old, new) == {"g.t": "g.a", "g.f": "g.b"}


def test_a_body_that_changed_is_paired_by_its_caller_s_place() -> None:
    old = hold("t", "f", {"t": SIN, "f": COS})
    new = hold("a", "b", {"a": chain("aten.exp.default"), "b": COS})
    assert pair(old, new) == {"g.t": "g.a", "g.f": "g.b"}


def test_callers_are_named_with_the_place_of_the_argument() -> None:
    found = {body.name: body.callers for body in find_bodies("g", hold("t", "f", {"t": SIN, "f": COS}))}
    assert [place for callers in found.values() for _, place in callers] == [1, 2]


def test_content_has_no_names_of_nodes_in_it() -> None:
    tables: dict[str, Table | None] = {
        "a": SIN,
        "b": chain("aten.sin.default", start="y"),
        "c": COS,
        "d": None,
    }
    digests = [digest_content(name, tables) for name in tables]
    assert digests[0] == digests[1] != digests[2]
    assert digests[3] is None


@given_any(st.permutations(range(4)))
def test_every_body_is_paired_once_whatever_their_order(order: list[int]) -> None:
    old = [CalledGraph(f"g.{at}", (("cond", at),), at % 2) for at in range(4)]
    pairs = pair_bodies(old, [old[at] for at in order])
    assert sorted(pairs) == sorted(pairs.values()) == [body.name for body in old]
    assert all(one == other for one, other in pairs.items())
