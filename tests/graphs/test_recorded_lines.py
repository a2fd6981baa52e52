"""What stands beside a graph's code, read back."""

from graph_goldens.graphs.recorded_lines import read_constants, read_provenance

TABLE = "self.table : int64[2] stride (1) cpu = [1, 2]"


def test_a_graph_that_holds_nothing_has_no_constants() -> None:
    assert read_constants("") == {}
    assert read_constants(TABLE) == {"table": "int64[2] stride (1) cpu = [1, 2]"}


def test_a_line_that_says_no_kind_of_origin_says_none() -> None:
    assert read_provenance("%linear: something else") == {"linear": {}}
