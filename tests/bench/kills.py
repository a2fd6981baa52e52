"""Kill updates at random points: every golden is whole after each, and one that ends writes what is due.

`python -m tests.bench.kills --times 30 --seed 5`: each time the cases change, `goldens update` is started,
and killed after a random part of the time that it takes; every third kill hits its worker instead.
Ends with 1 where a golden is neither what it was nor what it becomes, where anything else changed, where a
process runs on, or where the next update does not write the same bytes as one that nobody killed.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.example import Example, make_alone
from tests.end_to_end.faults import processes_of
from tests.end_to_end.on_disk import GOLDENS, find_changes, list_disk

MODULE = """
import torch
from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake", "export", "aot-inference")


@case
def first(): return Case(lambda x: x.sin() * {factor}, args=(torch.ones(2),), paths=PATHS)


@case
def second(): return Case(lambda x: x.cos() + {factor}, args=(torch.ones(3),), paths=PATHS)
"""
_ENDING_SECONDS = 20.0


def main() -> int:
    """Kill, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    drawn, found = random.Random(chosen.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        example = make_alone(Path(folder) / "project", {"p/programs.py": MODULE.format(factor=1)})
        seconds, expected = _learn(example)
        for number in range(chosen.times):
            after, of_worker = drawn.uniform(0, seconds * 1.1), number % 3 == 2
            wrong = _kill_once(example, 1 + number % 2, after, expected, of_worker=of_worker)
            found += len(wrong)
            words = "; ".join(wrong) or "nothing lost"
            print(
                f"{number + 1}: {'worker' if of_worker else 'command'} killed after {after:.2f} s: {words}",
                flush=True,
            )
    print(f"{chosen.times} kills: {found} faults")
    return 1 if found else 0


def _learn(example: Example) -> tuple[float, dict[int, dict[str, bytes]]]:
    """Learn how long an update takes, and what it writes for either state of the cases."""
    expected: dict[int, dict[str, bytes]] = {}
    start = time.monotonic()
    for factor in (1, 2, 1):
        example.write({"cases/p/programs.py": MODULE.format(factor=factor)})
        example.run("update", "--no-cache", code=0)
        expected[factor] = example.goldens()
    return (time.monotonic() - start) / 3, expected


def _kill_once(
    example: Example, factor: int, after: float, expected: dict[int, dict[str, bytes]], *, of_worker: bool
) -> list[str]:
    """Change the cases, kill an update of them, and list what is wrong then and after one more update."""
    example.write({"cases/p/programs.py": MODULE.format(factor=factor)})
    before = list_disk(example.root)
    process = example.start("update", "--no-cache")
    time.sleep(after)
    _kill(process.pid if not of_worker else _find_worker(example))
    process.communicate(timeout=120)
    changes = find_changes(before, list_disk(example.root))
    wrong = [f"{path} {how}" for path, how in changes.items() if not path.startswith(GOLDENS)]
    wrong += [
        f"{name} is torn" for name, data in example.goldens().items() if not _is_whole(name, data, expected)
    ]
    wrong += [f"{name} is lost" for name in expected[1] if name not in example.goldens()]
    wrong += [f"{command} runs on" for command in _list_left(example)]
    example.run("update", "--no-cache", code=0)
    return wrong + ([] if example.goldens() == expected[factor] else ["the next update wrote other bytes"])


def _is_whole(name: str, data: bytes, expected: dict[int, dict[str, bytes]]) -> bool:
    return data in [goldens.get(name) for goldens in expected.values()]


def _kill(process: int | None) -> None:
    if process is not None:
        os.kill(process, signal.SIGKILL)


def _find_worker(example: Example) -> int | None:
    """Find a worker of the project, or a child of it; None where none runs now."""
    mine = str(example.root).encode()
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
        except OSError:
            continue
        if mine in command and b"capture/worker/__main__.py" in command:
            return int(folder.name)
    return None


def _list_left(example: Example) -> list[str]:
    end = time.monotonic() + _ENDING_SECONDS
    while (left := list(processes_of(example.root / ".goldens"))) and time.monotonic() < end:
        time.sleep(0.1)
    return left


if __name__ == "__main__":
    sys.exit(main())
