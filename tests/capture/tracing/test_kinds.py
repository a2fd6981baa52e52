"""Programs of every kind: captured, with the outcome that a plain PyTorch script of the same program has."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from graph_goldens.cases.path_rows import FACTS_PATH
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.runs.kept_replays import digest_record

PROJECT = find_project(Path(__file__).parents[3])
PACKS = Path(__file__).with_name("packs")
SCRIPTS = Path(__file__).with_name("plain_scripts.py")
SECONDS = 300.0
PATHS = ("symbolic-trace", "make-fx-real", "make-fx-symbolic", "export", "aot-inference", "aot-joint")
COMPILED = ("compile-eager", "compile-aot-eager")
PATHS_OF_KINDS = {
    "gradients": ("export", "aot-inference", "aot-joint", "compile-aot-eager"),
    "inputs": ("symbolic-trace", "make-fx-symbolic", "export", "aot-inference", "compile-eager"),
    "leaves": ("make-fx-real", "export", "aot-inference", "compile-eager"),
    "names": (*PATHS, *COMPILED, FACTS_PATH),
    "running": ("export", *COMPILED),
}
"""Where the programs of a module meet something of their own: the others would only take time."""
BROKEN = ("claims_what_nothing_gives", "claims_what_its_paths_do_not_give")
FAULTY = ("observes_no_json", "observes_no_json_alone")


def captured(hash_seed: int, *, backwards: bool = False, every: int = 1) -> dict[Key, Capture]:
    environment = open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print)
    with start_worker(environment, PACKS, PROJECT.working, jobs=2, hash_seed=hash_seed) as worker:
        assert worker.listing.mistakes == ()
        keys = [
            Key(found.case, path)
            for found in worker.listing.cases
            for path in found.paths
            if path in PATHS_OF_KINDS.get(Path(found.file).stem, ()) and found.case.startswith("kinds/")
        ]
        keys = (keys[::-1] if backwards else keys)[::every]
        return {capture.record.key: capture for capture in worker.capture(keys, SECONDS)}


@pytest.fixture(scope="module")
def captures() -> Mapping[Key, Capture]:
    return captured(7)


@pytest.fixture(scope="module")
def scripts(captures: Mapping[Key, Capture]) -> Mapping[Key, str]:
    """What each plain script raised: empty, or `nothing` where a compiler was given no graph."""
    environment = open_environment(describe_release(str(PROJECT.default)), PROJECT.working, print)
    variables = compose_capture_variables(PROJECT.working, make_worker_path(PROJECT.working), hash_seed=0)
    make_capture_folders(variables)
    keys = [key for key in captures if key[0].partition("/")[2] not in FAULTY]
    ended = subprocess.run(
        [str(environment.python), str(SCRIPTS), str(PACKS)],
        env=variables,
        input="\n".join(json.dumps(key) for key in keys),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (json.loads(line) for line in ended.stdout.splitlines() if line.startswith("["))
    return {Key(case, path): raised for case, path, raised, _ in lines}


def test_no_program_makes_the_harness_fail(captures: Mapping[Key, Capture]) -> None:
    faults = {key: each.fault for key, each in captures.items() if key[0].partition("/")[2] not in FAULTY}
    assert {key: fault for key, fault in faults.items() if fault} == {}


def test_a_record_is_an_error_where_a_plain_script_raises(
    captures: Mapping[Key, Capture], scripts: Mapping[Key, str]
) -> None:
    compared = {
        key: (captures[key].record.outcome, raised)
        for key, raised in scripts.items()
        if captures[key].record.outcome is not Outcome.UNAVAILABLE
    }
    assert len(compared) > 400
    unlike = {key: pair for key, pair in compared.items() if pair[0] is not _outcome(pair[1])}
    assert unlike == {}


def test_an_error_is_of_the_type_that_a_plain_script_raises(
    captures: Mapping[Key, Capture], scripts: Mapping[Key, str]
) -> None:
    compared = {
        key: (describe_type(captures[key].record), raised)
        for key, raised in scripts.items()
        if captures[key].record.outcome is Outcome.ERROR
    }
    assert len(compared) > 50
    assert {key: pair for key, pair in compared.items() if pair[0] != pair[1]} == {}


def describe_type(record: Record) -> str:
    error = record.facts["error"]
    assert isinstance(error, dict)
    return str(error["type"]).rpartition(".")[2]


def _outcome(raised: str) -> Outcome:
    return {"": Outcome.GRAPHS, "nothing": Outcome.NOTHING_CAPTURED}.get(raised, Outcome.ERROR)


def test_records_are_the_same_in_another_order_and_with_another_hash_seed(
    captures: Mapping[Key, Capture],
) -> None:
    """A third of them; `python -m tests.bench.shuffle --cases tests/capture/tracing/packs` takes all."""
    again = captured(11, backwards=True, every=3)
    assert len(again) > 150
    changed = [
        key for key in again if digest_record(captures[key].record) != digest_record(again[key].record)
    ]
    assert changed == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_claim_about_a_fact_that_no_path_gives_is_broken(
    captures: Mapping[Key, Capture], case: str
) -> None:
    (sentence,) = captures[Key(f"kinds/{case}", "export")].broken
    assert sentence.endswith("but no tracing path of the case gives such a fact")


@pytest.mark.parametrize(("case", "path"), list(zip(FAULTY, ("export", "facts"), strict=True)))
def test_a_fact_that_is_no_json_is_the_mistake_of_its_case(
    captures: Mapping[Key, Capture], case: str, path: str
) -> None:
    fault = captures[Key(f"kinds/{case}", path)].fault
    assert fault == Fault(FaultKind.CASE, "the case observes size = a Tensor, which is no JSON")


@pytest.mark.parametrize("path", PATHS)
def test_claims_hold_for_the_paths_that_give_the_fact(captures: Mapping[Key, Capture], path: str) -> None:
    for case in ("doubled", "claims_what_other_paths_give"):
        assert captures[Key(f"kinds/{case}", path)].broken == ()


BROKEN_BY_PATH = {
    "export": ("claimed same_as_eager = False, but it is True",),
    "make-fx-real": ("claimed ValueError '', but nothing was raised",),
}


@pytest.mark.parametrize("path", [*PATHS, *COMPILED])
def test_claims_for_some_paths_are_made_for_those_only(captures: Mapping[Key, Capture], path: str) -> None:
    falsely = captures[Key("kinds/claims_falsely_for_one_path_each", path)]
    assert falsely.broken == BROKEN_BY_PATH.get(path, ())
    raising = captures[Key("kinds/raises_by_one_path", path)]
    assert raising.broken == ()
    raised = raising.record.outcome is Outcome.ERROR
    assert raised is (path == "symbolic-trace")


@pytest.mark.parametrize("case", ["needs_cuda_when_built", "needs_cuda_when_run"])
def test_a_device_that_is_not_here_is_unavailable(captures: Mapping[Key, Capture], case: str) -> None:
    record = captures[Key(f"kinds/{case}", "export")].record
    assert (record.outcome, record.reason) == (
        Outcome.UNAVAILABLE,
        "needs a device that is not here (cuda)",
    )


SAME = [
    *("float8_result", "float8_with_nan", "nan_result", "sparse_coo_result", "dropout", "random_like"),
    *("any_keywords", "gap_before_a_keyword", "builtin", "default_dtype", "needs_its_context"),
]


@pytest.mark.parametrize("case", SAME)
def test_what_was_traced_is_the_same_as_eager(captures: Mapping[Key, Capture], case: str) -> None:
    assert captures[Key(f"kinds/{case}", "export")].record.facts["same_as_eager"] is True


def test_what_has_no_equality_is_not_comparable_by_name(captures: Mapping[Key, Capture]) -> None:
    facts = captures[Key("kinds/object_without_equality", "compile-eager")].record.facts
    assert facts["same_as_eager"] == "result 1: not comparable (Holder)"


def test_a_name_of_the_program_that_looks_like_an_identity_stays(captures: Mapping[Key, Capture]) -> None:
    artifacts = captures[Key("kinds/name_like_an_identity", "export")].record.artifacts
    assert "_140031920574832_c6" in artifacts[0].text


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("prints_its_identity", "RuntimeError: <id 0> and <id 1> and <id 0> fail"),
        (
            "prints_a_set",
            "RuntimeError: supported: {'four', 'one', 'three', 'two'} or "
            "{<class 'bytes'>, <class 'float'>, <class 'int'>, <class 'str'>}",
        ),
        ("prints_a_fake_tensor", "RuntimeError: cannot take FakeTensor here"),
    ],
)
def test_messages_hold_no_identity_no_order_and_no_internals(
    captures: Mapping[Key, Capture], case: str, reason: str
) -> None:
    assert captures[Key(f"kinds/{case}", "export")].record.reason == reason


def test_a_backward_that_the_harness_adds_makes_no_error(captures: Mapping[Key, Capture]) -> None:
    record = captures[Key("kinds/backward_raises", "compile-aot-eager")].record
    assert (record.outcome, record.facts["backward"]) == (Outcome.GRAPHS, "raises RuntimeError: no backward")


@pytest.mark.parametrize(
    ("case", "frames"), [("calls_by_keyword", [1, 2, 3]), ("calls_in_a_mode", [1, 2, 2])]
)
def test_calls_may_differ_by_more_than_inputs(
    captures: Mapping[Key, Capture], case: str, frames: list[int]
) -> None:
    assert captures[Key(f"kinds/{case}", "compile-eager")].record.facts["frames"] == frames
