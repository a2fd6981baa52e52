"""Graphs run under a real PyTorch from their texts alone: what is said of pairs, and of one alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.replay_client import ReplayPacks, ReplayRequest, replay_records
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project
from graph_goldens.goldens.format import Golden
from graph_goldens.graphs.replays import Replay, ReplayOutcome
from graph_goldens.records import Artifact, Outcome, Record
from tests.capture.replay.graph_records import MATRIX, make_raw_record, make_record

PROJECT = find_project(Path(__file__).parents[3])
SQUARE = "float32[s0, s0] stride (s0, 1) cpu"
WITH_CONSTANT = """def forward(self, x):
    c = self.c
    y = torch.ops.aten.mul.Tensor(x, c)
    return (y,)"""
CONSTANT_NODES = """    %x : [num_users=1] = placeholder[target=x]
    %c : [num_users=1] = get_attr[target=c]
    %y : [num_users=1] = call_function[target=torch.ops.aten.mul.Tensor](args = (%x, %c), kwargs = {})
    return (y,)"""
CONSTANT_VALUES = f"%x : {MATRIX}\n%c : float32[3] stride (1) cpu"
COND = """def forward(self, p, x):
    true_graph_0 = self.true_graph_0
    false_graph_0 = self.false_graph_0
    y = torch.ops.higher_order.cond(p, true_graph_0, false_graph_0, (x,))
    z = y[0]
    return (z,)"""
COND_NODES = """    %p : [num_users=1] = placeholder[target=p]
    %x : [num_users=1] = placeholder[target=x]
    %true_graph_0 : [num_users=1] = get_attr[target=true_graph_0]
    %false_graph_0 : [num_users=1] = get_attr[target=false_graph_0]
    %y : [num_users=1] = call_function[target=torch.ops.higher_order.cond]\
