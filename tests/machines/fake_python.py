#!/usr/bin/env -S python3 -S
"""Stands where an interpreter with a PyTorch would: says what it is, and does as a worker does, in no time.

What Ray, orders and machines make of captures is tested with it; that these are PyTorch's, elsewhere.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

PATHS = ("make-fx-real", "make-fx-fake", "export")
CASES = [f"p/c{at:02}" for at in range(40)]
KILLER = "p/c07"  # where the project says so, its capture ends what Ray runs the order in
SECONDS = 0.02
BUILD = {"torch": "2.13.0+cpu", "git": "a" * 40, "debug": False, "cuda": None, "platform": "Linux-x86_64"}


def main() -> None:
    program = next(Path(each) for each in sys.argv[1:] if each.endswith(".py"))
    match program.name:
        case "examine.py":
            say({"python": [3, 11, 7], "torch": True})
        case "probe.py":
            place = str(Path(__file__).parent)
            others = {"python_version": "3.11.7", "cxx11_abi": True, "torch_root": place}
            say({**BUILD, **others})
        case _:
            work(Path(sys.argv[sys.argv.index("--cases") + 1]))


def work(cases: Path) -> None:
    """Speak as a worker does until nobody listens."""
    wish = (cases / "p" / "c.py").read_text()
    kills, seconds = "kill" in wish, 0.2 if "slow" in wish else SECONDS
    say({"hello": {**BUILD, "python": "3.11.7", "switches": {}, "paths": PATHS, "rules": 7}})
    for line in sys.stdin:
        asked = json.loads(line)
        if "load" in asked:
            listed = [
                {"case": case, "paths": PATHS, "source": "digest", "file": "p/c.py", "line": 1}
                for case in CASES
            ]
            say({"cases": listed})
            continue
        for case, path in asked["capture"]:
            time.sleep(seconds)
            if kills and (case, path) == (KILLER, PATHS[0]):
                kill_ray()
            say({"capture": capture(case, path), "log": ""})
        say({"done": True})


def capture(case: str, path: str) -> dict[str, object]:
    artifact = ["program.graph", f"graph():\n    return {case} {path}"]
    record = {"case": case, "path": path, "outcome": "graphs", "facts": {}, "artifacts": [artifact]}
    return {"record": {**record, "source": "digest", "rules": 7}, "seconds": SECONDS}


def kill_ray() -> None:
    """Kill what Ray runs an order in: the nearest process above that says so of itself."""
    pid = os.getpid()
    while pid > 1:
        if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::"):
            os.kill(pid, signal.SIGKILL)
            time.sleep(60)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
