"""What a record says of a graph beside its code, graph string and values, of programs in an environment."""

import hashlib
import json
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.records import Capture

PACKS = Path(__file__).with_name("packs")
SCRIPT = Path(__file__).with_name("capture_with_and_without.py")
SECONDS = 300.0
MODULE = "effectful"
Captures = Mapping[tuple[str, str], Capture]

EFFECTS = [
    (
        "writes_in_every_way",
        "make-fx-fake",
        "traced",
        [
            "%view: shares %x_1",
            "%relu_: writes %x_1; shares %x_1",
        ],
    ),
    ("writes_one_of_two", "make-fx-fake", "traced", ["%add_: writes %topk[0]; shares %topk[0]"]),
    (
        "writes_below_inductor",
        "make-fx-fake",
        "traced",
        ["%_unsafe_index_put_: writes %x_1; shares %x_1", "%add_: writes %x_1; shares %x_1"],
    ),
    ("reads_a_registered_class", "symbolic-trace", "traced", ["%add_: writes %both; shares %both"]),
    (
        "draws",
        "export",
        "program",
        ["%dropout: draws cpu", "%dropout_1: shares %x", "%rrelu: draws cpu", "%rand_like: draws cpu"],
    ),
    (
        "writes_statistics",
        "symbolic-trace",
        "traced",
        [
            "%embedding: writes self.embedding.weight",
            "%norm: writes self.norm.num_batches_tracked, self.norm.running_mean, self.norm.running_var",
        ],
    ),
    ("draws_within_a_recurrent_layer", "symbolic-trace", "traced", ["%lstm: draws cpu"]),
    ("draws_in_a_branch", "export", "program", ["%cond: draws cpu"]),
    ("draws_in_a_branch", "export", "program.true_graph_0", ["%rand_like: draws cpu"]),
    ("draws_in_a_branch", "compile-eager", "graph_0", ["%cond: draws cpu"]),
    (
        "exchanges_storage",
        "make-fx-fake",
        "traced",
        ["%set_: writes %x_1; shares %y_1", "%add_: writes %y_1; shares %y_1"],
    ),
    ("writes_by_an_operator_of_its_own", "make-fx-fake", "traced", ["%bump: writes %y_1"]),
]


@pytest.fixture(scope="module")
def captures() -> Captures:
    project = find_project(Path(__file__).parents[3])
    environment = open_environment(describe_release(str(project.default)), project.working, print)
    with start_worker(environment, PACKS, project.working, jobs=2) as worker:
        assert worker.listing.mistakes == ()
        found = [each for each in worker.listing.cases if each.case.partition("/")[2] in CASES]
        keys = [Key(each.case, path) for each in found for path in each.paths]
        return {capture.record.key: capture for capture in worker.capture(keys, SECONDS)}


CASES = frozenset(
    (
        *(case for case, *_ in EFFECTS),
        "draws_nothing_within_a_recurrent_layer",
        "sets_modes",
        "sizes_from_data",
        "holds_constants",
        "comes_from_layers",
        "uses_symbols",
    )
)


def texts(captures: Captures, case: str, path: str) -> dict[str, str]:
    capture = captures[f"odd/{case}", path]
    assert (capture.fault, capture.record.reason) == (None, "")
    return {artifact.name: artifact.text for artifact in capture.record.artifacts}


@pytest.mark.parametrize(("case", "path", "graph", "lines"), EFFECTS)
def test_effects_say_what_a_node_does(
    captures: Captures, case: str, path: str, graph: str, lines: list[str]
) -> None:
    found = texts(captures, case, path)[f"{graph}.effects"].splitlines()
    assert [line for line in found if line in lines] == lines
    assert not any("unknown" in line for line in found)


def test_writes_are_seen_in_place_by_item_and_out(captures: Captures) -> None:
    for path, graph in (("make-fx-fake", "traced"), ("export", "program"), ("compile-eager", "graph_0")):
        effects = texts(captures, "writes_in_every_way", path)[f"{graph}.effects"]
        written = {line.partition("writes ")[2].partition(";")[0] for line in effects.splitlines()}
        assert len(written - {""}) == 2, effects


