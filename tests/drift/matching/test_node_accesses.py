"""What nodes read and write is said by recorded effects, and by names where there are none."""

from graph_goldens.drift.matching.node_accesses import (
    ANYTHING,
    OBJECT,
    STORAGE,
    Access,
    Resource,
    find_accesses,
    find_writers_before,
    moves_freely,
    rename_accesses,
)
from graph_goldens.graphs.effect_lines import NodeEffects
from graph_goldens.graphs.node_table import Table
from tests.drift.building import attribute, given, graph
from tests.drift.labelled.tables import call

TABLE = graph(
    *given("x"),
    call("v", "aten.t.default", "%x"),
    call("s", "aten.sin.default", "%v"),
    call("w", "aten.relu_.default", "%x"),
    call("c", "aten.cos.default", "%w"),
    returns=("%s", "%c"),
)
EFFECTS = {"v": NodeEffects(shares=("%x",)), "w": NodeEffects(writes=("%x",), shares=("%x",))}
X = Resource(STORAGE, "%x")


def test_a_use_of_a_view_reads_the_storage_that_the_view_shares() -> None:
    found = find_accesses(TABLE, {}, EFFECTS)
    assert found["s"] == (Access(X, False),)
    assert found["w"] == (Access(X, True),)
    assert found["c"] == (Access(X, False),)


def test_a_view_itself_reads_nothing_of_what_it_shares() -> None:
    assert "v" not in find_accesses(TABLE, {}, EFFECTS)


def test_without_recorded_effects_what_may_have_side_effects_touches_anything() -> None:
    assert find_accesses(TABLE, {}, None) == {"w": (Access(Resource(ANYTHING, ""), True),)}


def test_items_of_one_node_are_storages_of_their_own() -> None:
    table: Table = graph(
        *given("x"),
        call("t", "aten.topk.default", "%x", 1),
        call("a", "operator.getitem", "%t", 0),
        call("b", "operator.getitem", "%t", 1),
        call("p", "aten.sin.default", "%a"),
        call("q", "aten.relu_.default", "%b"),
        returns=("%p", "%q"),
    )
    found = find_accesses(table, {}, {"q": NodeEffects(writes=("%t[1]",))})
    assert found["p"] == (Access(Resource(STORAGE, "%t[0]"), False),)
    assert found["q"] == (Access(Resource(STORAGE, "%t[1]"), True),)
    assert moves_freely(table.by_name["a"], {})
    assert not moves_freely(table.by_name["p"], {})


def test_accesses_take_the_names_of_another_graph_and_keep_what_it_lacks_apart() -> None:
    renamed = rename_accesses({"w": (Access(X, True),), "s": (Access(X, False),)}, {"w": "w1", "x": "y"})
    assert renamed == {
        "w1": (Access(Resource(STORAGE, "%y"), True),),
        "+s": (Access(Resource(STORAGE, "%y"), False),),
    }


def test_a_node_knows_who_wrote_what_it_touches_before_it() -> None:
    accesses = find_accesses(TABLE, {}, EFFECTS)
    assert find_writers_before(TABLE, accesses, recorded=True) == {"c": ("w",)}
    assert find_writers_before(TABLE, accesses, recorded=False) == {}


def test_an_attribute_that_is_fetched_twice_is_one_object_and_one_storage() -> None:
    table = graph(
        *given("x"),
        attribute("q0", "queue"),
        call("a", "my.pop", "%q0"),
        attribute("q1", "queue"),
        call("b", "my.pop", "%q1"),
        attribute("t0", "table"),
        call("w", "aten.relu_.default", "%t0"),
        attribute("t1", "table"),
        call("r", "aten.sin.default", "%t1"),
        returns=("%a", "%b", "%r"),
    )
    effects = {
        "a": NodeEffects(acts=("%q0",)),
        "b": NodeEffects(acts=("%q1",)),
        "w": NodeEffects(writes=("%t0",), shares=("%t0",)),
    }
    found = find_accesses(table, {}, effects)
    assert found["a"][0] == found["b"][0] == Access(Resource(OBJECT, "self.queue"), True)
    assert found["w"] == (Access(Resource(STORAGE, "self.table"), True),)
    assert found["r"] == (Access(Resource(STORAGE, "self.table"), False),)
