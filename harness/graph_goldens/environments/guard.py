"""Run a command and kill all that it started once it ends or whoever asked for it dies: a script.

Usage: `python guard.py LIFELINE COMMAND…`, LIFELINE being the read end of a pipe whose only write end the
asker holds. However the asker dies, SIGKILL included, the pipe then ends and the command's processes are
killed, those that left its session too: this process adopts every process that loses its parent.
"""

import os
import resource
import runpy
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

# A script finds no packages, and importing this one would take longer than all that is done here.
_DESCENDANTS = runpy.run_path(str(Path(__file__).parents[1] / "descendants.py"))


def main() -> None:
    """Run the command and end as it does: with its exit status, or by its signal."""
    lifeline, *command = sys.argv[1:]
    _DESCENDANTS["adopt_orphans"]()
    try:
        child = subprocess.Popen(command, start_new_session=True, preexec_fn=_DESCENDANTS["end_with_parent"])
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
    threading.Thread(target=_end_with, args=(int(lifeline), child.pid), daemon=True).start()
    code = child.wait()
    _kill_group(child.pid)
    _DESCENDANTS["kill_children"]()
    if code < 0:
        _end_by(-code)
    os._exit(code)


def _end_with(lifeline: int, group: int) -> None:
    os.read(lifeline, 1)
    _kill_group(group)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses where only zombies are left
        os.killpg(group, signal.SIGKILL)


def _end_by(number: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    main()
