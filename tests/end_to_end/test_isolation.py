"""No record sees what another one left behind, whatever kind of state that is, by the real command.

Each program gives another graph once it was traced by any path before: a check in which two records shared a
process would call the second one the same, or not, for no reason of PyTorch's.
"""

import json
from typing import Any

import pytest

from tests.end_to_end.example import Example, make_alone

HEAD = """
import functools, itertools, os, random, sys, tempfile
import torch
from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake", "export", "aot-inference")
HELD, LATER, NUMBERS, FIRST_STATE = torch.ones(1), [], itertools.count(1), random.Random(0).getstate()


class Left:
    calls = 0


LEFT = Left()


@functools.lru_cache
def remember():
    return [0]


def add(where, name):
    setattr(where, name, getattr(where, name) + 1)
    return getattr(where, name)


def count_in_cache():
    remember()[0] += 1
    return remember()[0]


def count_in_environment():
    os.environ["LEFT"] = str(int(os.environ.get("LEFT", 0)) + 1)
    return int(os.environ["LEFT"])


def count_by_switch():
    seen = torch._dynamo.config.cache_size_limit == 77
    torch._dynamo.config.cache_size_limit = 77
    return 2 if seen else 1


def count_by_default_dtype():
    seen = torch.get_default_dtype() == torch.float64
    torch.set_default_dtype(torch.float64)
    return 2 if seen else 1


def count_in_tensor():
    HELD.data.add_(1)
    return 1 if HELD.data.tolist() == [2.0] else 2


def count_by_folder():
    seen = os.getcwd() == "/"
    os.chdir("/")
    return 2 if seen else 1


def count_in_list():
    LATER.append(1)
    return len(LATER)


def count_in_torch():
    torch.nn.Module.left = getattr(torch.nn.Module, "left", 0) + 1
    return torch.nn.Module.left


def count_by_random_numbers():
    seen = random.getstate() != FIRST_STATE
    random.random()
    return 2 if seen else 1


def count_by_grad_mode():
    seen = not torch.is_grad_enabled()
    torch._C._set_grad_enabled(False)
    return 2 if seen else 1


def count_by_threads():
    seen = torch.get_num_threads() == 7
    torch.set_num_threads(7)
    return 2 if seen else 1


def count_in_default(found=[]):
    found.append(1)
    return len(found)


def count_in_generator():
    return next(NUMBERS)


def count_in_registry():
    seen = Left in torch.utils._pytree.SUPPORTED_NODES
    if not seen:
        torch.utils._pytree.register_pytree_node(Left, lambda _: ([], None), lambda _, __: LEFT)
    return 2 if seen else 1


def count_in_operators():
    seen = hasattr(torch.ops.isolation, "left")
    if not seen:
        torch.library.define("isolation::left", "(Tensor x) -> Tensor")
    return 2 if seen else 1


def count_on_sys_path():
    seen = "/left" in sys.path
    sys.path.append("/left")
    return 2 if seen else 1


def count_by_recursion():
    seen = sys.getrecursionlimit() == 4321
    sys.setrecursionlimit(4321)
    return 2 if seen else 1


def count_in_a_file(file):
    seen = os.path.exists(file)
    with open(file, "a") as opened:
        opened.write("left")
    return 2 if seen else 1


COUNTS = {
    "random_numbers": count_by_random_numbers,
    "grad_mode": count_by_grad_mode,
    "threads": count_by_threads,
    "default_argument": count_in_default,
    "generator": count_in_generator,
    "registry_of_nodes": count_in_registry,
    "registry_of_operators": count_in_operators,
    "path_of_modules": count_on_sys_path,
    "recursion_limit": count_by_recursion,
    "file_at_home": lambda: count_in_a_file(os.path.expanduser("~/left")),
    "temporary_file": lambda: count_in_a_file(os.path.join(tempfile.gettempdir(), "left")),
    "file_where_it_runs": lambda: count_in_a_file("left"),
    "class_attribute": lambda: add(Left, "calls"),
    "instance_attribute": lambda: add(LEFT, "calls"),
    "function_cache": count_in_cache,
    "environment": count_in_environment,
    "switch": count_by_switch,
    "default_dtype": count_by_default_dtype,
    "tensor": count_in_tensor,
    "working_folder": count_by_folder,
    "list": count_in_list,
    "class_of_torch": count_in_torch,
}


def make(kind):
    return Case(lambda x: x + 1, (torch.ones(2),), paths=PATHS, observe=lambda: {"seen": COUNTS[kind]()})

"""
KINDS = (
    *("class_attribute", "instance_attribute", "function_cache", "environment", "switch", "default_dtype"),
    *("tensor", "working_folder", "list", "class_of_torch", "random_numbers", "grad_mode", "threads"),
    *("default_argument", "generator", "registry_of_nodes", "registry_of_operators", "path_of_modules"),
    *("recursion_limit", "file_at_home", "temporary_file", "file_where_it_runs"),
)
CASES = HEAD + "".join(f"\n@case\ndef {kind}(): return make({kind!r})\n" for kind in KINDS)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = make_alone(tmp_path_factory.mktemp("isolation"), {"p/states.py": CASES})
    example.run("update", code=0)
    return example


def _read_facts(example: Example) -> dict[tuple[str, str], Any]:
    (run,) = (example.root / ".goldens").glob("**/runs/*.jsonl")
    lines = [json.loads(line) for line in run.read_text().splitlines()]
    records = [line["record"] for line in lines if "record" in line]
    return {(each["case"], each["path"]): each["facts"]["after_tracing"]["seen"] for each in records}


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_begins_where_every_other_does(example: Example, kind: str) -> None:
    """Where they shared a process, the second to the fourth would have seen 2 and more."""
    seen = {path: facts for (case, path), facts in _read_facts(example).items() if case == f"p/{kind}"}
    assert seen == dict.fromkeys(("make-fx-real", "make-fx-fake", "export", "aot-inference"), 1)


def test_what_is_asked_for_beside_a_record_does_not_change_it(example: Example) -> None:
    example.run("check", "--no-cache", "p/tensor", "p/switch", "--path", "export", code=0)
    assert set(_read_facts(example).values()) == {1}


def test_a_drift_that_only_a_process_of_its_own_shows_is_shown(example: Example) -> None:
    """The program gives one graph where it is new to its process, and the golden's where it ran before."""
    file = example.root / "cases" / "p" / "states.py"
    text = file.read_text()
    drifting = (
        "\n@case\ndef class_attribute():\n    n = add(Left, 'calls')\n"
        "    return Case(lambda x: x * {}, (torch.ones(2),), paths=PATHS)\n"
    )
    before = "\n@case\ndef class_attribute(): return make('class_attribute')\n"
    assert before in text
    file.write_text(text.replace(before, drifting.format("3")))
    example.run("update", "p/class_attribute", code=0)
    file.write_text(text.replace(before, drifting.format("(2 if n <= 1 else 3)")))
    example.run("check", "p/class_attribute", code=1)
    file.write_text(text)