(args = (%p, %true_graph_0, %false_graph_0, (%x,)), kwargs = {})
    %z : [num_users=1] = call_function[target=operator.getitem](args = (%y, 0), kwargs = {})
    return (z,)"""
WRITES = "y = add_.Tensor(x, 1)"
TWO = {"x": "float32[3, 3] stride (3, 1) cpu", "z": MATRIX}


def hold_constant(words: str) -> Record:
    constants = f"self.c : float32[3] stride (1) cpu{words}"
    return make_raw_record(WITH_CONSTANT, CONSTANT_NODES, values=CONSTANT_VALUES, constants=constants)


def branch(otherwise: str) -> Record:
    bodies = {}
    for name, operator in (("true_graph_0", "sin"), ("false_graph_0", otherwise)):
        call = f"torch.ops.aten.{operator}.default"
        bodies[f"{name}__code"] = f"def forward(self, a):\n    b = {call}(a)\n    return (b,)"
        bodies[f"{name}__graph"] = (
            "graph():\n    %a : [num_users=1] = placeholder[target=a]\n"
            f"    %b : [num_users=1] = call_function[target={call}](args = (%a,), kwargs = {{}})\n"
            "    return (b,)"
        )
    return make_raw_record(COND, COND_NODES, values=f"%p : bool[] stride () cpu\n%x : {MATRIX}", **bodies)


EQUAL = "equal on 3 inputs (largest difference 0)"
PAIRS: Mapping[str, tuple[Record, Record, str]] = {
    "one operator spelled as another": (
        make_record("y = neg.default(x)"),
        make_record("y = mul.Tensor(x, -1)"),
        EQUAL,
    ),
    "another operator": (
        make_record("y = mul.Tensor(x, 1)"),
        make_record("y = mul.Tensor(x, 2)"),
        "differ: output 1 by ",
    ),
    "a dtype": (
        make_record("y = sin.default(x)"),
        make_record("y = sin.default(x)\nz = to.dtype(y, torch.float64)", returned="z"),
        "differ: output 1 is float64, and was float32",
    ),
    "an input that is written": (
        make_record(WRITES, returned="x"),
        make_record("y = add.Tensor(x, 1)"),
        "differ: x afterwards by 1",
    ),
    "inputs that share storage": (
        make_record(f"{WRITES.replace('y', 'w')}\ny = sin.default(z)", inputs=TWO, effects="%z: shares %x"),
        make_record(f"y = sin.default(z)\n{WRITES.replace('y', 'w')}", inputs=TWO, effects="%z: shares %x"),
        "differ: output 1 by ",
    ),
    "inputs of which only one graph's share storage": (
        make_record("y = sin.default(z)", inputs=TWO),
        make_record("y = cos.default(z)", inputs=TWO, effects="%z: shares %x"),
        "not run: other inputs share storage",
    ),
    "inputs that share none": (
        make_record(f"{WRITES.replace('y', 'w')}\ny = sin.default(z)", inputs=TWO),
        make_record(f"y = sin.default(z)\n{WRITES.replace('y', 'w')}", inputs=TWO),
        EQUAL,
    ),
    "inputs that share storage in two dtypes": (
        make_record(
            "y = sin.default(z)", inputs={**TWO, "x": "int8[2] stride (1) cpu"}, effects="%z: shares %x"
        ),
        make_record(
            "y = cos.default(z)", inputs={**TWO, "x": "int8[2] stride (1) cpu"}, effects="%z: shares %x"
        ),
        "not run: x and z share storage",
    ),
    "memory that nobody wrote": (
        make_record("y = empty_like.default(x)"),
        make_record("a = sin.default(x)\ny = empty_like.default(x)"),
        EQUAL,
    ),
    "random numbers": (
        make_record("y = rand_like.default(x)"),
        make_record("a = rand_like.default(x)\ny = neg.default(a)"),
        "not run: draws random numbers",
    ),
    "random numbers that only the effects tell of": (
        make_record("y = sin.default(x)", effects="%y: draws cpu"),
        make_record("y = cos.default(x)", effects="%y: draws cpu"),
        "not run: draws random numbers",
    ),
    "a script object": (
        make_record("y = sin.default(x)", inputs={"x": "script object __torch__.C"}),
        make_record("y = cos.default(x)", inputs={"x": "script object __torch__.C"}),
        "not run: takes a __torch__.C, and its case builds none",
    ),
    "another number of inputs": (
        make_record("y = sin.default(x)", inputs={"x": MATRIX, "z": MATRIX}),
        make_record("y = cos.default(x)"),
        "not run: takes 1 inputs, and took 2",
    ),
    "an operator that is not there": (
        make_record("y = gone_for_ever.default(x)"),
        make_record("y = sin.default(x)"),
        "not run: this PyTorch has no operator torch.ops.aten.gone_for_ever",
    ),
    "symbols of other names": (
        make_record("y = neg.default(x)", inputs={"x": SQUARE}),
        make_record("y = mul.Tensor(x, -1)", inputs={"x": SQUARE.replace("s0", "s77")}),
        EQUAL,
    ),
    "sizes within their ranges": (
        make_record("y = neg.default(x)", inputs={"x": SQUARE}, signature="range s0 in [7, 7]"),
        make_record("a = mul.Tensor(x, -1)\ny = view.default(a, [7, 7])", inputs={"x": SQUARE}),
        EQUAL,
    ),
    "a constant's value": (
        hold_constant(" = [1.0, 2.0, 3.0]"),
        hold_constant(" = [1.0, 2.0, 4.0]"),
        "differ: ",
    ),
    "a constant whose value one record has": (hold_constant(" = [1.0, 2.0, 3.0]"), hold_constant(""), EQUAL),
    "a branch that is the same": (branch("cos"), branch("cos"), ""),
    "a branch": (branch("cos"), branch("exp"), "differ: output 1 by "),
    "a graph that ends its process": (
        make_raw_record(
            "def forward(self, x):\n    import os\n    os.abort()",
            "    %x : [num_users=0] = placeholder[target=x]\n    return (x,)",
            values=f"%x : {MATRIX}",
        ),
        make_record("y = sin.default(x)"),
        "not run: crashes (SIGABRT)",
    ),
}
ALONE: Mapping[str, tuple[Record, str, str]] = {
    "runs": (make_record("y = sin.default(x)"), "runs", ""),
    "draws": (make_record("y = rand_like.default(x)"), "runs", ""),
    "operator": (make_record("y = gone.default(x)"), "not run: this PyTorch has no", "operator not there"),
    "schema": (make_record("y = sin.default(x, 3)"), "not run: raises ", "schema changed"),
}


@pytest.fixture(scope="module")
def environment() -> Environment:
    return open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print)


def replay(environment: Environment, requests: Sequence[ReplayRequest]) -> list[tuple[Replay, ...]]:
    return list(replay_records(environment, requests, PROJECT.working, seconds=60))


@pytest.fixture(scope="module")
def found(environment: Environment) -> Mapping[str, tuple[Replay, ...]]:
    requests = [ReplayRequest(old, new) for old, new, _ in PAIRS.values()]
    return dict(zip(PAIRS, replay(environment, requests), strict=True))


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_of_graphs_is_said_to_be_equal_to_differ_or_why_it_is_not_run(
    name: str, found: Mapping[str, tuple[Replay, ...]]
) -> None:
    expected = PAIRS[name][2]
    sentences = [each.sentence for each in found[name]]
    assert len(sentences) == bool(expected)
    assert all(sentence.startswith(expected) for sentence in sentences), sentences


def test_every_reason_can_be_counted(found: Mapping[str, tuple[Replay, ...]]) -> None:
    every = [replay for replays in found.values() for replay in replays]
    assert all(bool(each.reason) == (each.outcome is ReplayOutcome.NOT_RUN) for each in every)


def test_a_graph_alone_runs_or_says_what_this_pytorch_lacks(environment: Environment) -> None:
    requests = [ReplayRequest(None, record) for record, _, _ in ALONE.values()]
    for (name, (_, sentence, reason)), replays in zip(
        ALONE.items(), replay(environment, requests), strict=True
    ):
        assert [(each.sentence[: len(sentence)], each.reason) for each in replays] == [(sentence, reason)], (
            name
        )


ALLOWED = (
    *("draws random numbers", "takes what no value is recorded of", "takes a value that cannot be made"),
    "takes what nothing is recorded of",  # a tree's structure, of a `cond` in `auto_functionalized_v2`
)


def test_the_graphs_of_a_golden_are_equal_to_themselves(environment: Environment) -> None:
    records = [golden.record for golden in _resolve_all() if golden.record.outcome is Outcome.GRAPHS]
    chosen = records[:: len(records) // 40 + 1]
    requests = [ReplayRequest(_differ_in_name_only(record), record) for record in chosen]
    libraries = start_libraries(PROJECT.cases, environment, PROJECT.working).values()
    packs = ReplayPacks(PROJECT.cases, PROJECT.package, libraries)
    replayed = replay_records(environment, requests, PROJECT.working, packs=packs)
    found = [(record, each) for record, several in zip(chosen, replayed, strict=True) for each in several]
    equal = [each for _, each in found if each.outcome is ReplayOutcome.EQUAL]
    others = [
        f"{record.key}: {each.sentence}"
        for record, each in found
        if each.reason not in ("", *ALLOWED) and not _ran_never(record, each)
    ]
    assert [each for _, each in found if each.outcome is ReplayOutcome.DIFFERENT] == []
    assert others == []
    assert len(equal) > len(chosen) / 2


def _ran_never(record: Record, replayed: Replay) -> bool:
    """Tell whether the record says itself that its program raises what the replay met."""
    said = str(record.facts.get("same_as_eager", ""))
    return said.startswith("running raises ") and said.removeprefix("running raises ") in replayed.sentence


def _resolve_all() -> Iterator[Golden]:
    goldens = open_goldens(PROJECT)
    for key in sorted({stored.key for stored in goldens.list_stored()}):
        if golden := goldens.resolve(*key, PROJECT.default):
            yield golden


def _differ_in_name_only(record: Record) -> Record:
    """Make a record that has a further text beside each graph, so that its graphs are run."""
    names = [each.name.removesuffix(".code") for each in record.artifacts if each.name.endswith(".code")]
    return replace(record, artifacts=(*record.artifacts, *(Artifact(f"{name}.note", "") for name in names)))


def test_a_graph_that_does_not_end_is_stopped(environment: Environment) -> None:
    endless = make_raw_record(
        "def forward(self, x):\n    while True: pass",
        "    %x : [num_users=0] = placeholder[target=x]\n    return (x,)",
        values=f"%x : {MATRIX}",
    )
    requests = [ReplayRequest(None, endless)]
    ((only,),) = replay_records(environment, requests, PROJECT.working, seconds=2)
    assert only.sentence.startswith("not run: takes more than 2 seconds")
