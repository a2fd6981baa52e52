"""A worker that needs no torch: it speaks the protocol and does what a case's name says."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

KILL = {"segfault": signal.SIGSEGV, "kill": signal.SIGKILL}


def say(message: object) -> None:
    print(json.dumps(message), flush=True)


def capture(case: str, path: str) -> dict[str, object]:
    record = {"case": case, "path": path, "outcome": "graphs", "facts": {}, "artifacts": [], "rules": 1}
    return {"record": record, "broken": [], "fault": None, "seconds": 0.5, "log": ""}


def answer(case: str, path: str, loaded: list[str], request: dict[str, object]) -> None:
    match case:
        case "fake/segfault" | "fake/kill":
            print("about to die", file=sys.stderr, flush=True)
            os.kill(os.getpid(), KILL[case.removeprefix("fake/")])
        case "fake/exit":
            os._exit(3)
        case "fake/another":
            say({"capture": capture("fake/one", path)})
        case "fake/nothing":
            pass
        case "fake/nonsense":
            print("nonsense", flush=True)
        case "fake/silence":
            time.sleep(60)
        case "fake/long":
            print("x" * 10_000, flush=True)
        case "fake/child":
            subprocess.Popen(["sleep", "60"])
            say({"capture": capture(case, path)})
        case "fake/variables":
            facts = {
                "seed": os.environ["PYTHONHASHSEED"],
                "arguments": sys.argv[1:],
                "loaded": loaded,
                "folder": str(Path.cwd()),
                "memory": request["memory"],
            }
            say({"capture": capture(case, path), "log": json.dumps(facts)})
        case _:
            say({"capture": capture(case, path)})


def main() -> None:
    hello = {"torch": "2.13.0+cpu", "git": "abc", "debug": False, "cuda": None, "python": "3.11.7"}
    more = {"platform": "Linux-x86_64", "switches": {}, "paths": ["export"], "rules": 1}
    say({"hello": {**hello, **more}})
    loaded = json.loads(sys.stdin.readline())["load"]
    importing = os.environ.get("FAKE_IMPORTING", "")
    unusable = [sys.argv[place + 1] for place, word in enumerate(sys.argv) if word == "--unusable"]
    for module in importing.split():
        if module not in unusable:
            say({"importing": module})
            if "bad" in module:
                sys.exit(3)
    listed = {"case": "fake/one", "paths": ["export"], "source": "d", "file": "fake/m.py", "line": 3}
    mistake = {"file": "fake/x.py", "error": "ImportError: no y", "cases": [], "line": 0}
    say({"cases": [listed], "mistakes": [mistake], "left_out": []})
    for line in sys.stdin:
        request = json.loads(line)
        for case, path in request["capture"]:
            answer(case, path, loaded, request)
        say({"done": True})


if __name__ == "__main__":
    main()