def test_a_node_without_effects_has_no_line_and_a_graph_without_any_no_text(captures: Captures) -> None:
    assert "traced.effects" not in texts(captures, "draws_nothing_within_a_recurrent_layer", "symbolic-trace")


def test_modes_are_set_by_the_nodes_that_enter_and_leave_them(captures: Captures) -> None:
    effects = texts(captures, "sets_modes", "compile-eager")["graph_0.effects"]
    assert [line.partition(": ")[2] for line in effects.splitlines()] == [
        "sets autocast",
        "sets autocast",
        "sets grad",
        "sets grad",
    ]


def test_a_fake_kernel_of_a_project_is_not_run_once_more(captures: Captures) -> None:
    record = captures["odd/writes_by_an_operator_of_its_own", "make-fx-fake"].record
    assert record.facts["after_tracing"] == {"fake_calls": 1}
    assert record.facts["after_running"] == {"fake_calls": 0}


def test_sizes_that_depend_on_data_are_no_hindrance(captures: Captures) -> None:
    effects = texts(captures, "sizes_from_data", "export")["program.effects"]
    assert "%add_: writes %zeros; shares %zeros" in effects
    assert "unknown" not in effects


def test_small_constants_are_told_by_value_and_large_ones_by_digest(captures: Captures) -> None:
    digest = hashlib.sha256(struct.pack("<65q", *range(65))).hexdigest()[:16]
    constants = dict(
        line.split(" : ")
        for line in texts(captures, "holds_constants", "export")["program.constants"].splitlines()
    )
    assert constants == {
        "self.weight": "parameter float32[2] cpu",
        "self.s1": "float32[5] cpu = [1.0, nan, 0.1, -inf, -0.0]",
        "self.large": f"int64[65] cpu digest {digest}",
        "self.pair": "complex64[1] cpu = [(1.0, 2.0)]",
        "self.flags": "bool[1, 2] cpu = [[True, False]]",
        "self.small": "float8_e4m3fn[2] cpu = [0.5, 1.75]",
        "self.lifted_tensor_0": "float32[] cpu = 2.0",
    }


def test_a_buffer_with_the_name_of_a_symbol_keeps_it(captures: Captures) -> None:
    found = texts(captures, "holds_constants", "make-fx-symbolic")
    assert "f32[s0]" in found["traced.graph"] or "float32[s0]" in found["traced.values"]


def test_provenance_names_modules_and_functions(captures: Captures) -> None:
    exported = texts(captures, "comes_from_layers", "export")["program.provenance"]
    layers = 'module "" cases.odd.effectful._Layers'
    assert f"%linear: {layers} > layer torch.nn.modules.linear.Linear; torch_fn linear_1" in exported
    assert "0x" not in exported
    forward = texts(captures, "comes_from_layers", "compile-aot-eager")["forward_0.provenance"]
    assert "source linear torch.nn.modules.linear.Linear" in forward or "torch.nn.modules.linear" in forward


@pytest.mark.parametrize(("path", "graph"), [("make-fx-symbolic", "traced"), ("compile-dynamic", "graph_0")])
def test_symbols_are_named_with_what_they_are_bound_to(captures: Captures, path: str, graph: str) -> None:
    record = captures["odd/uses_symbols", path].record
    symbols: Any = record.facts["symbols"]
    assert set(symbols[graph]) >= {"s0", "s2"} or set(symbols[graph]) >= {"s0"}
    assert any(".size()[0]" in place for place in symbols[graph].values())


def test_what_is_said_beside_a_graph_changes_nothing_of_the_capture() -> None:
    project = find_project(Path(__file__).parents[3])
    environment = open_environment(describe_release(str(project.default)), project.working, print)
    variables = compose_capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    make_capture_folders(variables)
    command = [str(environment.python), str(SCRIPT), str(PACKS)]
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    answer = json.loads(ended.stdout.splitlines()[-1])
    assert answer["differences"] == []
    assert answer["compared"] > 20
    assert answer["with_effects"] > 10
