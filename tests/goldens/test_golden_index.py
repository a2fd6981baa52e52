"""The index of goldens: it tells what the bytes say, however old, damaged or forged it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graph_goldens.goldens.format import Golden, GoldenError, render
from graph_goldens.goldens.golden_index import UNREADABLE, GoldenIndex, IndexDamageError
from graph_goldens.goldens.overlays import StoredGolden, list_stored
from graph_goldens.records import Artifact, Outcome, Record


def write_graph(operator: str) -> str:
    return (
        "graph():\n    %x : [num_users=1] = placeholder[target=x]\n"
        f"    %y : [num_users=1] = call_function[target=torch.ops.aten.{operator}.default](args = (%x,), "
        "kwargs = {})\n    return (y,)"
    )


def write_golden(root: Path, case: str, graph: str, overlay: str = "torch-2.13.0") -> None:
    artifacts = (Artifact("program.graph", graph), Artifact("program.values", "%y : float16[2] cpu"))
    file = root / overlay / case / "export.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(render(Golden(Record(case, "export", Outcome.GRAPHS, artifacts=artifacts))))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_golden(tmp_path / "snapshots", "p/a", write_graph("relu"))
    write_golden(tmp_path / "snapshots", "p/b", write_graph("gelu"))
    return tmp_path / "snapshots"


def tell(root: Path, file: Path) -> tuple[GoldenIndex, dict[str, tuple[str, ...]]]:
    """What an index tells of the operators of each case, read afresh from its file."""
    index = GoldenIndex(file)
    found = {entry.case: index.list_operators(index.read(entry).graphs[0]) for entry in list_stored(root)}
    return index, found


EXPECTED = {
    "p/a": ("call_function torch.ops.aten.relu.default", "output", "placeholder"),
    "p/b": ("call_function torch.ops.aten.gelu.default", "output", "placeholder"),
}


def test_it_tells_the_same_before_and_after_it_was_written(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "index" / "goldens.sqlite"
    index, found = tell(root, file)
    index.save()
    again, kept = tell(root, file)
    assert found == kept == EXPECTED
    (entry, _) = list_stored(root)
    graphs = again.read(entry).graphs
    (graph,) = again.load_graphs(graphs).values()
    assert [node.name for node in graph.table.nodes] == ["x", "y", "output"]
    assert graph.types == {"y": "float16"}


def test_a_golden_that_changed_is_told_as_it_is_now(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "goldens.sqlite"
    tell(root, file)[0].save()
    write_golden(root, "p/a", write_graph("selu"))
    assert tell(root, file)[1]["p/a"][0] == "call_function torch.ops.aten.selu.default"


@pytest.mark.parametrize(
    "damage",
    [
        "update graphs set operators = 'call_function evil'",
        "update goldens set graphs = '[]'",
        "delete from graphs",
    ],
)
def test_an_entry_that_is_not_as_it_was_written_counts_as_missing(
    root: Path, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "goldens.sqlite"
    tell(root, file)[0].save()
    with sqlite3.connect(file) as database:
        database.execute(damage)
    assert tell(root, file)[1] == EXPECTED


def test_nodes_that_are_not_as_they_were_written_are_damage(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "goldens.sqlite"
    tell(root, file)[0].save()
    with sqlite3.connect(file) as database:
        database.execute("update graphs set nodes = '[]'")
    index = GoldenIndex(file)
    graphs = [graph for entry in list_stored(root) for graph in index.read(entry).graphs]
    with pytest.raises(IndexDamageError):
        index.load_graphs(graphs)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99])
def test_a_file_that_is_no_index_is_damage(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "goldens.sqlite"
    file.write_bytes(content)
    with pytest.raises(IndexDamageError):
        GoldenIndex(file)


@pytest.mark.parametrize("change", ["goldens set outcome = x'00'", "graphs set operators = x'00'"])
def test_a_value_that_is_no_text_is_damage(root: Path, tmp_path: Path, change: str) -> None:
    file = tmp_path / "goldens.sqlite"
    tell(root, file)[0].save()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"update {change}")
    with pytest.raises(IndexDamageError):
        GoldenIndex(file)


def test_a_header_that_says_read_only_of_a_file_that_is_not_is_made_anew(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "goldens.sqlite"
    tell(root, file)[0].save()
    raw = bytearray(file.read_bytes())
    raw[18] = 3  # https://www.sqlite.org/fileformat.html, 1.3.3: above 2, the file can only be read
    file.write_bytes(raw)
    write_golden(root, "p/a", write_graph("selu"))
    tell(root, file)[0].save()
    assert file.read_bytes()[18] <= 2
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select count(*) from goldens").fetchone() != (0,)


def test_where_it_cannot_be_written_nothing_is_said(root: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file in the place of its folder")
    index, found = tell(root, tmp_path / "index" / "goldens.sqlite")
    index.save()
    assert found == EXPECTED


def test_a_graph_that_is_no_graph_string_is_told_to_be_that(root: Path, tmp_path: Path) -> None:
    write_golden(root, "p/a", "no graph")
    assert tell(root, tmp_path / "goldens.sqlite")[1]["p/a"] == (UNREADABLE,)


def test_a_golden_in_another_golden_s_place_is_refused(root: Path, tmp_path: Path) -> None:
    index, _ = tell(root, tmp_path / "goldens.sqlite")
    file = root / "torch-2.13.0" / "p" / "b" / "export.md"
    file.write_bytes((root / "torch-2.13.0" / "p" / "a" / "export.md").read_bytes())
    with pytest.raises(GoldenError, match="wrong place"):
        index.read(StoredGolden(next(list_stored(root)).version, "p/b", "export", str(file)))
