"""Symbols are those of the record's table, of each graph by itself; without one, values show them."""

from dataclasses import replace

from graph_goldens.drift.symbol_scopes import build_scopes, list_bound, read_sources, read_symbols
from graph_goldens.records import Json, Record
from tests.drift.building import chain, record

PLAIN = record(chain("aten.sin.default"))


def bind(**graphs: list[str]) -> Record:
    told: dict[str, Json] = {name: dict.fromkeys(symbols, "%x.size()[0]") for name, symbols in graphs.items()}
    return replace(PLAIN, facts={"symbols": told})


def test_symbols_are_read_by_graph_and_none_where_the_record_does_not_tell() -> None:
    assert read_symbols(bind(g=["s0", "s1"], h=["s0"])) == {"g": {"s0", "s1"}, "h": {"s0"}}
    assert read_symbols(PLAIN) is None


def test_a_body_shares_the_symbols_of_its_graph() -> None:
    scopes = build_scopes(bind(g=["s0"]), bind(g=["s3"]), {"g": "g"})
    assert scopes.find("g.body_0.inner") is scopes.find("g")


def test_each_graph_has_a_scope_of_its_own() -> None:
    scopes = build_scopes(bind(g=["s0"], h=["s0"]), bind(g=["s1"], h=["s2"]), {"g": "g", "h": "h"})
    assert scopes.find("g") is not scopes.find("h")


def test_values_show_the_symbols_of_a_record_that_does_not_tell_them() -> None:
    values = "%x : float32[s0, 3] stride (3, 1) cpu\n%tq : script object s9"
    shown = record(chain("aten.sin.default"), values=values)
    assert set(build_scopes(shown, PLAIN, {}).shown) == {"s0"}


def test_what_symbols_are_bound_to_is_listed_by_graph() -> None:
    fact = bind(g=["s0"]).facts["symbols"]
    assert list_bound(fact, "g") == {"s0": "%x.size()[0]"}
    assert list_bound(fact, "other") == list_bound("no table", "g") == {}


def test_what_inputs_that_are_symbols_are_bound_to_is_read_by_their_names() -> None:
    bound: dict[str, Json] = {"s0": "%s0, L['x'].size()[0]", "u0": "%item[1].size()[0]", "s1": "", "s2": None}
    assert read_sources(bound) == {"s0": "L['x'].size()[0]"}
